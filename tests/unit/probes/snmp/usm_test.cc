// SNMPv3 without a network: what must hold of bytes that anybody may send. What a real agent makes
// of ours is tested in tests/integration/snmp.
#include "probes/snmp/usm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "probes/snmp/report.h"
#include "tests/fakes/fake_wire.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const EngineId kEngine{0x80, 0, 0x1f, 0x88, 4, 'm', 'a', 'r', 'k', 'e', 't'};

Credentials steward() {
  Credentials credentials;
  credentials.id = "steward";
  credentials.version = Version::V3;
  credentials.user = "steward";
  credentials.auth = AuthProtocol::Sha256;
  credentials.auth_passphrase = Secret{"auth passphrase"};
  credentials.priv = PrivProtocol::Aes128;
  credentials.priv_passphrase = Secret{"priv passphrase"};
  return credentials;
}

// The report of usmStatsUnknownEngineIDs that answers discovery, for message 7.
Bytes discovery_report() {
  const Bytes oid{1 * 40 + 3, 6, 1, 6, 3, 15, 1, 1, 4, 0};
  const auto element = [](std::uint8_t tag, Bytes content) {
    content.insert(content.begin(), {tag, static_cast<std::uint8_t>(content.size())});
    return content;
  };
  const auto join = [](std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  const auto number = [&](std::uint8_t value) { return element(2, {value}); };
  const auto binding = element(0x30, join({element(6, oid), element(0x41, {1})}));
  const auto pdu = element(0xa8, join({number(7), number(0), number(0), element(0x30, binding)}));
  const auto scoped = element(0x30, join({element(4, kEngine), element(4, {}), pdu}));
  const auto security = element(0x30, join({element(4, kEngine), number(1), number(9),
                                            element(4, {}), element(4, {}), element(4, {})}));
  const auto global =
      element(0x30, join({number(7), element(2, {0x05, 0xdc}), element(4, {0}), number(3)}));
  return element(0x30, join({number(3), global, element(4, security), scoped}));
}

TEST(Usm, LearnsTheEngineFromTheReportToADiscovery) {
  const auto probe = encode_discovery(7);
  const auto envelope = open_envelope(probe);
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->version, Version::V3);
  EXPECT_EQ(envelope->id, 7);
  const auto found = decode_discovery(discovery_report());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->engine, kEngine);
  EXPECT_EQ(found->at.boots, 1U);
  EXPECT_EQ(found->at.time, 9U);
}

constexpr std::uint8_t kGet = 0xa0, kResponse = 0xa2, kReport = 0xa8;

// A GET of sysDescr.0 under request-id 7, or the same octets as another PDU.
Bytes pdu_as(std::uint8_t type) {
  const std::vector<Oid> oids{{1, 3, 6, 1, 2, 1, 1, 1, 0}};
  Question question;
  question.request_id = 7;
  question.oids = oids;
  auto pdu = *encode_pdu(question);
  pdu[0] = type;
  return pdu;
}

// The two ends of a conversation share the keys: one user plays the agent as well.
class Conversation {
 public:
  explicit Conversation(const Credentials& credentials = steward())
      : identity_{credentials}, user_{*UsmUser::make(identity_, kEngine)} {}

  [[nodiscard]] std::uint8_t level() const { return level_of(identity_.credentials()); }
  [[nodiscard]] const UsmUser& user() const { return user_; }
  [[nodiscard]] Bytes write(std::uint8_t type, EngineTime at) const {
    return write(type, at, level());
  }
  [[nodiscard]] Bytes write(std::uint8_t type, EngineTime at, std::uint8_t flags) const {
    return *user_.write(7, flags, at, scoped_pdu(kEngine, {}, pdu_as(type)));
  }
  tl::expected<ReplyHead, UsmFault> hear(const Bytes& message, std::chrono::seconds later = 0s) {
    return user_.open(message, clock_, io::TimePoint{} + later, scoped_);
  }
  EngineClock& clock() { return clock_; }

