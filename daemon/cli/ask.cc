#include "daemon/cli/ask.h"

#include <iostream>

namespace market::cli {
namespace {

using std::chrono::seconds;

/// Reading a snapshot is quick; a plan, an apply or an audit asks every device.
constexpr seconds kGetDeadline{120};
constexpr seconds kPostDeadline{3600};

Asked understood(const Result<api::Reply>& reply) {
  if (!reply) return {complain(reply.error().message, kFailed), std::nullopt};
  auto json = Json::parse(reply->json, nullptr, false);
  if (json.is_discarded()) {
    return {complain("marketd answered with something that is not JSON", kFailed), std::nullopt};
  }
  if (reply->status >= 400) {
    return {
        complain(text_of(json, "error", "HTTP status " + std::to_string(reply->status)), kFailed),
        std::nullopt};
  }
  return {kDone, std::move(json)};
}

}  // namespace

int complain(const std::string& message, int exit_code) {
  std::cerr << "marketctl: " << message << "\n";
  return exit_code;
}

Asked get(const Invocation& invocation, const std::string& path) {
  return understood(api::http_get(invocation.api, path, kGetDeadline));
}

Asked post(const Invocation& invocation, const std::string& path, const Json& body) {
  return understood(api::http_post(invocation.api, path, body.dump(), kPostDeadline));
}

bool printed_as_json(const Invocation& invocation, const Json& json) {
  if (invocation.output != Output::Json) return false;
  std::cout << json.dump(2) << "\n";
  return true;
}

}  // namespace market::cli
