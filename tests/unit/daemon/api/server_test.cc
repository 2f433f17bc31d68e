// daemon/api/server over real loopback sockets: every route, the rules of admission, and clients
// that are slow, greedy, many or mad. Time-outs are options of 200 ms here; nothing sleeps.
#include "daemon/api/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "daemon/api/wire.h"
#include "daemon/web/assets.h"
#include "tests/unit/daemon/api/raw_client.h"
#include "tests/unit/daemon/api/sample.h"

namespace market::api {
namespace {

using namespace std::chrono_literals;

/// Answers with its own name and what it was given; `apply` waits while the gate is shut.
class FakeCommands final : public Commands {
 public:
  Reply plan() override { return named("plan"); }
  Reply apply(const std::string& body) override {
    std::unique_lock lock{mutex_};
    ++applying_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return {200, body};
  }
  Reply approve(const std::string& body) override { return {202, body}; }
  Reply confirm(const std::string& body) override { return {202, body}; }
  Reply rollback(const std::string& body) override { return {409, body}; }
  Reply audit() override { return named("audit"); }
  Reply sweep() override { return {202, R"({"name":"sweep"})"}; }
  Reply reload() override { throw std::runtime_error{"design vanished"}; }
  Reply history() override { return named("history"); }
  Reply outages() override { return named("outages"); }

  void shut() {
    const std::lock_guard lock{mutex_};
    open_ = false;
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }
  void wait_until_applying(int count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return applying_ >= count; });
  }

 private:
  static Reply named(const char* name) { return {200, fmt::format(R"({{"name":"{}"}})", name)}; }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int applying_ = 0;
};

Pieces metrics_of(const health::SnapshotPtr& snapshot) {
  return [snapshot] {
    return Piece{fmt::format("marketd_devices {}\n", snapshot->devices.size()), true};
  };
}

class ServerTest : public testing::Test {
 protected:
  std::uint16_t start(ServerOptions options = {}, MetricsOf metrics = metrics_of) {
    options.port = 0;
    auto started =
        start_server(std::move(options), std::make_shared<health::Snapshot>(sample_snapshot()),
                     commands_, std::move(metrics));
    EXPECT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    return server_->port();
  }
  static ServerOptions hasty() {
    ServerOptions options;
    options.timing = {200ms, 200ms, 5000ms, 15'000ms, 10ms};
    return options;
  }

  FakeCommands commands_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, ReadsAnswerFromTheSnapshot) {
  const auto port = start();
  const auto snapshot = sample_snapshot();
  const std::vector<std::pair<std::string, std::string>> expected{
      {"/api/v1/status", status_json(snapshot)},
      {"/api/v1/devices", devices_json(snapshot)},
      {"/api/v1/devices/sw-a1", *device_json(snapshot, "sw-a1")},
      {"/api/v1/devices/mac:02:00:00:00:ff:01", *device_json(snapshot, "mac:02:00:00:00:ff:01")},
      {"/api/v1/stalls", stalls_json(snapshot)},
      {"/api/v1/stalls/B%2F201%20%EA%B0%80?x=1", *stall_json(snapshot, "B/201 가")},
      {"/api/v1/incidents", incidents_json(snapshot)},
      {"/api/v1/events", events_json(snapshot)},
      {"/api/v1/history", R"({"name":"history"})"},
      {"/api/v1/outages", R"({"name":"outages"})"},
      {"/api/v1/audit", R"({"name":"audit"})"},
  };
  RawClient client{port};
  for (const auto& [path, body] : expected) {
    client.send(get(path));
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body, body) << path;
    EXPECT_EQ(answer.field("Content-Type"), "application/json; charset=utf-8") << path;
    EXPECT_EQ(answer.field("Cache-Control"), "no-store") << path;
    EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff") << path;
  }
  EXPECT_EQ(server_->requests(), expected.size());
}