 private:
  Identity identity_;
  UsmUser user_;
  EngineClock clock_;
  Bytes scoped_;
};

TEST(Usm, ReadsAResponseOfTheLevelThatWasAskedFor) {
  auto credentials = steward();
  for (const auto auth : {AuthProtocol::None, AuthProtocol::Sha1, AuthProtocol::Sha224,
                          AuthProtocol::Sha256, AuthProtocol::Sha384, AuthProtocol::Sha512}) {
    credentials.auth = auth;
    credentials.priv = auth == AuthProtocol::None ? PrivProtocol::None : PrivProtocol::Aes128;
    Conversation talk{credentials};
    const auto message = talk.write(kResponse, {3, 100});
    const auto head = talk.hear(message);
    ASSERT_TRUE(head) << static_cast<int>(auth);
    EXPECT_EQ(head->kind, Reply::Kind::Response);
    EXPECT_EQ(head->request_id, 7);
    const auto reply = read_bindings(*head, nullptr, {});
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->bindings.size(), 1U);
    EXPECT_EQ(reply->bindings[0].oid, (Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}));
  }
}

TEST(Usm, TakesNoResponseBelowTheLevelThatWasAskedFor) {
  Conversation talk;
  for (const std::uint8_t level : {std::uint8_t{0}, kAuthFlag}) {
    const auto head = talk.hear(talk.write(kResponse, {3, 100}, level));
    ASSERT_FALSE(head) << int{level};
    EXPECT_EQ(head.error(), UsmFault::NotAuthentic);
    EXPECT_TRUE(talk.hear(talk.write(kReport, {3, 100}, level))) << int{level};
  }
}

TEST(Usm, TakesNothingThatAnotherSigned) {
  auto other = steward();
  other.auth_passphrase = Secret{"another passphrase"};
  const Conversation forger{other};
  Conversation talk;
  const auto head = talk.hear(forger.write(kResponse, {3, 100}));
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error(), UsmFault::NotAuthentic);
  EXPECT_EQ(talk.clock().at({}).boots, 0U) << "nor does it move the clock";
}

TEST(Usm, TakesAnUnsignedReportOfAnEngineThatChangedItsId) {
  Conversation talk;
  const EngineId other{0x80, 0, 0x1f, 0x88, 4, 'o', 't', 'h', 'e', 'r'};
  const VarBind counter{{1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0}, Counter32{1}};
  const auto head = talk.hear(*encode_report(other, {1, 1}, "steward", 7, counter));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->kind, Reply::Kind::Report);
  const Identity identity{steward()};
  const auto there = UsmUser::make(identity, other);
  ASSERT_TRUE(there);
  EXPECT_FALSE(
      talk.hear(*there->write(7, kLevelFlags, {1, 1}, scoped_pdu(other, {}, pdu_as(kReport)))));
}

// RFC 3414, 3.2.7b.
TEST(Usm, RefusesWhatIsOlderThanTheTimeWindow) {
  Conversation talk;
  ASSERT_TRUE(talk.hear(talk.write(kResponse, {3, 1000})));
  EXPECT_TRUE(talk.hear(talk.write(kResponse, {3, 1000}), 150s));
  const auto late = talk.hear(talk.write(kResponse, {3, 1000}), 151s);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), UsmFault::NotInTimeWindow);
  EXPECT_TRUE(talk.hear(talk.write(kResponse, {3, 1160}), 152s)) << "a slow clock is no replay";
}

TEST(Usm, RefusesWhatIsOfAnEarlierBoot) {
  Conversation talk;
  ASSERT_TRUE(talk.hear(talk.write(kResponse, {3, 1000})));
  ASSERT_TRUE(talk.hear(talk.write(kResponse, {4, 0}))) << "a reboot sets the clock back";
  const auto replayed = talk.hear(talk.write(kResponse, {3, 1001}));
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error(), UsmFault::NotInTimeWindow);
}

