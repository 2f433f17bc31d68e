// The real server with the real page and an invented market, for the browser tests. Prints its
// port, then reads one word a line from standard input:
//   calm, switch-down, service-down, perfect, store-full, awaiting   the market becomes this
//   old     snapshots are two minutes old from now on;  fresh ends it
//   stop    the server goes away, the program stays;    start: it comes back on the same port
// The end of the input ends it.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "daemon/api/server.h"
#include "tests/browser/market.h"

namespace market::browser {
namespace {

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class CannedCommands final : public api::Commands {
 public:
  api::Reply plan() override { return {200, "{}"}; }
  api::Reply apply(const std::string& body) override { return {200, body}; }
  api::Reply approve(const std::string& body) override { return {200, body}; }
  api::Reply confirm(const std::string& body) override { return {200, body}; }
  api::Reply rollback(const std::string& body) override { return {200, body}; }
  api::Reply audit() override { return {200, audit_answer(now_ms())}; }
  api::Reply sweep() override { return {202, "{}"}; }
  api::Reply reload() override { return {200, "{}"}; }
  api::Reply history() override { return {200, R"({"runs":[],"audit":[]})"}; }
  api::Reply outages() override { return {200, R"({"outages":[]})"}; }
};

class Fixture {
 public:
  int run() {
    if (!start()) return 1;
    fmt::print("{}\n", port_);
    std::fflush(stdout);
    std::string line;
    for (;;) {
      pollfd input{STDIN_FILENO, POLLIN, 0};
      if (::poll(&input, 1, 500) > 0) {
        char letter = 0;
        if (::read(STDIN_FILENO, &letter, 1) != 1) return 0;
        if (letter != '\n') {
          line.push_back(letter);
          continue;
        }
        if (!obey(line)) return 1;
        line.clear();
      }
      publish();
    }
  }

 private:
  [[nodiscard]] health::SnapshotPtr snapshot() const {
    return std::make_shared<health::Snapshot>(market_in(scenario_, now_ms() - age_ms_));
  }

  bool start() {
    api::ServerOptions options;
    options.port = port_;
    const auto metrics = [](const health::SnapshotPtr& /*snapshot*/) -> api::Pieces {
      return [] { return api::Piece{"up 1\n", true}; };
    };
    auto started = api::start_server(options, snapshot(), commands_, metrics);
    if (!started) {
      fmt::print(stderr, "{}\n", started.error().message);
      return false;
    }
    server_ = std::move(*started);
    port_ = server_->port();
    return true;
  }

  bool obey(const std::string& word) {
    if (word == "old" || word == "fresh") {
      age_ms_ = word == "old" ? 120'000 : 0;
    } else if (word == "stop") {
      server_.reset();
    } else if (word == "start") {
      return start();
    } else {
      scenario_ = word;
    }
    return true;
  }

  void publish() {
    if (server_) server_->publish(snapshot());
  }

  CannedCommands commands_;
  std::string scenario_ = "calm";
  std::int64_t age_ms_ = 0;
  std::uint16_t port_ = 0;
  std::unique_ptr<api::Server> server_;
};

}  // namespace
}  // namespace market::browser

int main() { return market::browser::Fixture{}.run(); }
