// SNMPv3 of the real process, with Debian's net-snmp as an independent manager.

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/sim/test/market.h"
#include "tests/sim/test/process.h"

namespace market::sim::test {
namespace {

constexpr auto kSmall = "--stalls 10 --aps 2 --switches 2";
constexpr auto kAuth = "auth-word-of-all";
constexpr auto kPriv = "priv-word-of-all";
constexpr auto kSwitch = "127.64.0.11";
const std::string kSysName = ".1.3.6.1.2.1.1.5.0";
const std::string kEngineBoots = ".1.3.6.1.6.3.10.2.1.2.0";
const std::string kUsmStats = ".1.3.6.1.6.3.15.1.1";

/// How a manager introduces itself; what the market expects unless a test says otherwise.
struct Manager {
  std::string user = "market-read";
  std::string level = "authPriv";
  std::string hash = "SHA-256";
  std::string auth = kAuth;
  std::string priv = kPriv;
  std::string more;  ///< further options of snmpget(1)
};

std::string options_of(const std::string& more = "") {
  return std::string{"--reboot-seconds 0 --auth-passphrase "} + kAuth + " --priv-passphrase " +
         kPriv + " " + more;
}

class Secure : public ::testing::Test {
 protected:
  void SetUp() override {
    if (run_command("command -v snmpbulkwalk").status != 0) {
      GTEST_SKIP() << "net-snmp's programs are not installed (apt: snmp)";
    }
  }

