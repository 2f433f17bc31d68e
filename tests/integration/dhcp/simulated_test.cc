// The simulated market's access points and terminals ask for leases on the gateway's links, and the
// gateway's listener hears who they are.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "probes/dhcp/listener.h"
#include "tests/integration/dhcp/child.h"
#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;

class SimulatedTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    add_pair("gate1", "sim1");
    add_pair("gate2", "sim2");
    for (const char* const link : {"gate1", "gate2"}) ip(std::string{"link set "} + link + " up");
    std::string folder = "/tmp/market-dhcp-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    const std::string make =
        std::string{MARKETSIM} + " example --stalls 10 --aps 2 --switches 2 >" + design();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    ASSERT_EQ(std::system(make.c_str()), 0);
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
    SandboxTest::TearDown();
  }
  [[nodiscard]] std::string design() const { return (folder_ / "market.yaml").string(); }

  std::filesystem::path folder_;
  io::AsioLoop loop_;
};

TEST_F(SimulatedTest, EverybodyIsHeardWithTheFingerprintOfItsMake) {
  constexpr std::size_t kAps = 2, kTerminals = 5;
  std::map<std::string, dhcp::ClientMessage> aps, terminals;
  auto listener = dhcp::listen(loop_, {"gate1", "gate2"},
                               [&](const std::string& link, const dhcp::ClientMessage& message) {
                                 auto& heard = link == "gate1" ? aps : terminals;
                                 heard.emplace(message.mac.to_string(), message);
                                 if (aps.size() == kAps && terminals.size() == kTerminals) {
                                   loop_.stop();
                                 }
                               });
  ASSERT_TRUE(listener) << listener.error().message;
  const Child simulator{
      {MARKETSIM, "run", design(), "--dhcp", "--link", "sim1=10.64.0.1/24", "sim2=10.64.1.1/24"}};
  auto limit = loop_.after(20s, [this] { loop_.stop(); });
  loop_.run();
  ASSERT_EQ(aps.size(), kAps);
  ASSERT_EQ(terminals.size(), kTerminals);
  for (const auto& [mac, message] : aps) {
    EXPECT_EQ(message.vendor_class, "MarketSim AP-6E");
    EXPECT_EQ(message.parameters, "1,3,6,12,15,28,43,60,66,67,138");
  }
  for (const auto& [mac, message] : terminals) {
    EXPECT_EQ(message.type, dhcp::MessageType::Discover);
    EXPECT_EQ(message.vendor_class, "MarketSim PT-10");
    EXPECT_EQ(message.parameters, "1,3,6,15,28,42,51,58,59");
    EXPECT_THAT(message.hostname, testing::StartsWith("T-"));
    ASSERT_TRUE(message.requested);
    EXPECT_THAT(message.requested->to_string(), testing::StartsWith("10.64.1."));
  }
}

}  // namespace
}  // namespace market::netlink
