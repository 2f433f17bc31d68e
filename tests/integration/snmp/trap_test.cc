// Traps and informs as Debian's snmptrap and snmpinform send them, over loopback.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <thread>

#include "probes/io/asio_loop.h"
#include "probes/snmp/trap_receiver.h"
#include "tests/integration/snmp/snmpd.h"

namespace market::snmp {
namespace {

const OwnEngine kOwn{{0x80, 0x00, 0x1f, 0x88, 0x04, 'm', 'a', 'r', 'k', 'e', 't', 'd'}, 7};

/// The real wire, and what came over it.
class Tap final : public io::Wire {
 public:
  explicit Tap(io::Wire& wire) : wire_{wire} {}
  Result<void> send(const io::Endpoint& to, std::span<const std::uint8_t> bytes) override {
    sent.emplace_back(bytes.begin(), bytes.end());
    return wire_.send(to, bytes);
  }
  void on_receive(Receiver receiver) override {
    if (!receiver) return wire_.on_receive({});
    wire_.on_receive([this, receiver](const io::Endpoint& from, std::span<const std::uint8_t> in) {
      received.emplace_back(in.begin(), in.end());
      receiver(from, in);
    });
  }
  [[nodiscard]] std::uint64_t dropped() const override { return wire_.dropped(); }

  std::vector<std::vector<std::uint8_t>> sent, received;

 private:
  io::Wire& wire_;
};

Credentials user(const std::string& name, AuthProtocol auth, PrivProtocol priv) {
  Credentials credentials;
  credentials.id = "v3-" + name;
  credentials.version = Version::V3;
  credentials.user = name;
  credentials.auth = auth;
  credentials.auth_passphrase = Secret{auth == AuthProtocol::None ? "" : "dongdaemun-auth"};
  credentials.priv = priv;
  credentials.priv_passphrase = Secret{priv == PrivProtocol::None ? "" : "namdaemun-priv"};
  return credentials;
}

std::vector<Credentials> accepted() {
  Credentials ours;
  ours.id = "traps";
  ours.community = Secret{"public"};
  return {ours, user("crier", AuthProtocol::None, PrivProtocol::None),
          user("inspector", AuthProtocol::Sha256, PrivProtocol::None),
          user("steward", AuthProtocol::Sha256, PrivProtocol::Aes128)};
}

class TrapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v snmptrap >/dev/null") != 0) {
      GTEST_SKIP() << "SKIPPED: needs snmptrap and snmpinform (Debian package snmp)";
    }
    std::string folder = "/tmp/market-traps-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    auto wire = io::open_udp(loop_, port_);
    ASSERT_TRUE(wire) << wire.error().message;
    wire_ = std::move(*wire);
    tap_ = std::make_unique<Tap>(*wire_);
    listen(kOwn);
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  void listen(const OwnEngine& own) {
    receiver_.reset();
    receiver_ = receive_traps(loop_, *tap_, accepted(), own,
                              [this](TrapEvent event) { events_.push_back(std::move(event)); });
  }
  // Runs the command beside the loop; its exit status. The programs keep their state to themselves.
  int run(const std::string& command) {
    int status = -1;
    const std::string line =
        "MIBS= SNMP_PERSISTENT_DIR=" + folder_.string() + " " + command + " >/dev/null 2>&1";
    std::thread sender{[&] {
      status = std::system(line.c_str());
      // What the program has just sent may still be on its way.
      loop_.post(
          [this] { end_ = loop_.after(std::chrono::milliseconds{20}, [this] { loop_.stop(); }); });
    }};
    loop_.run();
    sender.join();
    return status;
  }
  // A coldStart of SNMPv3. `options`: user, keys and engine.
  int trap(const std::string& options) {
    return run("snmptrap -v3 " + options + at_ + "99 1.3.6.1.6.3.1.1.5.1 " + kName);
  }
  int inform(const std::string& options) {
    return run("snmpinform -v3 -r 0 -t 3 " + options + at_ + "99 1.3.6.1.6.3.1.1.5.1 " + kName);
  }
  // Sends octets to the receiver from a socket of our own.
  void replay(const std::vector<std::uint8_t>& octets) {
    const auto sender = io::open_udp(loop_);
    ASSERT_TRUE(sender);
    loop_.post([&] { ASSERT_TRUE((*sender)->send({IpAddress::v4(0x7f000001), port_}, octets)); });
    end_ = loop_.after(std::chrono::milliseconds{100}, [this] { loop_.stop(); });
    loop_.run();
  }
  [[nodiscard]] std::uint64_t refused(TrapRefusal why) const {
    return receiver_->counters().of(why);
  }
  [[nodiscard]] std::uint64_t refused_in_all() const {
    const auto all = receiver_->counters().refused;
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0});
  }

  const std::uint16_t port_ = test::free_udp_port();
  const std::string at_ = " 127.0.0.1:" + std::to_string(port_) + " ";
  const std::string kName = "1.3.6.1.2.1.1.5.0 s sw-a1";
  const std::string kAgent = "-e 0x80007ed9030200000a0001 ";
  const std::string kInspector = "-l authNoPriv -u inspector -a SHA-256 -A dongdaemun-auth ";
  const std::string kSteward =
      "-l authPriv -u steward -a SHA-256 -A dongdaemun-auth -x AES -X namdaemun-priv ";
  std::filesystem::path folder_;
  io::AsioLoop loop_;
  io::Timer end_;
  std::unique_ptr<io::Wire> wire_;
  std::unique_ptr<Tap> tap_;
  std::unique_ptr<TrapReceiver> receiver_;
  std::vector<TrapEvent> events_;
};

