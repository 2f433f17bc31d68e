// A request and its answer as the routes see them: plain data, no HTTP library.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace market::api {

struct Request {
  std::string id;             ///< last path segment, percent-decoded; empty where a route has none
  std::string body;           ///< JSON object, or empty
  std::string if_none_match;  ///< header as sent
};

struct Response {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< beside the ones every answer has
};

/// `status` with {"error": message}.
[[nodiscard]] Response error_response(unsigned status, const std::string& message);
[[nodiscard]] Response json_response(unsigned status, std::string json);

}  // namespace market::api
