// Asks the daemon and gives JSON back, or says in one sentence why not.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "daemon/cli/invocation.h"

namespace market::cli {

using Json = nlohmann::ordered_json;

struct Asked {
  int exit_code = 0;  ///< to leave with, when there is no answer
  std::optional<Json> json;
};

/// Errors are printed on stderr already.
[[nodiscard]] Asked get(const Invocation& invocation, const std::string& path);
[[nodiscard]] Asked post(const Invocation& invocation, const std::string& path, const Json& body);

/// With -o json prints `json` and returns true.
[[nodiscard]] bool printed_as_json(const Invocation& invocation, const Json& json);

/// The text under `key`, or `otherwise` when it is missing, null or empty.
[[nodiscard]] std::string text_of(const Json& json, const char* key,
                                  const std::string& otherwise = "-");

}  // namespace market::cli