TEST(Usm, LetsNoUnprovenClockStandInTheWayOfAProvenOne) {
  Conversation talk;
  talk.clock().guess({900, 5}, {});
  EXPECT_EQ(talk.clock().at(io::TimePoint{} + 3s).time, 8U);
  EXPECT_TRUE(talk.hear(talk.write(kResponse, {3, 1000})));
  EXPECT_EQ(talk.clock().at(io::TimePoint{} + 3s).boots, 3U);
  EXPECT_EQ(talk.clock().at(io::TimePoint{} + 3s).time, 1003U);
}

TEST(Usm, TakesNoReplyOfAnEngineWhoseBootsAreWornOut) {
  Conversation talk;
  EXPECT_FALSE(talk.hear(talk.write(kResponse, {0x7fffffff, 1})));
}

TEST(Usm, EncryptsTheSameMessageEachTimeAnew) {
  const Conversation talk;
  EXPECT_NE(talk.write(kGet, {3, 100}), talk.write(kGet, {3, 100}));
}

TEST(Usm, DoesNotTakeAQuestionForItsAnswer) {
  Conversation talk;
  const auto message = talk.write(kGet, {3, 100});
  const auto frame = read_frame(message);
  ASSERT_TRUE(frame);
  EXPECT_TRUE(std::ranges::equal(frame->engine, kEngine));
  EXPECT_EQ(frame->user, "steward");
  const auto head = talk.hear(message);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error(), UsmFault::Malformed);
}

TEST(Usm, HidesTheObjectsThatAreAskedWhenThereIsPrivacy) {
  const std::vector<VarBind> bindings{{{1, 3, 6, 1, 2, 1, 1, 6, 0}, Octets{"plain to see"}}};
  Question question;
  question.operation = Operation::Set;
  question.request_id = 7;
  question.bindings = bindings;
  const Conversation talk;
  for (const std::uint8_t level : {kAuthFlag, kLevelFlags}) {
    const auto scoped = scoped_pdu(kEngine, {}, *encode_pdu(question));
    const auto message = talk.user().write(7, level, {3, 100}, scoped);
    ASSERT_TRUE(message);
    const std::string text{message->begin(), message->end()};
    EXPECT_EQ(text.find("plain to see") == std::string::npos, level == kLevelFlags);
  }
}

TEST(Usm, NamesWhatIsWrongWithThePassphrases) {
  auto credentials = steward();
  credentials.priv_passphrase = Secret{"seven77"};
  const Identity short_one{credentials};
  ASSERT_FALSE(short_one.master_keys());
  EXPECT_THAT(short_one.master_keys().error().message, HasSubstr("privacy passphrase"));
  credentials = steward();
  credentials.auth = AuthProtocol::None;
  const Identity private_only{credentials};
  ASSERT_FALSE(private_only.master_keys());
  EXPECT_THAT(private_only.master_keys().error().message, HasSubstr("needs authentication"));
}

// RFC 3414, A.3.2: passphrase "maplesyrup" stretched with SHA-1.
TEST(Usm, StretchesPassphrasesAsTheRfcDoes) {
  auto credentials = steward();
  credentials.auth = AuthProtocol::Sha1;
  credentials.auth_passphrase = Secret{"maplesyrup"};
  const Identity identity{credentials};
  ASSERT_TRUE(identity.master_keys());
  const Bytes expected{0x9f, 0xb5, 0xcc, 0x03, 0x81, 0x49, 0x7b, 0x37, 0x93, 0x52,
                       0x89, 0x39, 0xff, 0x78, 0x8d, 0x5d, 0x79, 0x14, 0x52, 0x11};
  EXPECT_EQ(identity.master_keys()->auth, expected);
}

