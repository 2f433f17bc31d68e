// What can be asked, and who answers: one table, GET and POST, path by path.
//
// Threads:  find_route is pure; a route's `answer` says by its Work where it may run.
// Errors:   what a command or the exposition throws becomes a 500, here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/api/message.h"
#include "daemon/api/server.h"

namespace market::api {

/// How an answer comes to be, and so on which thread.
enum class Work : std::uint8_t {
  Instant,  ///< from the snapshot: on the connection's own thread
  Lookup,   ///< asks the store: milliseconds, but may wait for a disk
  Command,  ///< asks or writes devices: may take minutes
  Stream,   ///< never ends
};

/// Where answers come from.
struct Sources {
  Commands* commands = nullptr;
  std::function<health::SnapshotPtr()> snapshot;
  MetricsOf metrics;
};

using Answer = Response (*)(const Request&, const Sources&);

enum class Verb : std::uint8_t { Get, Post };

struct Route {
  Verb verb;
  std::string_view path;  ///< "*" as the last segment stands for an id
  Work work;
  std::size_t body_max;  ///< bytes
  Answer answer;         ///< null for a stream
};

/// A plan can be large: 20 switches of 24 ports, every field of every port.
inline constexpr std::size_t kPlanBytesMax = 8U << 20U;
inline constexpr std::size_t kBodyBytesMax = 64U << 10U;

struct Found {
  const Route* route = nullptr;  ///< null: `refusal` says why
  std::string id;
  Response refusal;  ///< 400, 404, or 405 with Allow
};
[[nodiscard]] Found find_route(std::string_view method, std::string_view target);

/// Runs the route; 400 when a POST's body is neither empty nor a JSON object.
[[nodiscard]] Response answer(const Route& route, const Request& request, const Sources& sources);

}  // namespace market::api
