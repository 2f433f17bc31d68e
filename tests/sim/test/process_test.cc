// The real process, with Debian's net-snmp as an independent manager.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "config/design/load.h"
#include "tests/sim/test/market.h"
#include "tests/sim/test/process.h"

namespace market::sim::test {
namespace {

constexpr auto kSmall = "--stalls 10 --aps 2 --switches 2";
constexpr auto kSwitch = "127.64.0.11";
constexpr auto kSysName = ".1.3.6.1.2.1.1.5.0";

bool has_net_snmp() { return run_command("command -v snmpbulkwalk").status == 0; }

#define NEEDS_NET_SNMP()                                                 \
  if (!has_net_snmp()) {                                                 \
    GTEST_SKIP() << "net-snmp's programs are not installed (apt: snmp)"; \
  }

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Process, AnswersSnmpgetSnmpsetAndSnmpbulkwalk) {
  NEEDS_NET_SNMP();
  RunningMarket market{kSmall, ""};
  ASSERT_TRUE(market.ready());
  const auto name = [&] { return market.snmp("snmpget", "public", kSwitch, kSysName).text; };
  EXPECT_EQ(name(), ".1.3.6.1.2.1.1.5.0 = STRING: \"switch\"\n");
  const auto set = market.snmp("snmpset", "private", kSwitch, std::string{kSysName} + " s core");
  EXPECT_EQ(set.status, 0) << set.text;
  EXPECT_EQ(name(), ".1.3.6.1.2.1.1.5.0 = STRING: \"core\"\n");
  const auto bulk = market.snmp("snmpbulkwalk", "public", kSwitch, ".1");
  const auto walk = market.snmp("snmpwalk", "public", kSwitch, ".1.3.6.1.2.1.17");
  EXPECT_EQ(bulk.status, 0);
  EXPECT_GT(lines(bulk.text), 1000U);
  EXPECT_NE(bulk.text.find(walk.text), std::string::npos) << "GETNEXT and GETBULK agree";
}

TEST(Process, RefusesWithTheErrorsThatNetSnmpKnows) {
  NEEDS_NET_SNMP();
  RunningMarket market{kSmall, ""};
  ASSERT_TRUE(market.ready());
  const auto reason = [&](const std::string& community, const std::string& binding) {
    return market.snmp("snmpset", community, kSwitch, binding).text;
  };
  EXPECT_NE(reason("private", std::string{kSysName} + " i 5").find("wrongType"), std::string::npos);
  EXPECT_NE(reason("private", ".1.3.6.1.2.1.17.7.1.4.3.1.2.1 x FFFF").find("wrongLength"),
            std::string::npos);
  EXPECT_NE(reason("private", ".1.3.6.1.2.1.17.7.1.4.5.1.1.3 u 20").find("inconsistentValue"),
            std::string::npos);
  EXPECT_NE(reason("private", ".1.3.6.1.2.1.1.3.0 t 0").find("notWritable"), std::string::npos);
  EXPECT_NE(reason("public", std::string{kSysName} + " s x").find("noAccess"), std::string::npos);
  EXPECT_NE(reason("wrong", std::string{kSysName} + " s x").find("Timeout"), std::string::npos);
}

TEST(Process, CtlWorksOnTheRunningMarket) {
  RunningMarket market{kSmall, "--reboot-seconds 0 --leave-out ap-2"};
  ASSERT_TRUE(market.ready());
  EXPECT_NE(market.ctl("list").text.find("ap-2 ap 127.64.0.32 AP-0002 unplugged\n"),
            std::string::npos);
  EXPECT_EQ(market.ctl("plug ap-2").status, 0);
  EXPECT_NE(market.ctl("list").text.find("ap-2 ap 127.64.0.32 AP-0002 up\n"), std::string::npos);
  EXPECT_EQ(market.ctl("set sw-1 1.3.6.1.2.1.1.5.0 s 'two words'").status, 0);
  EXPECT_NE(market.ctl("dump sw-1").text.find("= STRING: \"two words\""), std::string::npos);
  EXPECT_EQ(market.ctl("reboot sw-1").status, 0);
  EXPECT_NE(market.ctl("dump sw-1").text.find("= STRING: \"switch\""), std::string::npos);
  const auto refused = market.ctl("unplug nobody");
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.text, "marketsim: there is nothing called 'nobody' in this market\n");
  EXPECT_EQ(market.ctl("quit").status, 0);
  EXPECT_EQ(market.wait(), 0);
  EXPECT_EQ(market.ctl("status").status, 1) << "nobody is there any more";
}

