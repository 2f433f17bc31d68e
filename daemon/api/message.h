// A request and its answer as the routes see them: plain data, no HTTP library.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace market::api {

struct Request {
  std::string id;             ///< last path segment, percent-decoded; empty where a route has none
  std::string body;           ///< JSON object, or empty
  std::string if_none_match;  ///< header as sent
  std::string caller;         ///< of a POST: who the kernel says is asking; empty = it does not
};

/// A part of a body that is made while it is sent.
struct Piece {
  std::string text;
  bool last = true;
};
/// Gives one after the other; not called again after the last. May throw.
using Pieces = std::function<Piece()>;

struct Response {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< beside the ones every answer has
  Pieces more;  ///< what follows `body`; null = nothing
};

/// `status` with {"error": message}.
[[nodiscard]] Response error_response(unsigned status, const std::string& message);
[[nodiscard]] Response json_response(unsigned status, std::string json);

}  // namespace market::api
