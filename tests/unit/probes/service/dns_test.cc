// probes/service/dns: a server answers, is silent, or somebody else does.
#include "probes/service/dns.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_loop.h"
#include "tests/fakes/fake_wire.h"

namespace market::service {
namespace {

using std::chrono::milliseconds;

const io::Endpoint kServer{*IpAddress::parse("192.0.2.53"), 53};
const io::Endpoint kOther{*IpAddress::parse("192.0.2.54"), 53};

fakes::Bytes response_to(std::span<const std::uint8_t> query) {
  fakes::Bytes bytes(query.begin(), query.end());
  bytes[2] |= 0x80;
  return bytes;
}

struct Dns : testing::Test {
  fakes::FakeLoop loop;
  fakes::FakeWire wire{loop};
  DnsClient client{loop, wire};
  std::vector<DnsVerdict> verdicts;
  void ask() {
    client.ask(kServer, milliseconds{2000}, [this](DnsVerdict v) { verdicts.push_back(v); });
  }
};

TEST_F(Dns, AnAnswerCountsWithItsTime) {
  wire.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> query) {
    return std::vector<fakes::FakeReply>{{to, response_to(query), milliseconds{7}}};
  });
  ask();
  loop.advance(milliseconds{10});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_TRUE(verdicts[0].answered);
  EXPECT_EQ(verdicts[0].took, milliseconds{7});
}

TEST_F(Dns, SilenceIsAVerdictToo) {
  ask();
  loop.advance(milliseconds{1999});
  EXPECT_TRUE(verdicts.empty());
  loop.advance(milliseconds{1});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_FALSE(verdicts[0].answered);
  EXPECT_EQ(verdicts[0].reason, "no answer within 2000 ms");
}

TEST_F(Dns, NobodyElseMayAnswer) {
  wire.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> query) {
    auto wrong_id = response_to(query);
    wrong_id[1] = static_cast<std::uint8_t>(wrong_id[1] ^ 1U);
    return std::vector<fakes::FakeReply>{{kOther, response_to(query), milliseconds{1}},
                                         {to, wrong_id, milliseconds{1}},
                                         {to, {query.begin(), query.end()}, milliseconds{1}},
                                         {to, {1, 2, 3}, milliseconds{1}}};
  });
  ask();
  loop.advance(milliseconds{2000});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_FALSE(verdicts[0].answered);
}

TEST_F(Dns, ManyQuestionsAreTakenApart) {
  wire.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> query) {
    return std::vector<fakes::FakeReply>{{to, response_to(query), milliseconds{1}}};
  });
  for (int i = 0; i < 100; ++i) ask();
  loop.advance(milliseconds{5});
  EXPECT_EQ(verdicts.size(), 100U);
}

}  // namespace
}  // namespace market::service