TEST(Process, OnlyItsOwnerMayControlIt) {
  RunningMarket market{kSmall, ""};
  ASSERT_TRUE(market.ready());
  EXPECT_EQ(run_command("stat -c %a " + market.control()).text, "600\n");
  const auto second = run_command(std::string{MARKETSIM} + " run " + market.design() +
                                  " --port 0 --control " + market.control() + " 2>&1");
  EXPECT_EQ(second.status, 1);
  EXPECT_NE(second.text.find("is in use"), std::string::npos) << second.text;
}

TEST(Process, ListensForTcpTerminalsWhileTheyAreAlive) {
  RunningMarket market{kSmall, "--tcp"};
  ASSERT_TRUE(market.ready());
  const auto loaded = load_design(market.design());
  ASSERT_TRUE(loaded.design);
  const Terminal* silent = nullptr;
  for (const Stall& stall : loaded.design->stalls) {
    if (!stall.terminals.empty() && stall.terminals[0].tcp_port != 0) silent = &stall.terminals[0];
  }
  ASSERT_NE(silent, nullptr);
  const auto connects = [&] {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(silent->tcp_port);
    address.sin_addr.s_addr = htonl(silent->address->v4_number());
    const auto* const generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    const bool done = connect(socket, generic, sizeof address) == 0;
    close(socket);
    return done;
  };
  EXPECT_TRUE(connects());
  EXPECT_EQ(market.ctl("unplug " + silent->serial).status, 0);
  EXPECT_FALSE(connects());
  EXPECT_EQ(market.ctl("plug " + silent->serial).status, 0);
  EXPECT_TRUE(connects());
}

/// A manager's socket on 127.0.0.1, at any port.
class Manager {
 public:
  Manager() : socket_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&own));
    socklen_t size = sizeof own;
    good_ = bind(socket_, generic, size) == 0 && getsockname(socket_, generic, &size) == 0;
    port_ = ntohs(own.sin_port);
  }
  ~Manager() { close(socket_); }
  Manager(const Manager&) = delete;
  Manager(Manager&&) = delete;
  Manager& operator=(const Manager&) = delete;
  Manager& operator=(Manager&&) = delete;

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The next datagram within five seconds, or nothing.
  std::string receive() {
    std::array<char, 2048> buffer{};
    socklen_t size = sizeof from_;
    pollfd door{socket_, POLLIN, 0};
    if (poll(&door, 1, 5'000) != 1) return {};
    const auto count = recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                static_cast<sockaddr*>(static_cast<void*>(&from_)), &size);
    return count > 0 ? std::string{buffer.data(), static_cast<std::size_t>(count)} : std::string{};
  }
  [[nodiscard]] std::uint32_t sender() const { return ntohl(from_.sin_addr.s_addr); }
  void answer(const std::string& message) const {
    sendto(socket_, message.data(), message.size(), 0,
           static_cast<const sockaddr*>(static_cast<const void*>(&from_)), sizeof from_);
  }

 private:
  int socket_;
  bool good_ = false;
  std::uint16_t port_ = 0;
  sockaddr_in from_{};
};

