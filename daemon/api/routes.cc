#include "daemon/api/routes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/api/target.h"
#include "daemon/api/wire.h"
#include "daemon/web/assets.h"

namespace market::api {
namespace {

Response from_reply(Reply reply) { return json_response(reply.status, std::move(reply.json)); }

Response one_of(std::optional<std::string> json, const char* kind, const std::string& id) {
  if (json) return json_response(200, *std::move(json));
  return error_response(404, fmt::format("there is no {} '{}'", kind, id));
}

Response asset(std::string_view path, const Request& request) {
  const auto all = web::assets();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [path](const web::Asset& each) { return each.path == path; });
  if (found == all.end()) return error_response(404, "there is no such file");
  Response response;
  response.content_type = found->content_type;
  response.headers = {{"ETag", std::string{found->etag}}, {"Cache-Control", "no-cache"}};
  if (request.if_none_match.find(found->etag) != std::string::npos) {
    response.status = 304;
  } else {
    response.body = found->bytes;
  }
  return response;
}

Response metrics(const Request& /*request*/, const Sources& sources) {
  auto pieces = sources.metrics(sources.snapshot());
  auto first = pieces();
  Response response{200, "text/plain; version=0.0.4; charset=utf-8", std::move(first.text), {}, {}};
  if (!first.last) response.more = std::move(pieces);
  return response;
}

/// The server answers; how old what it tells is, in seconds, is for the asker to judge.
Response healthz(const Request& /*request*/, const Sources& sources) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto age = std::max<std::int64_t>(0, now.count() - sources.snapshot()->at_ms);
  return json_response(200, fmt::format(R"({{"status":"ok","age_seconds":{:.3f}}})",
                                        static_cast<double>(age) / 1000.0));
}

template <std::string (*print)(const health::Snapshot&)>
Response from_snapshot(const Request& /*request*/, const Sources& sources) {
  return json_response(200, print(*sources.snapshot()));
}

template <Reply (Commands::*command)()>
Response from_command(const Request& /*request*/, const Sources& sources) {
  return from_reply((sources.commands->*command)());
}

/// Whom the kernel knows is who he is, whatever he writes.
std::string body_of(const Request& request) {
  auto body = request.body.empty() ? std::string{"{}"} : request.body;
  if (request.caller.empty()) return body;
  auto json = nlohmann::ordered_json::parse(body);
  json["actor"] = request.caller;
  return json.dump();
}

template <Reply (Commands::*command)(const std::string&)>
Response from_command(const Request& request, const Sources& sources) {
  return from_reply((sources.commands->*command)(body_of(request)));
}

