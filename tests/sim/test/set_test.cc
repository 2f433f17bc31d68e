// The SET operation: what it refuses and why, and that it is done completely or not at all.

#include <gtest/gtest.h>

#include <ostream>

#include "tests/sim/test/market.h"

namespace market::sim::test {
namespace {

using std::string_literals::operator""s;

// RFC 3416, section 3.
constexpr int kNoError = 0, kGenErr = 5, kNoAccess = 6, kWrongType = 7, kWrongLength = 8,
              kWrongValue = 10, kNoCreation = 11, kInconsistentValue = 12,
              kResourceUnavailable = 13, kCommitFailed = 14, kNotWritable = 17,
              kInconsistentName = 18;

const std::string kSysName = "1.3.6.1.2.1.1.5.0";
const std::string kAlias = "1.3.6.1.2.1.31.1.1.1.18.";
const std::string kAdmin = "1.3.6.1.2.1.2.2.1.7.";
const std::string kVlan = "1.3.6.1.2.1.17.7.1.4.3.1.";  // column.vid
const std::string kPvid = "1.3.6.1.2.1.17.7.1.4.5.1.1.";
const std::string kSave = "1.3.6.1.4.1.32473.9.1.0";
const std::string kSaved = "1.3.6.1.4.1.32473.9.2.0";

VarBind binding(const std::string& oid, Value value) { return {name(oid), std::move(value)}; }

TEST(Set, StoresAndEchoes) {
  Market market;
  const auto answer = market.set("sw-1", {binding(kSysName, Value::text("서문-sw-1")),
                                          binding(kAlias + "103", Value::text("A-101 대구상회")),
                                          binding(kAdmin + "124", Value::integer(2))});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, kNoError);
  ASSERT_EQ(answer->bindings.size(), 3U);
  EXPECT_EQ(answer->bindings[1].value, Value::text("A-101 대구상회"));
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "서문-sw-1");
  EXPECT_EQ(market.get("sw-1", kAlias + "103").octets, "A-101 대구상회");
  EXPECT_EQ(market.get("sw-1", kAdmin + "124").number, 2);
}

struct Refusal {
  std::string what;
  std::string oid;
  Value value;
  int status;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.what; }

class Refusals : public testing::TestWithParam<Refusal> {};

TEST_P(Refusals, NameTheBindingAtFaultAndStoreNothing) {
  Market market;
  const std::string before = market.tell("dump");
  // The binding at fault stands third, behind two good ones.
  const auto answer = market.set(
      "sw-1", {binding(kSysName, Value::text("new")), binding(kAlias + "103", Value::text("new")),
               binding(GetParam().oid, GetParam().value)});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, GetParam().status) << GetParam().what;
  EXPECT_EQ(answer->index, 3);
  EXPECT_EQ(answer->bindings.size(), 3U) << "the request's bindings come back";
  EXPECT_EQ(market.tell("dump"), before);
}

INSTANTIATE_TEST_SUITE_P(
    Switch, Refusals,
    testing::Values(
        Refusal{"a counter", "1.3.6.1.2.1.2.2.1.10.101", Value::integer(0), kNotWritable},
        Refusal{"no such object", "1.3.6.1.2.1.99.1.0", Value::integer(0), kNotWritable},
        Refusal{"name as number", kSysName, Value::integer(5), kWrongType},
        Refusal{"pvid as INTEGER", kPvid + "3", Value::integer(1), kWrongType},
        Refusal{"status as Gauge32", kAdmin + "103", Value::gauge(1), kWrongType},
        Refusal{"name too long", kSysName, Value::text(std::string(256, 'x')), kWrongLength},
        Refusal{"alias too long", kAlias + "103", Value::text(std::string(65, 'x')), kWrongLength},
        Refusal{"admin testing", kAdmin + "103", Value::integer(3), kWrongValue},
        Refusal{"pvid 4095", kPvid + "3", Value::gauge(4095), kWrongValue},
        Refusal{"row status 7", kVlan + "5.20", Value::integer(7), kWrongValue},
        Refusal{"row status notReady", kVlan + "5.20", Value::integer(3), kWrongValue},
        Refusal{"short port list", kVlan + "2.1", Value::text("\xff\xff"), kWrongLength},
        Refusal{"long port list", kVlan + "2.1", Value::text("\xff\xff\xff\x00"s), kWrongLength},
        Refusal{"port 25 of 24", kAdmin + "125", Value::integer(1), kNoCreation},
        Refusal{"no base port 0", kPvid + "0", Value::gauge(1), kNoCreation},
        Refusal{"vid 4095", kVlan + "5.4095", Value::integer(4), kNoCreation},
        Refusal{"name of no vlan", kVlan + "1.20", Value::text("x"), kInconsistentName},
        Refusal{"pvid of no vlan", kPvid + "3", Value::gauge(20), kInconsistentValue},
        Refusal{"active without row", kVlan + "5.20", Value::integer(1), kInconsistentValue},
        Refusal{"second row", kVlan + "5.1", Value::integer(4), kInconsistentValue},
        Refusal{"destroy vlan 1", kVlan + "5.1", Value::integer(6), kInconsistentValue},
        Refusal{"scalar row 1", "1.3.6.1.2.1.1.5.1", Value::text("x"), kNoCreation},
        Refusal{"save with 2", kSave, Value::integer(2), kWrongValue},
        Refusal{"saved is read-only", kSaved, Value::integer(1), kNotWritable}));