TEST(Process, ASwitchInformsTheManagerFromItsOwnAddressAndHearsTheAnswer) {
  Manager manager;
  ASSERT_TRUE(manager.good());
  RunningMarket market{kSmall,
                       "--trap-form inform --trap-to 127.0.0.1:" + std::to_string(manager.port())};
  ASSERT_TRUE(market.ready());
  EXPECT_EQ(market.ctl("unplug ap-1").status, 0);
  std::string inform = manager.receive();
  ASSERT_FALSE(inform.empty());
  EXPECT_EQ(manager.sender(), 0x7f40000bU) << "127.64.0.11, sw-1";
  const auto at = inform.find('\xa6');
  ASSERT_NE(at, std::string::npos);
  inform[at] = '\xa2';
  manager.answer(inform);
  EXPECT_NE(market.ctl("traps").text.find("\"acknowledged\": 1"), std::string::npos);
  EXPECT_EQ(market.ctl("trap sw-2 coldStart v1").status, 0);
  EXPECT_NE(manager.receive().find('\xa4'), std::string::npos) << "a Trap-PDU";
  EXPECT_EQ(manager.sender(), 0x7f40000cU);
}

TEST(Process, ExitsWithSixtyFourWhenItDoesNotUnderstand) {
  const std::string program = MARKETSIM;
  EXPECT_EQ(run_command(program + " 2>/dev/null").status, 64);
  EXPECT_EQ(run_command(program + " dance 2>/dev/null").status, 64);
  EXPECT_EQ(run_command(program + " run 2>/dev/null").status, 64);
  EXPECT_EQ(run_command(program + " run x --port many 2>/dev/null").status, 64);
  EXPECT_EQ(run_command(program + " ctl status 2>/dev/null").status, 64);
  EXPECT_EQ(run_command(program + " run /nonexistent 2>/dev/null").status, 1);
  EXPECT_EQ(run_command(program + " example --stalls 0 2>/dev/null").status, 1);
  EXPECT_EQ(run_command(program + " --help").status, 0);
}

/// Asks every address once, in windows that no socket buffer drops, and counts who answers as
/// itself.
std::size_t count_answers(const std::vector<std::uint32_t>& addresses, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const std::string request = encode("public", Operation::Get, {{name("1.3.6.1.2.1.1.1.0"), {}}});
  std::set<std::uint32_t> heard;
  constexpr std::size_t kWindow = 100;
  for (std::size_t start = 0; start < addresses.size(); start += kWindow) {
    const std::size_t end = std::min(start + kWindow, addresses.size());
    for (std::size_t i = start; i < end; ++i) {
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(port);
      to.sin_addr.s_addr = htonl(addresses[i]);
      sendto(socket, request.data(), request.size(), 0,
             static_cast<const sockaddr*>(static_cast<const void*>(&to)), sizeof to);
    }
    pollfd door{socket, POLLIN, 0};
    while (heard.size() < end && poll(&door, 1, 5'000) == 1) {
      std::array<char, 2048> buffer{};
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto count = recvfrom(socket, buffer.data(), buffer.size(), 0,
                                  static_cast<sockaddr*>(static_cast<void*>(&from)), &size);
      if (count > 0 && decode({buffer.data(), static_cast<std::size_t>(count)})) {
        heard.insert(ntohl(from.sin_addr.s_addr));
      }
    }
    if (heard.size() < end) break;
  }
  close(socket);
  return heard.size();
}

TEST(Process, TenThousandAgentsAnswer) {
  RunningMarket market{"--stalls 10500 --terminals 10000 --snmp-percent 100 --aps 100", ""};
  ASSERT_TRUE(market.ready());
  const auto loaded = load_design(market.design());
  ASSERT_TRUE(loaded.design);
  std::vector<std::uint32_t> addresses;
  for (const auto& device : loaded.design->switches) {
    addresses.push_back(device.address.v4_number());
  }
  for (const auto& ap : loaded.design->aps) addresses.push_back(ap.address.v4_number());
  for (const auto& stall : loaded.design->stalls) {
    for (const auto& terminal : stall.terminals) {
      if (terminal.snmp) addresses.push_back(terminal.address->v4_number());
    }
  }
  EXPECT_GT(addresses.size(), 10'300U);
  EXPECT_EQ(count_answers(addresses, market.port()), addresses.size());
}

}  // namespace
}  // namespace market::sim::test
