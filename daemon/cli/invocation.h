// What a person typed: the verb, its words, and the options every verb shares.
#pragma once

#include <string>
#include <vector>

#include "config/types/result.h"
#include "daemon/api/http_client.h"

namespace market::cli {

// Exit codes, the same for every verb (marketctl(1), EXIT STATUS).
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kFindings = 2;
inline constexpr int kUsage = 64;

enum class Output { Text, Json };

struct Invocation {
  api::ApiAddress api;
  Output output = Output::Text;
  std::string verb;
  std::vector<std::string> words;  ///< after the verb, options of the verb included
};

/// One verb of marketctl. `run` prints and returns the exit code.
struct Verb {
  const char* name;
  const char* words;    ///< "RANGE..."
  const char* purpose;  ///< one line
  int (*run)(const Invocation&);
};
/// In the order of the help.
[[nodiscard]] const std::vector<Verb>& verbs();

/// Prints one clear sentence on stderr.
int complain(const std::string& message, int exit_code);

}  // namespace market::cli
