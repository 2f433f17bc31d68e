// Who answers an echo: a namespace that has three of a /28's addresses, and an IP stack to answer.
#include "probes/service/icmp.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <optional>

#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;
using service::EchoAnswer;
using service::EchoOptions;
using service::EchoSummary;
using ::testing::ElementsAre;

class IcmpTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    ip("link set lo up");
    for (const auto* address : {"10.64.0.1", "10.64.0.5", "10.64.0.9"}) {
      ip("addr add " + std::string{address} + "/32 dev lo");
    }
    // The others are nobody: their echoes go down a link that ends nowhere.
    add_pair("shop0", "shop1");
    ip("link set shop0 up");
    ip("link set shop1 up");
    ip("route add 10.64.0.0/24 dev shop0");
  }
  static void allow_ping_sockets(bool allowed) {
    std::ofstream{"/proc/sys/net/ipv4/ping_group_range"} << (allowed ? "0 0" : "1 0");
  }
  EchoSummary sweep(const char* range, EchoOptions options) {
    std::optional<EchoSummary> told;
    auto probe = service::ping_sweep(loop_, *IpRange::parse(range), options,
                                     {[this](const EchoAnswer& answer) {
                                        answers_.push_back(answer.from.to_string());
                                        round_trips_.push_back(answer.round_trip);
                                      },
                                      [&](const EchoSummary& summary) {
                                        told = summary;
                                        loop_.stop();
                                      }});
    EXPECT_TRUE(probe) << probe.error().message;
    if (!probe) return {};
    auto limit = loop_.after(30s, [this] { loop_.stop(); });
    loop_.run();
    EXPECT_TRUE(told) << "no end within 30 s";
    return told.value_or(EchoSummary{});
  }
  void expect_three(const EchoSummary& summary) {
    std::ranges::sort(answers_);
    EXPECT_THAT(answers_, ElementsAre("10.64.0.1", "10.64.0.5", "10.64.0.9"));
    EXPECT_EQ(summary.asked, 14U);
    EXPECT_EQ(summary.answered, 3U);
    EXPECT_EQ(summary.sent, 14U + 11U) << "the second round asks those that were silent";
    for (const auto each : round_trips_) {
      EXPECT_GT(each, 0us);
      EXPECT_LT(each, 1s);
    }
  }

  io::AsioLoop loop_;
  std::vector<std::string> answers_;
  std::vector<std::chrono::microseconds> round_trips_;
};

TEST_F(IcmpTest, APingSocketFindsWhoAnswersInAPrefix) {
  allow_ping_sockets(true);
  expect_three(sweep("10.64.0.0/28", {.per_second = 500, .patience = 50ms, .attempts = 2}));
}

TEST_F(IcmpTest, ARawSocketDoesWherePingSocketsAreForbidden) {
  allow_ping_sockets(false);
  expect_three(sweep("10.64.0.0/28", {.per_second = 500, .patience = 50ms, .attempts = 2}));
}

TEST_F(IcmpTest, KeepsItsPace) {
  allow_ping_sockets(true);
  const auto begun = loop_.now();
  const auto summary = sweep("10.64.0.0/26", {.per_second = 200, .patience = 1ms, .attempts = 1});
  EXPECT_EQ(summary.sent, 62U);
  // 62 at 200 a second take 305 ms; the first goes at once.
  EXPECT_GE(loop_.now() - begun, 280ms);
}

TEST_F(IcmpTest, DoesNotWaitWhenAllHaveAnswered) {
  allow_ping_sockets(true);
  const auto begun = loop_.now();
  const auto summary = sweep("10.64.0.5", {.per_second = 200, .patience = 20s, .attempts = 3});
  EXPECT_EQ(summary.answered, 1U);
  EXPECT_LT(loop_.now() - begun, 10s);
}

TEST_F(IcmpTest, IsWithdrawnByAHandler) {
  allow_ping_sockets(true);
  std::unique_ptr<service::Probe> probe;
  int answers = 0;
  auto made = service::ping_sweep(loop_, *IpRange::parse("10.64.0.0/28"), {},
                                  {[&](const EchoAnswer&) {
                                     ++answers;
                                     probe.reset();
                                     loop_.stop();
                                   },
                                   [](const EchoSummary&) { FAIL(); }});
  ASSERT_TRUE(made);
  probe = std::move(*made);
  auto limit = loop_.after(10s, [this] { loop_.stop(); });
  loop_.run();
  EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace market::netlink