TEST(Usm, SurvivesTruncationsAndBitFlips) {
  Conversation talk;
  std::mt19937 random{3414};
  for (const auto& whole : {discovery_report(), talk.write(kResponse, {3, 100})}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes part{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
      EXPECT_FALSE(decode_discovery(part)) << size;
      EXPECT_FALSE(talk.hear(part)) << size;
    }
    for (int round = 0; round < 10'000; ++round) {
      auto bytes = whole;
      for (int flips = 1 + round % 3; flips > 0; --flips) {
        const auto at = random() % bytes.size();
        bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << (random() % 8U)));
      }
      if (bytes == whole) continue;  // the same bit twice
      (void)open_envelope(bytes);
      (void)decode_discovery(bytes);
      const auto head = talk.hear(bytes);
      EXPECT_FALSE(head && head->kind == Reply::Kind::Response) << "nobody signed it";
    }
  }
}

EngineId engine_of(std::span<const std::uint8_t> message) {
  const auto frame = read_frame(message);
  return frame ? EngineId{frame->engine.begin(), frame->engine.end()} : EngineId{0};
}

TEST(Usm, IsDiscoveredOnceAndThenAskedWithItsOwnId) {
  fakes::FakeLoop loop;
  fakes::FakeWire wire{loop};
  const auto client = make_client(loop, wire);
  Target target{IpAddress::v4(0x0a40000b), 161, steward()};
  std::vector<Outcome> outcomes;
  wire.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    std::vector<fakes::FakeReply> replies;
    if (engine_of(bytes) != EngineId{}) return replies;
    auto report = discovery_report();
    const auto id = open_envelope(bytes)->id;
    // The msgID is the fourth element, one octet long here: four are spliced in.
    Bytes wide{2, 4};
    for (int shift = 24; shift >= 0; shift -= 8) {
      wide.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(id) >> shift));
    }
    const auto at = report.begin() + 7;
    report.erase(at, at + 3);
    report.insert(report.begin() + 7, wide.begin(), wide.end());
    report[1] = static_cast<std::uint8_t>(report[1] + 3);
    report[6] = static_cast<std::uint8_t>(report[6] + 3);
    replies.push_back({to, report, 1ms});
    return replies;
  });
  const auto request = client->get(target, std::vector<Oid>{{1, 3, 6, 1}}, {100ms, 2},
                                   [&](Outcome outcome) { outcomes.push_back(outcome); });
  loop.advance(1s);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Silence>(outcomes[0])) << describe(outcomes[0]);
  ASSERT_EQ(wire.sent().size(), 3U) << "one discovery, two attempts";
  EXPECT_EQ(engine_of(wire.sent()[0].bytes), EngineId{});
  EXPECT_EQ(engine_of(wire.sent()[1].bytes), kEngine);
  EXPECT_EQ(client->counters().replies, 1U);
}

TEST(Report, IsExplainedWithTheCounterAndTheCause) {
  const Oid usm{1, 3, 6, 1, 6, 3, 15, 1, 1};
  const auto explain = [](const Oid& oid) {
    return explain_report({{oid, Counter32{1}}}, steward());
  };
  EXPECT_EQ(explain(usm.child(5).child(0)).detail,
            "usmStatsWrongDigests: wrong authentication passphrase or protocol for user "
            "'steward'");
  EXPECT_EQ(explain(usm.child(3).child(0)).detail,
            "usmStatsUnknownUserNames: the agent has no user 'steward'");
  EXPECT_EQ(explain(usm.child(6)).status, ErrorStatus::AuthorizationError);
  EXPECT_EQ(explain({1, 3, 6, 1, 9}).detail, "a report of 1.3.6.1.9");
  EXPECT_EQ(explain_report({}, steward()).detail, "a report of nothing");
  EXPECT_EQ(kind_of_report({{usm.child(2), Null{}}}), ReportKind::NotInTimeWindow);
  EXPECT_EQ(kind_of_report({{usm.child(4), Null{}}}), ReportKind::UnknownEngine);
  EXPECT_EQ(kind_of_report({{usm.child(5), Null{}}}), ReportKind::Final);
  EXPECT_EQ(kind_of_report({}), ReportKind::Final);
}

}  // namespace
}  // namespace market::snmp