TEST_F(ServerTest, PublishChangesWhatReadsAnswer) {
  const auto port = start();
  auto next = sample_snapshot();
  next.site_name = "동문시장";
  server_->publish(std::make_shared<health::Snapshot>(next));
  EXPECT_EQ(ask(port, get("/api/v1/status")).body, status_json(next));
}

TEST_F(ServerTest, MetricsAndHealthAnswerInTheirOwnTypes) {
  const auto port = start();
  const auto metrics = ask(port, get("/metrics"));
  EXPECT_EQ(metrics.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(metrics.body, "marketd_devices 3\n");
  const auto health = nlohmann::json::parse(ask(port, get("/healthz")).body);
  EXPECT_EQ(health["status"], "ok");
  EXPECT_GE(health["age_seconds"].get<double>(), 0.0);
}

TEST_F(ServerTest, CommandsGetTheirBodyAndGiveTheirStatus) {
  const auto port = start();
  EXPECT_EQ(ask(port, post("/api/v1/plan", "")).body, R"({"name":"plan"})");
  EXPECT_EQ(ask(port, post("/api/v1/apply", R"({"actor":"kim"})")).body, R"({"actor":"kim"})");
  EXPECT_EQ(ask(port, post("/api/v1/apply", "")).body, "{}");
  EXPECT_EQ(ask(port, post("/api/v1/confirm", "{}")).status, 202);
  EXPECT_EQ(ask(port, post("/api/v1/rollback", "{}")).status, 409);
  EXPECT_EQ(ask(port, post("/api/v1/sweep", "")).status, 202);
  const auto broken = ask(port, post("/api/v1/reload", ""));
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(broken.body, R"({"error":"design vanished"})");
}

TEST_F(ServerTest, TheKernelsWordForWhoAsksTakesThePlaceOfHisOwn) {
  ServerOptions options;
  std::optional<Ends> seen;
  std::string known = "kim";
  options.caller_of = [&](const Ends& ends) {
    seen = ends;
    return known;
  };
  const auto port = start(options);
  EXPECT_EQ(ask(port, post("/api/v1/apply", R"({"actor":"lee","force":true})")).body,
            R"({"actor":"kim","force":true})");
  EXPECT_EQ(ask(port, post("/api/v1/apply", "")).body, R"({"actor":"kim"})");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->local_port, port);
  EXPECT_EQ(seen->remote.to_string(), "127.0.0.1");
  EXPECT_NE(seen->remote_port, 0);
  known.clear();
  EXPECT_EQ(ask(port, post("/api/v1/apply", R"({"actor":"lee"})")).body, R"({"actor":"lee"})");
}

TEST_F(ServerTest, EveryAssetIsServedAndAskedForOnlyWhenItChanged) {
  const auto port = start();
  for (const auto& asset : web::assets()) {
    const auto whole = ask(port, get(asset.path));
    EXPECT_EQ(whole.status, 200) << asset.path;
    EXPECT_EQ(whole.body, asset.bytes) << asset.path;
    EXPECT_EQ(whole.field("Content-Type"), asset.content_type);
    EXPECT_EQ(whole.field("ETag"), asset.etag);
    EXPECT_TRUE(whole.field("Content-Security-Policy").starts_with("default-src 'self'"));
    RawClient client{port};
    client.send(get(asset.path, fmt::format("If-None-Match: {}\r\n", asset.etag)));
    const auto same = client.receive_head();
    EXPECT_EQ(same.status, 304) << asset.path;
    EXPECT_EQ(same.field("ETag"), asset.etag);
  }
  EXPECT_EQ(ask(port, get("/assets/nothing.js")).status, 404);
}

