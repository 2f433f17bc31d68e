// Traps and informs as Debian's snmptrap and snmpinform send them, over loopback.
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "probes/io/asio_loop.h"
#include "probes/snmp/trap_receiver.h"

namespace market::snmp {
namespace {

constexpr std::uint16_t kPort = 16262;

class TrapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v snmptrap >/dev/null") != 0) GTEST_SKIP() << "no snmptrap here";
    auto wire = io::open_udp(loop_, kPort);
    ASSERT_TRUE(wire) << wire.error().message;
    wire_ = std::move(*wire);
    Credentials ours;
    ours.id = "traps";
    ours.community = Secret{"public"};
    receiver_ = receive_traps(*wire_, {ours},
                              [this](TrapEvent event) { events_.push_back(std::move(event)); });
  }
  // Runs the command beside the loop; its exit status.
  int run(const std::string& command) {
    int status = -1;
    std::thread sender{[&] {
      status = std::system((command + " >/dev/null 2>&1").c_str());
      loop_.post([this] { loop_.stop(); });
    }};
    loop_.run();
    sender.join();
    return status;
  }

  const std::string at_ = " 127.0.0.1:" + std::to_string(kPort) + " ";
  io::AsioLoop loop_;
  std::unique_ptr<io::Wire> wire_;
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
  EXPECT_EQ(receiver_->counters().unknown, 1U);
}

TEST_F(TrapTest, CountsWhatIsNoNotification) {
  const auto sender = io::open_udp(loop_);
  ASSERT_TRUE(sender);
  const std::vector<std::uint8_t> babble{0x30, 0x03, 0x02, 0x01, 0x01};
  loop_.post([&] {
    ASSERT_TRUE((*sender)->send({*IpAddress::parse("127.0.0.1"), kPort}, babble));
  });
  EXPECT_EQ(run("snmptrap -v2c -c public" + at_ + "99 1.3.6.1.6.3.1.1.5.1"), 0);
  EXPECT_EQ(receiver_->counters().garbled, 1U);
  EXPECT_EQ(events_.size(), 1U);
}

}  // namespace
}  // namespace market::snmp