TEST(Set, BindingsTakeEffectAsIfSimultaneously) {
  Market market;
  // Columns before the row that they are in, PVID before the VLAN it names.
  const auto answer = market.set("sw-1", {binding(kPvid + "7", Value::gauge(20)),
                                          binding(kVlan + "2.20", Value::text("\x02\x00\x00"s)),
                                          binding(kVlan + "1.20", Value::text("payment")),
                                          binding(kVlan + "5.20", Value::integer(4))});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, kNoError);
  EXPECT_EQ(market.get("sw-1", kVlan + "5.20").number, 1);
  EXPECT_EQ(market.get("sw-1", kVlan + "1.20").octets, "payment");
  EXPECT_EQ(market.get("sw-1", kPvid + "7"), Value::gauge(20));
}

TEST(Set, RowsGoThroughTheirStates) {
  Market market;
  EXPECT_EQ(market.set_one("sw-1", kVlan + "5.30", Value::integer(5)), kNoError);
  EXPECT_EQ(market.get("sw-1", kVlan + "5.30").number, 2) << "createAndWait leaves notInService";
  EXPECT_EQ(market.walk("sw-1", "1.3.6.1.2.1.17.7.1.4.2.1.4").size(), 1U) << "not current yet";
  EXPECT_EQ(market.set_one("sw-1", kPvid + "7", Value::gauge(30)), kInconsistentValue);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "1.30", Value::text("staff")), kNoError);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "5.30", Value::integer(1)), kNoError);
  EXPECT_EQ(market.walk("sw-1", "1.3.6.1.2.1.17.7.1.4.2.1.4").size(), 2U);
  EXPECT_EQ(market.set_one("sw-1", kPvid + "7", Value::gauge(30)), kNoError);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "5.30", Value::integer(6)), kInconsistentValue)
      << "a port rests on it";
  EXPECT_EQ(market.set_one("sw-1", kPvid + "7", Value::gauge(1)), kNoError);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "5.30", Value::integer(6)), kNoError);
  EXPECT_EQ(market.get("sw-1", kVlan + "5.30").tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "5.30", Value::integer(6)), kNoError)
      << "destroying nothing is no error (RFC 2579)";
}

TEST(Set, ForbiddenPortsAreNoMembers) {
  Market market;
  ASSERT_EQ(market.set_one("sw-1", kVlan + "5.20", Value::integer(4)), kNoError);
  ASSERT_EQ(market.set_one("sw-1", kVlan + "3.20", Value::text("\x10\x00\x00"s)), kNoError);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "2.20", Value::text("\x30\x00\x00"s)),
            kInconsistentValue);
  EXPECT_EQ(market.set_one("sw-1", kVlan + "2.20", Value::text("\x20\x00\x00"s)), kNoError);
}

TEST(Set, TheVlanTableIsFiniteAndSaysSo) {
  Market market;
  for (int vid = 2; vid <= 256; ++vid) {
    ASSERT_EQ(market.set_one("sw-1", kVlan + "5." + std::to_string(vid), Value::integer(4)), 0);
  }
  EXPECT_EQ(market.set_one("sw-1", kVlan + "5.257", Value::integer(4)), kResourceUnavailable);
}

TEST(Set, NamesNoPortBeyondTheLast) {
  ExampleOptions options = small_options();
  options.switches = 1;
  Market market{Birth::FactoryFresh, options};
  // 24 ports fill their octets; an 8-port list would not show it, so the check is on the length.
  EXPECT_EQ(market.set_one("sw-1", kVlan + "2.1", Value::text(std::string(4, '\xff'))),
            kWrongLength);
}

