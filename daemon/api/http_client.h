// A small HTTP/1.1 client for marketctl: one request, one answer, one connection.
//
// Threads:  blocking; any. Errors: Io when nobody answers, with the address and what to do.
#pragma once

#include <chrono>
#include <string>

#include "config/types/result.h"
#include "daemon/api/server.h"

namespace market::api {

/// Where the daemon listens: "127.0.0.1:9750" or "http://127.0.0.1:9750".
struct ApiAddress {
  std::string host;
  std::string port;
  [[nodiscard]] static Result<ApiAddress> parse(std::string_view text);
};

[[nodiscard]] Result<Reply> http_get(const ApiAddress& address, const std::string& path,
                                     std::chrono::seconds deadline);
[[nodiscard]] Result<Reply> http_post(const ApiAddress& address, const std::string& path,
                                      const std::string& json, std::chrono::seconds deadline);

/// "A 101/가" -> "A%20101%2F%EA%B0%80", for a path segment (RFC 3986, 2.1).
[[nodiscard]] std::string percent_encoded(std::string_view segment);

}  // namespace market::api
