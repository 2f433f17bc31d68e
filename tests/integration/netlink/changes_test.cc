// The kernel wakes us when its network configuration changes, and only then.
#include "probes/netlink/changes.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;

class ChangesTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    add_pair("shop0", "shop1");
    auto made = watch_changes(loop_, [this] { ++wakes_; });
    ASSERT_TRUE(made) << made.error().message;
    watch_ = std::move(*made);
  }
  /// Whether the loop is woken within `limit` of now.
  bool woken_within(io::Duration limit) {
    const auto before = wakes_;
    const auto end = loop_.now() + limit;
    std::function<void()> look = [&] {
      if (wakes_ > before || loop_.now() > end) return loop_.stop();
      poll_ = loop_.after(1ms, look);
    };
    loop_.post(look);
    loop_.run();
    return wakes_ > before;
  }
  /// Takes what was announced already.
  void settle() {
    while (woken_within(50ms)) {
    }
  }
  bool nft(const std::string& words) { return std::system(("nft " + words).c_str()) == 0; }

  io::AsioLoop loop_;
  io::Timer poll_;
  int wakes_ = 0;
  std::unique_ptr<ChangeWatch> watch_;
};

TEST_F(ChangesTest, ALinkAnAddressAndARouteEachWake) {
  ip("link set shop0 up");
  ip("link set shop1 up");
  EXPECT_TRUE(woken_within(10s));
  settle();
  ip("addr add 10.64.0.1/24 dev shop0");
  EXPECT_TRUE(woken_within(10s));
  settle();
  ip("route add 10.9.0.0/16 via 10.64.0.9");
  EXPECT_TRUE(woken_within(10s));
}

TEST_F(ChangesTest, ARuleOfThePacketFilterWakesAndAnElementOfASetDoesNot) {
  if (!nft("add table inet t")) GTEST_SKIP() << "nft is missing, or the kernel has no nftables";
  ASSERT_TRUE(nft("add chain inet t c"));
  ASSERT_TRUE(nft("'add set inet t s { type ipv4_addr; }'"));
  settle();
  ASSERT_TRUE(nft("add rule inet t c accept"));
  EXPECT_TRUE(woken_within(10s));
  settle();
  ASSERT_TRUE(nft("'add element inet t s { 192.0.2.1 }'"));
  EXPECT_FALSE(woken_within(200ms));
}

}  // namespace
}  // namespace market::netlink