TEST(Set, AccessPointsCheckChannelsAndSlots) {
  Market market;
  const std::string radio = "1.3.6.1.4.1.32473.2.1.1.";
  const std::string slot = "1.3.6.1.4.1.32473.2.2.1.";
  EXPECT_EQ(market.set_one("ap-1", radio + "2.1", Value::integer(6)), kNoError);
  EXPECT_EQ(market.set_one("ap-1", radio + "2.1", Value::integer(36)), kWrongValue) << "2.4 GHz";
  EXPECT_EQ(market.set_one("ap-1", radio + "2.2", Value::integer(37)), kWrongValue) << "5 GHz";
  EXPECT_EQ(market.set_one("ap-1", radio + "3.1", Value::integer(80)), kWrongValue);
  EXPECT_EQ(market.set_one("ap-1", radio + "1.1", Value::integer(2)), kNotWritable);
  EXPECT_EQ(market.set_one("ap-1", radio + "2.3", Value::integer(36)), kNoCreation);
  EXPECT_EQ(market.set_one("ap-1", slot + "1.9", Value::text("x")), kNoCreation);
  EXPECT_EQ(market.set_one("ap-1", slot + "1.1", Value::text(std::string(33, 'x'))), kWrongLength);
  EXPECT_EQ(market.set_one("ap-1", slot + "2.1", Value::integer(30)), kWrongType);
  EXPECT_EQ(market.set_one("ap-1", slot + "5.1", Value::integer(1)), kInconsistentValue)
      << "no name";
}

TEST(Set, NeedsTheWriteCommunity) {
  Market market;
  const std::vector<VarBind> wish{binding(kSysName, Value::text("x"))};
  const auto refused = market.ask("sw-1", Operation::Set, wish, "public");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, kNoAccess);
  EXPECT_FALSE(market.ask("sw-1", Operation::Set, wish, "secret"));
  EXPECT_FALSE(market.ask("sw-1", Operation::Get, wish, "secret"));
  EXPECT_TRUE(market.ask("sw-1", Operation::Get, wish, "private")) << "who may write may read";
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "switch");
}

TEST(Set, TerminalsHaveNothingToWrite) {
  Market market;
  const auto& serial = market.stall_with(StallKind::Snmp).terminals[0].serial;
  EXPECT_EQ(market.set_one(serial, kSysName, Value::text("x")), kNotWritable);
  EXPECT_EQ(market.tell("dump").find(serial), std::string::npos);
}

TEST(Save, StartupIsWhatWasSaved) {
  Market market;
  EXPECT_EQ(market.get("sw-1", kSaved).number, 1);
  ASSERT_EQ(market.set_one("sw-1", kSysName, Value::text("one")), kNoError);
  EXPECT_EQ(market.get("sw-1", kSaved).number, 2);
  ASSERT_EQ(market.set_one("sw-1", kSave, Value::integer(1)), kNoError);
  EXPECT_EQ(market.get("sw-1", kSaved).number, 1);
  ASSERT_EQ(market.set_one("sw-1", kSysName, Value::text("two")), kNoError);
  const auto uptime = market.get("sw-1", "1.3.6.1.2.1.1.3.0").number;
  market.tell("reboot sw-1");
  EXPECT_FALSE(market.hears("sw-1"));
  market.pass(std::chrono::milliseconds{1999});
  EXPECT_FALSE(market.hears("sw-1"));
  market.pass(std::chrono::milliseconds{1});
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "one");
  EXPECT_LT(market.get("sw-1", "1.3.6.1.2.1.1.3.0").number, uptime);
  EXPECT_EQ(market.get("sw-1", kSaved).number, 1);
}

TEST(Lie, AcceptAndForgetStoresNothing) {
  Market market;
  market.tell("lie sw-1 accept-and-forget");
  EXPECT_EQ(market.set_one("sw-1", kSysName, Value::text("x")), kNoError);
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "switch");
  market.tell("lie sw-1 off");
  EXPECT_EQ(market.set_one("sw-1", kSysName, Value::text("x")), kNoError);
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "x");
}

TEST(Lie, HalfApplyKeepsTheFirstBinding) {
  Market market;
  market.tell("lie sw-1 half-apply");
  const auto answer = market.set(
      "sw-1", {binding(kSysName, Value::text("x")), binding(kAlias + "103", Value::text("y"))});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, kCommitFailed);
  EXPECT_EQ(answer->index, 2);
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "x");
  EXPECT_EQ(market.get("sw-1", kAlias + "103").octets, "");
}

TEST(Lie, LoseSetReplyAppliesInSilence) {
  Market market;
  market.tell("lie sw-1 lose-set-reply");
  EXPECT_EQ(market.set_one("sw-1", kSysName, Value::text("x")), -1);
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "x");
}

TEST(Lie, RefuseAndGarbage) {
  Market market;
  market.tell("lie sw-1 refuse");
  EXPECT_EQ(market.set_one("sw-1", kSysName, Value::text("x")), kGenErr);
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "switch");
  market.tell("lie sw-1 garbage");
  const std::string request = encode("public", Operation::Get, {binding(kSysName, {})});
  const auto reply = market.agents.handle(market.address("sw-1"), octets(request), market.now);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(decode(reply->message));
}

}  // namespace
}  // namespace market::sim::test