TEST_F(TrapTest, MapsVersionOne) {
  EXPECT_EQ(run("snmptrap -v1 -c public" + at_ +
                "1.3.6.1.4.1.32473 10.0.0.9 2 0 4200 "
                "1.3.6.1.2.1.2.2.1.1.7 i 7"),
            0);
  EXPECT_EQ(run("snmptrap -v1 -c public" + at_ + "1.3.6.1.4.1.32473 10.0.0.9 6 17 4300"), 0);
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_EQ(events_[0].version, Version::V1);
  EXPECT_EQ(events_[0].trap.to_string(), "1.3.6.1.6.3.1.1.5.3") << "linkDown";
  EXPECT_EQ(events_[0].uptime_ticks, 4200U);
  EXPECT_EQ(events_[0].from.address.to_string(), "127.0.0.1");
  ASSERT_EQ(events_[0].bindings.size(), 1U);
  EXPECT_EQ(events_[0].bindings[0].value, Value{Integer{7}});
  EXPECT_EQ(events_[1].trap.to_string(), "1.3.6.1.4.1.32473.0.17");
}

TEST_F(TrapTest, AcknowledgesInformsAndKnowsWhoMaySpeak) {
  EXPECT_EQ(run("snmpinform -v2c -c public -r 0 -t 5" + at_ +
                "99 1.3.6.1.6.3.1.1.5.4 "
                "1.3.6.1.2.1.1.5.0 s sw-a1"),
            0)
      << "snmpinform waits for the acknowledgement";
  EXPECT_EQ(run("snmptrap -v2c -c stranger" + at_ + "99 1.3.6.1.6.3.1.1.5.4"), 0);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_TRUE(events_[0].inform);
  EXPECT_EQ(events_[0].credentials, "traps");
  EXPECT_EQ(events_[0].uptime_ticks, 99U);
  EXPECT_EQ(events_[0].trap.to_string(), "1.3.6.1.6.3.1.1.5.4");
  EXPECT_EQ(events_[0].bindings.at(0).value, Value{Octets{"sw-a1"}});
  EXPECT_EQ(receiver_->counters().acknowledged, 1U);
  EXPECT_EQ(refused(TrapRefusal::UnknownCommunity), 1U);
}