TEST_F(ServerTest, HeadGivesTheHeadAndKeepsTheConnectionInStep) {
  RawClient client{start()};
  client.send("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/healthz"));
  const auto head = client.receive_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), "18");
  EXPECT_EQ(client.receive().body.substr(0, 14), R"({"status":"ok")");
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  RawClient client{start()};
  client.send(post("/api/v1/apply", R"({"n":1})") + get("/metrics") + get("/nothing"));
  EXPECT_EQ(client.receive().body, R"({"n":1})");
  EXPECT_EQ(client.receive().body, "marketd_devices 3\n");
  EXPECT_EQ(client.receive().status, 404);
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  RawClient client{start()};
  client.send(
      "POST /api/v1/apply HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 7\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_head().status, 100);
  client.send(R"({"n":2})");
  EXPECT_EQ(client.receive().body, R"({"n":2})");
}

TEST_F(ServerTest, RefusalsSayWhyAsJson) {
  const auto port = start();
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<std::pair<int, std::string>> cases{
      {404, get("/nope")},
      {404, get("/api/v1/devices/sw-a9")},
      {404, get("/api/v1/stalls/A-1")},
      {400, get("/api/v1/stalls/%zz")},
      {405, get("/api/v1/apply")},
      {405, post("/api/v1/status", "{}")},
      {405, "OPTIONS /api/v1/apply HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {415, post("/api/v1/apply", "{}", form)},
      {415, post("/api/v1/apply", "{}", "")},
      {400, post("/api/v1/apply", "[1]")},
      {400, post("/api/v1/apply", "{\"a\":")},
      {403, post("/api/v1/apply", "{}", json + "Origin: http://evil.example\r\n")},
      {403, post("/api/v1/apply", "{}", json + "Origin: null\r\n")},
      {403, get("/api/v1/audit", "Sec-Fetch-Site: cross-site\r\n")},
      {403, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
      {403, "GET / HTTP/1.1\r\nHost: localhost.evil.example:9750\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {400, "GET / HTTP/1.0\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"},
  };
  for (const auto& [status, request] : cases) {
    const auto answer = ask(port, request);
    EXPECT_EQ(answer.status, status) << request;
    EXPECT_TRUE(nlohmann::json::accept(answer.body)) << request << answer.body;
    EXPECT_NE(answer.body.find("\"error\""), std::string::npos) << request;
  }
  EXPECT_EQ(ask(port, post("/api/v1/status", "{}")).field("Allow"), "GET, HEAD");
}

TEST_F(ServerTest, OwnOriginAndNamesGivenInSettingsAreAdmitted) {
  ServerOptions options;
  options.allowed_hosts = {"noc.example"};
  const auto port = start(options);
  const std::string own =
      "POST /api/v1/sweep HTTP/1.1\r\nHost: noc.example\r\nOrigin: https://noc.example\r\n"
      "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(ask(port, own).status, 202);
}

TEST_F(ServerTest, GarbageGetsA400OrAClosedConnectionAndNothingElse) {
  const auto port = start();
  const std::vector<std::string> garbage{
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),  // a TLS hello
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      post("/api/v1/apply", "{}",
           "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"),
      std::string(300, '\0') + "\r\n\r\n",
      "\r\n\r\n\r\n\r\n\x01\r\n\r\n",
      "POST /api/v1/apply HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
  };
  for (const auto& bytes : garbage) {
    RawClient client{port};
    client.send(bytes);
    const auto answer = client.receive();
    EXPECT_TRUE(answer.status == 400 || answer.status == 0) << bytes << answer.head;
    EXPECT_TRUE(client.receive_end()) << "the connection stays open after " << bytes;
  }
  EXPECT_EQ(ask(port, get("/metrics")).status, 200);
}

TEST_F(ServerTest, AHeadBeyond64KiBIsRefused) {
  const auto answer = ask(start(), get("/", "X-Long: " + std::string(70'000, 'x') + "\r\n"));
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(answer.field("Connection"), "close");
}

TEST_F(ServerTest, ABodyBeyondItsLimitIsRefusedBeforeItIsRead) {
  const auto port = start();
  RawClient client{port};
  client.send(
      "POST /api/v1/rollback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 65537\r\n\r\n");
  EXPECT_EQ(client.receive().status, 413);
  EXPECT_TRUE(client.receive_end());
  EXPECT_EQ(ask(port, post("/api/v1/rollback", std::string(65'537, ' '))).status, 413);
  const auto exact = R"({"a":")" + std::string(65'536 - 8, 'x') + R"("})";
  EXPECT_EQ(ask(port, post("/api/v1/rollback", exact)).status, 409);
}

TEST_F(ServerTest, AChunkedBodyIsHeldToTheSameLimit) {
  const auto port = start();
  RawClient client{port};
  client.send(
      "POST /api/v1/rollback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  const auto chunk = "4000\r\n" + std::string(0x4000, ' ') + "\r\n";
  for (int i = 0; i < 5; ++i) client.send(chunk);
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(ServerTest, APlanMayBeLargeButNotWithoutEnd) {
  const auto port = start();
  const auto plan = R"({"plan":")" + std::string(2'000'000, 'x') + R"("})";
  EXPECT_EQ(ask(port, post("/api/v1/apply", plan)).body, plan);
  EXPECT_EQ(ask(port,
                "POST /api/v1/apply HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                "application/json\r\nContent-Length: 9000000\r\n\r\n")
                .status,
            413);
}

TEST_F(ServerTest, AHeadThatTricklesInIsCutOff) {
  RawClient client{start(hasty())};
  client.send("GET / HTTP/1.1\r\nHost: loc");
  EXPECT_TRUE(client.receive_end());
  EXPECT_EQ(client.unread(), "");
}

TEST_F(ServerTest, ABodyThatTricklesInIsCutOff) {
  RawClient client{start(hasty())};
  client.send(
      "POST /api/v1/apply HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 10\r\n\r\n{");
  EXPECT_TRUE(client.receive_end());
}

TEST_F(ServerTest, SilenceBeforeAndBetweenRequestsEnds) {
  const auto port = start(hasty());
  RawClient silent{port};
  RawClient idle{port};
  idle.send(get("/metrics"));
  EXPECT_EQ(idle.receive().status, 200);
  EXPECT_TRUE(silent.receive_end());
  EXPECT_TRUE(idle.receive_end());
}

TEST_F(ServerTest, ACommandThatTakesLongHoldsUpNobodyElse) {
  commands_.shut();
  const auto port = start(hasty());
  std::array<std::unique_ptr<RawClient>, 4> waiting;
  for (auto& client : waiting) {
    client = std::make_unique<RawClient>(port);
    client->send(post("/api/v1/apply", "{}"));
  }
  commands_.wait_until_applying(4);
  EXPECT_EQ(ask(port, get("/metrics")).status, 200);
  EXPECT_EQ(ask(port, get("/api/v1/history")).status, 200);
  commands_.open();
  for (auto& client : waiting) EXPECT_EQ(client->receive().status, 200);
}

TEST_F(ServerTest, CommandsBeyondTheQueueAreToldToComeBack) {
  commands_.shut();
  const auto port = start();
  // 16 jobs find room. Of 24 requests that the server has counted, at most one in each of its 4
  // threads is not yet decided about, so that at least 4 have been turned away.
  constexpr std::uint64_t kAsked = 24;
  std::vector<std::unique_ptr<RawClient>> callers;
  for (std::uint64_t i = 0; i < kAsked; ++i) {
    callers.push_back(std::make_unique<RawClient>(port));
    callers.back()->send(post("/api/v1/apply", ""));
  }
  RawClient probe{port};
  std::uint64_t probes = 0;
  while (server_->requests() - probes < kAsked && probes < 100'000) {
    probe.send(get("/metrics"));
    ASSERT_EQ(probe.receive().status, 200);
    ++probes;
  }
  commands_.open();
  int refused = 0;
  for (auto& caller : callers) {
    const auto answer = caller->receive();
    if (answer.status != 503) {
      EXPECT_EQ(answer.status, 200);
      continue;
    }
    ++refused;
    EXPECT_EQ(answer.field("Retry-After"), "5");
  }
  EXPECT_GE(refused, 4);
}

TEST_F(ServerTest, ACallerThatLeavesDoesNotStopItsCommand) {
  commands_.shut();
  const auto port = start();
  {
    RawClient client{port};
    client.send(post("/api/v1/apply", "{}"));
    commands_.wait_until_applying(1);
  }
  commands_.open();
  EXPECT_EQ(ask(port, get("/metrics")).status, 200);
}

TEST_F(ServerTest, DestroyingTheServerForgetsClientsInEveryState) {
  const auto port = start();
  RawClient idle{port};
  RawClient half{port};
  half.send("GET / HT");
  RawClient live{port};
  live.send(get("/api/v1/stream"));
  EXPECT_TRUE(live.receive_until("event: snapshot"));
  server_.reset();
  EXPECT_TRUE(idle.receive_end());
  EXPECT_TRUE(half.receive_end());
  EXPECT_TRUE(live.receive_end());
}

TEST_F(ServerTest, AStreamBeginsWithTheSnapshotAndTellsEachNewOne) {
  RawClient client{start(hasty())};
  client.send(get("/api/v1/stream"));
  const auto head = client.receive_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(head.field("Cache-Control"), "no-store");
  EXPECT_TRUE(client.receive_until("event: clock\ndata: {\"now_ms\":"));
  EXPECT_TRUE(
      client.receive_until("event: snapshot\ndata: " + status_json(sample_snapshot()) + "\n\n"));
  for (int i = 1; i <= 3; ++i) {
    auto next = sample_snapshot();
    next.at_ms += i;
    server_->publish(std::make_shared<health::Snapshot>(next));
    EXPECT_TRUE(client.receive_until(fmt::format("id: {}\n", next.at_ms)));
  }
}

TEST_F(ServerTest, AStreamSkipsSnapshotsButAlwaysEndsWithTheNewest) {
  auto options = hasty();
  options.timing.update = 300ms;
  RawClient client{start(options)};
  client.send(get("/api/v1/stream"));
  EXPECT_TRUE(client.receive_until("event: snapshot"));
  auto next = sample_snapshot();
  for (int i = 1; i <= 500; ++i) {
    next.at_ms += 1;
    server_->publish(std::make_shared<health::Snapshot>(next));
  }
  EXPECT_TRUE(client.receive_until(fmt::format("id: {}\n", next.at_ms)));
}

TEST_F(ServerTest, AQuietStreamIsKeptAlive) {
  auto options = hasty();
  options.timing.heartbeat = 50ms;
  RawClient client{start(options)};
  client.send(get("/api/v1/stream"));
  // Longer than the idle and request time-outs of 200 ms: neither ends a stream.
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(client.receive_until(": alive\n\nevent: clock"));
}

TEST_F(ServerTest, AHundredStreamsLeaveMetricsAnswering) {
  const auto port = start(hasty());
  std::vector<std::unique_ptr<RawClient>> pages;
  for (int i = 0; i < 100; ++i) {
    pages.push_back(std::make_unique<RawClient>(port));
    pages.back()->send(get("/api/v1/stream"));
  }
  for (auto& page : pages) EXPECT_TRUE(page->receive_until("event: snapshot"));
  EXPECT_EQ(ask(port, get("/metrics")).body, "marketd_devices 3\n");
  auto next = sample_snapshot();
  next.at_ms += 7;
  server_->publish(std::make_shared<health::Snapshot>(next));
  for (auto& page : pages) EXPECT_TRUE(page->receive_until(fmt::format("id: {}\n", next.at_ms)));
  EXPECT_EQ(ask(port, get("/metrics")).status, 200);
}

TEST_F(ServerTest, StreamsMayTakeHalfOfTheConnectionsAndNoMore) {
  ServerOptions options;
  options.connections_max = 4;
  const auto port = start(options);
  std::array<std::unique_ptr<RawClient>, 2> pages;
  for (auto& page : pages) {
    page = std::make_unique<RawClient>(port);
    page->send(get("/api/v1/stream"));
    EXPECT_TRUE(page->receive_until("event: snapshot"));
  }
  EXPECT_EQ(ask(port, get("/api/v1/stream")).status, 503);
  EXPECT_EQ(ask(port, get("/metrics")).status, 200);
}

TEST_F(ServerTest, OneConnectionTooManyIsToldSo) {
  ServerOptions options;
  options.connections_max = 2;
  const auto port = start(options);
  RawClient first{port};
  RawClient second{port};
  first.send(get("/metrics"));
  second.send(get("/metrics"));
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.receive().status, 200);
  const auto third = ask(port, get("/metrics"));
  EXPECT_EQ(third.status, 503);
  EXPECT_NE(third.body.find("too many connections"), std::string::npos);
}

/// "a 1", "a 2", "a 3", and then, where that is wanted, a failure.
MetricsOf three_pieces(bool failing) {
  return [failing](const health::SnapshotPtr& /*snapshot*/) -> Pieces {
    return [failing, made = 0]() mutable -> Piece {
      if (++made == 3 && failing) throw std::runtime_error{"out of memory"};
      return {fmt::format("a {}\n", made), made == 3};
    };
  };
}

TEST_F(ServerTest, ALongAnswerIsSentWhileItIsMade) {
  RawClient client{start({}, three_pieces(false))};
  client.send(get("/metrics"));
  const auto head = client.receive_head();
  EXPECT_EQ(head.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(head.field("Content-Length"), "");
  EXPECT_TRUE(client.receive_until("4\r\na 1\n\r\n4\r\na 2\n\r\n4\r\na 3\n\r\n0\r\n\r\n"));
  client.send("GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.receive().body, "a 1\na 2\na 3\n") << "HTTP/1.0 has no chunks";
}

TEST_F(ServerTest, AnAnswerThatCannotBeMadeToItsEndIsCutOff) {
  RawClient client{start({}, three_pieces(true))};
  client.send(get("/metrics"));
  EXPECT_EQ(client.receive_head().status, 200);
  EXPECT_TRUE(client.receive_until("a 2\n\r\n"));
  EXPECT_FALSE(client.receive_until("0\r\n\r\n"));
}

TEST_F(ServerTest, ATakenPortIsNamedWithWhatToDo) {
  const auto port = start();
  ServerOptions options;
  options.port = port;
  const auto second =
      start_server(options, std::make_shared<health::Snapshot>(), commands_, metrics_of);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::Io);
  EXPECT_EQ(second.error().message,
            fmt::format("port {} on 127.0.0.1 is taken (address already in use): stop the other "
                        "program or set listen.port",
                        port));
}

TEST_F(ServerTest, AnAddressThatIsNoneIsRefused) {
  ServerOptions options;
  options.address = "localhost";
  const auto server =
      start_server(options, std::make_shared<health::Snapshot>(), commands_, metrics_of);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Errc::InvalidValue);
}

int listening_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(fd, 16), 0);
  return fd;
}

TEST_F(ServerTest, AnInheritedSocketIsServed) {
  ServerOptions options;
  options.inherited_fd = listening_socket();
  const auto port = start(options);
  EXPECT_NE(port, 0);
  EXPECT_EQ(ask(port, get("/metrics")).status, 200);
}

TEST_F(ServerTest, AnInheritedDescriptorThatDoesNotListenIsRefused) {
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  ServerOptions options;
  options.inherited_fd = pair[0];
  const auto server =
      start_server(options, std::make_shared<health::Snapshot>(), commands_, metrics_of);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Errc::Io);
  ::close(pair[0]);
  ::close(pair[1]);
}

}  // namespace
}  // namespace market::api