  static Output snmp(const RunningMarket& market, const Manager& manager,
                     const std::string& program, const std::string& rest,
                     const std::string& address = kSwitch) {
    // A manager that is never satisfied asks for ever: that is a failure, too.
    return run_command("timeout 20 " + program + " -v3 -On -t 0.5 -r 2 -u " + manager.user +
                       " -l " + manager.level + " -a " + manager.hash + " -A " + manager.auth +
                       " -x AES -X " + manager.priv + " " + manager.more + " " + address + ":" +
                       std::to_string(market.port()) + " " + rest + " 2>&1");
  }
  static std::string get(const RunningMarket& market, const Manager& manager,
                         const std::string& object = kSysName) {
    return snmp(market, manager, "snmpget", object).text;
  }
  /// Of "OID = TYPE: number"; -1 when it is no such line.
  static int number(const std::string& line) {
    const auto colon = line.rfind(": ");
    return colon == std::string::npos ? -1 : std::atoi(line.c_str() + colon + 2);
  }
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

const std::string kIsSwitch = kSysName + " = STRING: \"switch\"\n";

TEST_F(Secure, AnswersAuthPrivWithEveryHash) {
  for (const std::string hash : {"SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"}) {
    const RunningMarket market{kSmall, options_of("--auth-protocol " + hash)};
    ASSERT_TRUE(market.ready());
    EXPECT_EQ(get(market, {.hash = hash}), kIsSwitch) << hash;
    EXPECT_EQ(get(market, {.user = "market-write", .hash = hash}), kIsSwitch) << hash;
  }
}

TEST_F(Secure, GetNextAndGetBulkTellTheSameAsOverV2c) {
  const RunningMarket market{kSmall, options_of()};
  ASSERT_TRUE(market.ready());
  const std::string subtree = ".1.3.6.1.2.1.17";
  const auto plain = market.snmp("snmpwalk", "public", kSwitch, subtree);
  ASSERT_GT(plain.text.size(), 10'000U);
  EXPECT_EQ(snmp(market, {}, "snmpbulkwalk", subtree).text, plain.text);
  EXPECT_EQ(snmp(market, {}, "snmpwalk", subtree).text, plain.text);
}

TEST_F(Secure, TheWriterWritesAndTheReaderDoesNot) {
  const RunningMarket market{kSmall, options_of()};
  ASSERT_TRUE(market.ready());
  const auto refused = snmp(market, {}, "snmpset", kSysName + " s core");
  EXPECT_TRUE(contains(refused.text, "noAccess")) << refused.text;
  EXPECT_EQ(get(market, {}), kIsSwitch);
  const auto done = snmp(market, {.user = "market-write"}, "snmpset", kSysName + " s core");
  EXPECT_EQ(done.status, 0) << done.text;
  EXPECT_EQ(get(market, {}), kSysName + " = STRING: \"core\"\n");
}

TEST_F(Secure, ReportsWhatIsWrongAndCountsIt) {
  const RunningMarket market{kSmall, options_of()};
  ASSERT_TRUE(market.ready());
  const auto wrong_digest = get(market, {.auth = "another-word"});
  EXPECT_TRUE(contains(wrong_digest, "Authentication failure")) << wrong_digest;
  const auto other_hash = get(market, {.hash = "SHA"});
  EXPECT_TRUE(contains(other_hash, "Authentication failure")) << other_hash;
  const auto nobody = get(market, {.user = "nobody"});
  EXPECT_TRUE(contains(nobody, "Unknown user name")) << nobody;
  const auto open = get(market, {.level = "authNoPriv"});
  EXPECT_TRUE(contains(open, "Unsupported security level")) << open;
  const auto undecipherable = get(market, {.priv = "another-word"});
  EXPECT_TRUE(contains(undecipherable, "Decryption error")) << undecipherable;
  const auto stranger = get(market, {.more = "-e 8000000001020304"});
  EXPECT_TRUE(contains(stranger, "Unknown engine ID") || contains(stranger, "Timeout")) << stranger;

  const auto counter = [&](int arc) {
    return number(get(market, {}, kUsmStats + "." + std::to_string(arc) + ".0"));
  };
  EXPECT_EQ(counter(1), 1) << "usmStatsUnsupportedSecLevels";
  EXPECT_EQ(counter(3), 1) << "usmStatsUnknownUserNames";
  EXPECT_GE(counter(4), 5) << "usmStatsUnknownEngineIDs: one a discovery";
  EXPECT_EQ(counter(5), 2) << "usmStatsWrongDigests";
  EXPECT_GE(counter(6), 1) << "usmStatsDecryptionErrors";
}

TEST_F(Secure, AManagerThatKnowsAnEarlierLifeOfTheDeviceFindsItsWayBack) {
  const RunningMarket market{kSmall, options_of()};
  ASSERT_TRUE(market.ready());
  const int boots = number(get(market, {}, kEngineBoots));
  EXPECT_GE(boots, 1);
  EXPECT_EQ(market.ctl("reboot sw-1").status, 0);
  EXPECT_EQ(number(get(market, {}, kEngineBoots)), boots + 1);
  const Manager forgetful{.more = "-Z 1,99999"};
  EXPECT_EQ(get(market, forgetful), kIsSwitch);
  EXPECT_TRUE(contains(get(market, {}, kUsmStats + ".2.0"), "Counter32: 1"))
      << "usmStatsNotInTimeWindows";
}

TEST_F(Secure, EveryDeviceIsAnEngineOfItsOwn) {
  const RunningMarket market{kSmall, options_of()};
  ASSERT_TRUE(market.ready());
  const std::string engine = ".1.3.6.1.6.3.10.2.1.1.0";
  const auto one = snmp(market, {}, "snmpget", engine);
  const auto other = snmp(market, {}, "snmpget", engine, "127.64.0.12");
  EXPECT_TRUE(contains(one.text, "Hex-STRING: 80 00 7E D9 03")) << one.text;
  EXPECT_TRUE(contains(other.text, "Hex-STRING: 80 00 7E D9 03")) << other.text;
  EXPECT_NE(one.text, other.text);
}

TEST_F(Secure, CommunitiesCanBeSwitchedOff) {
  {
    const RunningMarket market{kSmall, options_of("--communities none")};
    ASSERT_TRUE(market.ready());
    EXPECT_TRUE(contains(market.snmp("snmpget", "public", kSwitch, kSysName).text, "Timeout"));
    EXPECT_EQ(get(market, {}), kIsSwitch);
  }
  const RunningMarket market{kSmall, options_of("--communities read")};
  ASSERT_TRUE(market.ready());
  EXPECT_EQ(market.snmp("snmpget", "private", kSwitch, kSysName).text, kIsSwitch);
  EXPECT_TRUE(
      contains(market.snmp("snmpset", "private", kSwitch, kSysName + " s x").text, "noAccess"));
  EXPECT_EQ(snmp(market, {.user = "market-write"}, "snmpset", kSysName + " s core").status, 0);
}

TEST_F(Secure, LiesDelaysLossesAndOtherUsersWorkAsWithCommunities) {
  const RunningMarket market{kSmall, options_of()};
  ASSERT_TRUE(market.ready());
  const Manager writer{.user = "market-write"};
  EXPECT_EQ(market.ctl("lie sw-1 accept-and-forget").status, 0);
  EXPECT_EQ(snmp(market, writer, "snmpset", kSysName + " s core").status, 0);
  EXPECT_EQ(get(market, {}), kIsSwitch);
  EXPECT_EQ(market.ctl("lie sw-1 lose-set-reply").status, 0);
  EXPECT_TRUE(contains(snmp(market, writer, "snmpset", kSysName + " s core").text, "Timeout"));
  EXPECT_EQ(get(market, {}), kSysName + " = STRING: \"core\"\n");
  EXPECT_EQ(market.ctl("lie sw-1 garbage").status, 0);
  EXPECT_TRUE(contains(get(market, {}), "Timeout"));
  EXPECT_EQ(market.ctl("lie sw-1 off").status, 0);
  EXPECT_EQ(market.ctl("lose 100% sw-1").status, 0);
  EXPECT_TRUE(contains(get(market, {}), "Timeout"));
  EXPECT_EQ(market.ctl("lose 0% sw-1").status, 0);
  EXPECT_EQ(market.ctl("users sw-1 steward default").status, 0);
  EXPECT_TRUE(contains(market.ctl("show sw-1").text, "read-user steward\n"));
  EXPECT_TRUE(contains(get(market, {}), "Unknown user name"));
  EXPECT_EQ(get(market, {.user = "steward"}), kSysName + " = STRING: \"core\"\n");
  EXPECT_EQ(market.ctl("users sw-1 default default").status, 0);
  EXPECT_EQ(get(market, {}), kSysName + " = STRING: \"core\"\n");
}

TEST_F(Secure, WithoutAPassphraseNobodySpeaksV3) {
  const RunningMarket market{kSmall, ""};
  ASSERT_TRUE(market.ready());
  EXPECT_TRUE(contains(get(market, {}), "Timeout"));
}

TEST_F(Secure, UsersWithoutPrivacySignOnly) {
  const RunningMarket market{kSmall, std::string{"--auth-passphrase "} + kAuth};
  ASSERT_TRUE(market.ready());
  EXPECT_EQ(get(market, {.level = "authNoPriv"}), kIsSwitch);
  EXPECT_TRUE(contains(get(market, {}), "Unsupported security level"));
}

TEST_F(Secure, OptionsThatMakeNoSenseAreRefused) {
  const auto status = [](const std::string& options) {
    return run_command(std::string{MARKETSIM} + " run none.yaml " + options + " 2>/dev/null")
        .status;
  };
  EXPECT_EQ(status("--auth-passphrase short"), 64);
  EXPECT_EQ(status("--priv-passphrase long-enough"), 64);
  EXPECT_EQ(status("--auth-protocol MD5"), 64);
  EXPECT_EQ(status("--communities some"), 64);
}

TEST(Engine, ASwappedTerminalIsAnotherEngineThatStartsForTheFirstTime) {
  Market market;
  const Stall& stall = market.stall_with(StallKind::Snmp);
  const Device& device = market.world.devices()[market.world.find(stall.terminals[0].serial)];
  market.tell("reboot " + device.id);
  const Engine before = market.world.engine(device, market.now);
  EXPECT_GT(before.boots, 1U);
  market.tell("swap-terminal " + stall.id);
  const Engine after = market.world.engine(device, market.now);
  EXPECT_NE(after.id, before.id);
  EXPECT_EQ(after.boots, 1U);
}

std::string hex(const std::string& octets) {
  std::string out;
  for (const char octet : octets) out += fmt::format("{:02x}", static_cast<unsigned char>(octet));
  return out;
}

TEST(UsmKeys, AreThoseOfTheStandard) {
  const std::string engine = std::string(11, '\0') + '\x02';  // RFC 3414, A.3.2
  const std::string key = stretch_passphrase(Hash::Sha1, "maplesyrup");
  EXPECT_EQ(hex(key), "9fb5cc0381497b3793528939ff788d5d79145211");
  EXPECT_EQ(hex(localise_key(Hash::Sha1, key, engine)), "6695febc9288e36282235fc7151f128497b38f3f");
}

TEST(Usm, AClockMayBeAHundredAndFiftySecondsOffAndOfNoOtherLife) {
  const UsmOptions options{{}, Hash::Sha1, kAuth, ""};
  Usm agent{options};
  const Engine own{"engine", 7, 1'000};
  const auto fault_at = [&](std::uint32_t boots, std::uint32_t time) {
    UsmQuestion question;
    question.message.user = options.users.read;
    const auto message =
        Usm{options}.seal({own.id, boots, time}, question, std::string{'\5', '\0'});
    const auto opened = agent.open(own, options.users, octets(message));
    return opened ? opened->fault : UsmFault::None;
  };
  EXPECT_EQ(fault_at(7, 1'150), UsmFault::None);
  EXPECT_EQ(fault_at(7, 850), UsmFault::None);
  EXPECT_EQ(fault_at(7, 1'151), UsmFault::NotInTimeWindows);
  EXPECT_EQ(fault_at(7, 849), UsmFault::NotInTimeWindows);
  EXPECT_EQ(fault_at(6, 1'000), UsmFault::NotInTimeWindows);
  EXPECT_EQ(fault_at(8, 1'000), UsmFault::NotInTimeWindows);
}

TEST(Usm, TheLongestAnswerFitsAFrameWhateverIsAroundIt) {
  Market market;
  AgentOptions options;
  options.usm = {{"market-read", std::string(32, 'w')}, Hash::Sha512, kAuth, kPriv};
  Agents agents{market.world, options};
  const std::size_t device = market.world.find("sw-1");
  const Engine engine = market.world.engine(market.world.devices()[device], market.now);
  Usm manager{options.usm};
  UsmQuestion question;
  question.message.id = 2'147'483'647;
  question.message.user = options.usm.users.write;
  std::string bindings;
  put_binding(bindings, name("1.3.6.1.2.1.31"), {});
  std::string numbers;
  for (const std::int64_t number : {2'147'483'647, 0, 500}) ber::put_integer(numbers, 0x02, number);
  ber::put_octets(numbers, 0x30, bindings);
  std::string pdu;
  ber::put_octets(pdu, static_cast<std::uint8_t>(Operation::GetBulk), numbers);
  const auto reply = agents.ask(device, octets(manager.seal(engine, question, pdu)), market.now);
  ASSERT_TRUE(reply);
  EXPECT_LE(reply->message.size(), options.answer_limit);
  EXPECT_GT(reply->message.size(), options.answer_limit - 120);
}

}  // namespace
}  // namespace market::sim::test