TEST_F(TrapTest, CountsWhatIsNoNotification) {
  const auto sender = io::open_udp(loop_);
  ASSERT_TRUE(sender);
  const std::vector<std::uint8_t> babble{0x30, 0x03, 0x02, 0x01, 0x01};
  loop_.post([&] {
    ASSERT_TRUE((*sender)->send({*IpAddress::parse("127.0.0.1"), port_}, babble));
  });
  EXPECT_EQ(run("snmptrap -v2c -c public" + at_ + "99 1.3.6.1.6.3.1.1.5.1"), 0);
  EXPECT_EQ(receiver_->counters().garbled, 1U);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(TrapTest, TakesVersionThreeAtEachLevel) {
  EXPECT_EQ(trap(kAgent + "-l noAuthNoPriv -u crier"), 0);
  EXPECT_EQ(trap(kAgent + kInspector), 0);
  EXPECT_EQ(trap(kAgent + kSteward), 0);
  ASSERT_EQ(events_.size(), 3U);
  EXPECT_EQ(events_[0].credentials, "v3-crier");
  EXPECT_EQ(events_[1].credentials, "v3-inspector");
  EXPECT_EQ(events_[2].credentials, "v3-steward");
  for (const auto& event : events_) {
    EXPECT_EQ(event.version, Version::V3);
    EXPECT_EQ(event.engine, "80007ed9030200000a0001");
    EXPECT_EQ(event.uptime_ticks, 99U);
    EXPECT_EQ(event.trap.to_string(), "1.3.6.1.6.3.1.1.5.1");
    ASSERT_EQ(event.bindings.size(), 1U);
    EXPECT_EQ(event.bindings[0].value, Value{Octets{"sw-a1"}});
  }
  EXPECT_EQ(refused_in_all(), 0U);
}

TEST_F(TrapTest, TakesNoUserWithLessThanItsOwnLevel) {
  EXPECT_EQ(trap(kAgent + "-l noAuthNoPriv -u steward"), 0);
  EXPECT_EQ(trap(kAgent + "-l authNoPriv -u steward -a SHA-256 -A dongdaemun-auth"), 0);
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(refused(TrapRefusal::UnsupportedLevel), 2U);
}

TEST_F(TrapTest, RefusesWrongKeysAndUnknownUsersByName) {
  EXPECT_EQ(trap(kAgent + "-l authNoPriv -u inspector -a SHA-256 -A not-the-passphrase"), 0);
  EXPECT_EQ(refused(TrapRefusal::WrongDigest), 1U);
  EXPECT_EQ(trap(kAgent + "-l authNoPriv -u inspector -a SHA -A dongdaemun-auth"), 0);
  EXPECT_EQ(refused(TrapRefusal::WrongDigest), 2U) << "another protocol";
  EXPECT_EQ(trap(kAgent + "-l authPriv -u steward -a SHA-256 -A dongdaemun-auth -x AES -X "
                          "not-the-passphrase"),
            0);
  EXPECT_EQ(refused(TrapRefusal::DecryptionError), 1U);
  EXPECT_EQ(trap(kAgent + "-l authNoPriv -u nobody -a SHA-256 -A dongdaemun-auth"), 0);
  EXPECT_EQ(refused(TrapRefusal::UnknownUser), 1U);
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(to_string(TrapRefusal::WrongDigest), "usmStatsWrongDigests");
  EXPECT_EQ(trap(kAgent + kInspector), 0);
  EXPECT_EQ(events_.size(), 1U) << "and goes on";
}

TEST_F(TrapTest, TheClockOfASenderOnlyGoesForward) {
  const std::string agent = "-e 0x80007ed9030200000a0002 " + kInspector;
  EXPECT_EQ(trap(agent + "-Z 5,1000"), 0);
  EXPECT_EQ(trap(agent + "-Z 5,900"), 0);
  EXPECT_EQ(events_.size(), 2U) << "100 s late is within the window";
  EXPECT_EQ(trap(agent + "-Z 5,800"), 0);
  EXPECT_EQ(trap(agent + "-Z 4,5000"), 0);
  EXPECT_EQ(events_.size(), 2U);
  EXPECT_EQ(refused(TrapRefusal::NotInTimeWindow), 2U) << "200 s late, and another life";
  EXPECT_EQ(trap(agent + "-Z 6,1"), 0);
  EXPECT_EQ(events_.size(), 3U) << "it has restarted";
  EXPECT_EQ(trap(agent + "-Z 5,1001"), 0);
  EXPECT_EQ(events_.size(), 3U);
}

TEST_F(TrapTest, AForgedTrapDoesNotMoveTheClockOfASender) {
  const std::string agent = "-e 0x80007ed9030200000a0003 ";
  EXPECT_EQ(trap(agent + kInspector + "-Z 5,1000"), 0);
  EXPECT_EQ(trap(agent + "-l authNoPriv -u inspector -a SHA-256 -A not-the-passphrase -Z 900,1"),
            0);
  EXPECT_EQ(trap(agent + "-l noAuthNoPriv -u crier -Z 900,1"), 0);
  EXPECT_EQ(trap(agent + kInspector + "-Z 5,1001"), 0);
  ASSERT_EQ(events_.size(), 3U);
  EXPECT_EQ(events_.back().credentials, "v3-inspector");
}

TEST_F(TrapTest, AcknowledgesInformsOfVersionThree) {
  EXPECT_EQ(inform("-l noAuthNoPriv -u crier"), 0) << "snmpinform waits for the acknowledgement";
  EXPECT_EQ(inform(kInspector), 0);
  EXPECT_EQ(inform(kSteward), 0);
  ASSERT_EQ(events_.size(), 3U);
  EXPECT_EQ(events_[2].credentials, "v3-steward");
  EXPECT_TRUE(events_[2].inform);
  EXPECT_EQ(events_[2].bindings.at(0).value, Value{Octets{"sw-a1"}});
  EXPECT_EQ(receiver_->counters().acknowledged, 3U);
  EXPECT_GE(receiver_->counters().discoveries, 3U);
}

TEST_F(TrapTest, ReportsToInformersWhatIsWrong) {
  EXPECT_NE(inform("-l authNoPriv -u inspector -a SHA-256 -A not-the-passphrase"), 0);
  EXPECT_EQ(refused(TrapRefusal::WrongDigest), 1U);
  EXPECT_NE(inform("-l authNoPriv -u nobody -a SHA-256 -A dongdaemun-auth"), 0);
  EXPECT_EQ(refused(TrapRefusal::UnknownUser), 1U);
  EXPECT_NE(inform("-l noAuthNoPriv -u steward"), 0);
  EXPECT_EQ(refused(TrapRefusal::UnsupportedLevel), 1U);
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(receiver_->counters().acknowledged, 0U);
  EXPECT_GE(tap_->sent.size(), 6U) << "a report for each discovery and each refusal";
}

TEST_F(TrapTest, AnInformOfAnotherLifeIsRefusedAndTheSenderToldTheTime) {
  ASSERT_EQ(inform(kSteward), 0);
  const auto old = tap_->received.back();
  replay(old);
  EXPECT_EQ(events_.size(), 2U) << "within the window: RFC 3414 knows no other protection";
  listen({kOwn.id, kOwn.boots + 1});
  tap_->sent.clear();
  replay(old);
  EXPECT_EQ(events_.size(), 2U);
  EXPECT_EQ(refused(TrapRefusal::NotInTimeWindow), 1U);
  EXPECT_EQ(tap_->sent.size(), 1U) << "a report with our clock";
  EXPECT_EQ(inform(kSteward), 0) << "who asks anew is heard";
  EXPECT_NE(inform("-e 0x80007ed9030200000a0004 " + kSteward), 0) << "another engine than ours";
  EXPECT_GE(refused(TrapRefusal::UnknownEngine), 1U);
}

}  // namespace
}  // namespace market::snmp
