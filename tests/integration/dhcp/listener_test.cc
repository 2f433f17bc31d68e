// A real DHCP client, BusyBox's udhcpc, heard from the other end of a veth pair.
#include "probes/dhcp/listener.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <optional>

#include "tests/integration/dhcp/child.h"
#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;

/// `busybox udhcpc` on `link`; it sends and gets no answer.
std::vector<std::string> client_on(const std::string& link) {
  return {"busybox", "udhcpc", "-f", "-i", link, "-s", "/bin/true", "-x", "hostname:terminal-12",
          "-t",      "3",      "-T", "1",  "-n"};
}

class ListenerTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    add_pair("gate", "stall");
    ip("link set gate up");
    ip("link set stall address 00:05:4f:01:02:03 up");
  }
  io::AsioLoop loop_;
};

TEST_F(ListenerTest, HearsARealClient) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
  if (std::system("busybox udhcpc --help >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "SKIPPED: needs BusyBox's udhcpc (Debian package busybox-static)";
  }
  std::optional<dhcp::ClientMessage> heard;
  std::string on;
  auto listener = dhcp::listen(loop_, {"gate"}, [&](const std::string& link, const auto& message) {
    heard = message;
    on = link;
    loop_.stop();
  });
  ASSERT_TRUE(listener) << listener.error().message;
  const Child client{client_on("stall")};
  auto limit = loop_.after(20s, [this] { loop_.stop(); });
  loop_.run();
  ASSERT_TRUE(heard) << "nothing within 20 s";
  EXPECT_EQ(on, "gate");
  EXPECT_EQ(heard->type, dhcp::MessageType::Discover);
  EXPECT_EQ(heard->mac.to_string(), "00:05:4f:01:02:03");
  EXPECT_EQ(heard->hostname, "terminal-12");
  EXPECT_THAT(heard->vendor_class, testing::StartsWith("udhcp "));
  EXPECT_EQ(heard->parameters, "1,3,6,12,15,28,42");
}

TEST_F(ListenerTest, IsEndedByItsHandler) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
  if (std::system("busybox udhcpc --help >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "SKIPPED: needs BusyBox's udhcpc (Debian package busybox-static)";
  }
  std::unique_ptr<dhcp::Listener> listener;
  int heard = 0;
  auto made = dhcp::listen(loop_, {"gate"}, [&](const auto&, const auto&) {
    listener.reset();
    ++heard;
    loop_.stop();
  });
  ASSERT_TRUE(made) << made.error().message;
  listener = std::move(*made);
  const Child client{client_on("stall")};
  auto limit = loop_.after(20s, [this] { loop_.stop(); });
  loop_.run();
  EXPECT_EQ(heard, 1);
}

TEST_F(ListenerTest, SaysWhichLinkIsNotThere) {
  const auto listener = dhcp::listen(loop_, {"gate", "nowhere"}, [](const auto&, const auto&) {});
  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().message, testing::HasSubstr("'nowhere'"));
}

}  // namespace
}  // namespace market::netlink