constexpr std::array kRoutes{
    Route{Verb::Get, "", Work::Instant, kBodyBytesMax,
          [](const Request& request, const Sources&) { return asset("/", request); }},
    Route{Verb::Get, "assets/*", Work::Instant, kBodyBytesMax,
          [](const Request& request, const Sources&) {
            return asset("/assets/" + request.id, request);
          }},
    Route{Verb::Get, "metrics", Work::Instant, kBodyBytesMax, metrics},
    Route{Verb::Get, "healthz", Work::Instant, kBodyBytesMax, healthz},
    Route{Verb::Get, "api/v1/openapi.yaml", Work::Instant, kBodyBytesMax,
          [](const Request& request, const Sources&) {
            return asset("/api/v1/openapi.yaml", request);
          }},
    Route{Verb::Get, "api/v1/status", Work::Instant, kBodyBytesMax, from_snapshot<status_json>},
    Route{Verb::Get, "api/v1/drift", Work::Instant, kBodyBytesMax, from_snapshot<drift_json>},
    Route{Verb::Get, "api/v1/devices", Work::Instant, kBodyBytesMax, from_snapshot<devices_json>},
    Route{Verb::Get, "api/v1/devices/*", Work::Instant, kBodyBytesMax,
          [](const Request& request, const Sources& sources) {
            return one_of(device_json(*sources.snapshot(), request.id), "device", request.id);
          }},
    Route{Verb::Get, "api/v1/topology", Work::Instant, kBodyBytesMax, from_snapshot<topology_json>},
    Route{Verb::Get, "api/v1/findings", Work::Instant, kBodyBytesMax, from_snapshot<findings_json>},
    Route{Verb::Get, "api/v1/stalls", Work::Instant, kBodyBytesMax, from_snapshot<stalls_json>},
    Route{Verb::Get, "api/v1/stalls/*", Work::Instant, kBodyBytesMax,
          [](const Request& request, const Sources& sources) {
            return one_of(stall_json(*sources.snapshot(), request.id), "stall", request.id);
          }},
    Route{Verb::Get, "api/v1/incidents", Work::Instant, kBodyBytesMax,
          from_snapshot<incidents_json>},
    Route{Verb::Get, "api/v1/events", Work::Instant, kBodyBytesMax, from_snapshot<events_json>},
    Route{Verb::Get, "api/v1/stream", Work::Stream, kBodyBytesMax, nullptr},
    Route{Verb::Get, "api/v1/outages", Work::Lookup, kBodyBytesMax,
          from_command<&Commands::outages>},
    Route{Verb::Get, "api/v1/history", Work::Lookup, kBodyBytesMax,
          from_command<&Commands::history>},
    Route{Verb::Get, "api/v1/audit", Work::Command, kBodyBytesMax, from_command<&Commands::audit>},
    Route{Verb::Post, "api/v1/plan", Work::Command, kBodyBytesMax, from_command<&Commands::plan>},
    Route{Verb::Post, "api/v1/approve", Work::Command, kPlanBytesMax,
          from_command<&Commands::approve>},
    Route{Verb::Post, "api/v1/apply", Work::Command, kPlanBytesMax, from_command<&Commands::apply>},
    Route{Verb::Post, "api/v1/confirm", Work::Command, kBodyBytesMax,
          from_command<&Commands::confirm>},
    Route{Verb::Post, "api/v1/rollback", Work::Command, kBodyBytesMax,
          from_command<&Commands::rollback>},
    Route{Verb::Post, "api/v1/sweep", Work::Command, kBodyBytesMax, from_command<&Commands::sweep>},
    Route{Verb::Post, "api/v1/reload", Work::Command, kBodyBytesMax,
          from_command<&Commands::reload>},
};

/// "api/v1/stalls/*" against the segments; a star takes one segment that is not empty.
bool fits(std::string_view pattern, const std::vector<std::string>& segments) {
  std::size_t index = 0;
  while (!pattern.empty()) {
    const auto word = pattern.substr(0, pattern.find('/'));
    if (index == segments.size()) return false;
    const auto& segment = segments[index++];
    if (word == "*" ? segment.empty() : segment != word) return false;
    pattern.remove_prefix(std::min(pattern.size(), word.size() + 1));
  }
  return index == segments.size();
}

bool speaks(Verb verb, std::string_view method) {
  if (verb == Verb::Post) return method == "POST";
  return method == "GET" || method == "HEAD";
}

bool is_json_object(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string::npos && text[begin] == '{' && nlohmann::json::accept(text);
}

}  // namespace

Found find_route(std::string_view method, std::string_view target) {
  const auto segments = segments_of(target);
  if (!segments) return {nullptr, {}, error_response(400, "the path cannot be read")};
  const Route* other = nullptr;
  for (const auto& route : kRoutes) {
    if (!fits(route.path, *segments)) continue;
    if (speaks(route.verb, method)) {
      return {&route, route.path.ends_with('*') ? segments->back() : std::string{}, {}};
    }
    other = &route;
  }
  if (other == nullptr) {
    return {nullptr, {}, error_response(404, fmt::format("there is no '{}'", target))};
  }
  auto refusal = error_response(405, fmt::format("'{}' is not for {}", target, method));
  refusal.headers.emplace_back("Allow", other->verb == Verb::Post ? "POST" : "GET, HEAD");
  return {nullptr, {}, std::move(refusal)};
}

Response answer(const Route& route, const Request& request, const Sources& sources) {
  if (route.verb == Verb::Post && !request.body.empty() && !is_json_object(request.body)) {
    return error_response(400, "the body is not a JSON object");
  }
  try {
    return route.answer(request, sources);
  } catch (const std::exception& error) {
    return error_response(500, error.what());
  }
}

}  // namespace market::api
