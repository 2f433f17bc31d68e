// A real DHCP client, BusyBox's udhcpc, heard from the other end of a veth pair.
#include "probes/dhcp/listener.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>

#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;

/// Runs `busybox udhcpc` on `link` until destroyed; it sends and gets no answer.
class Client {
 public:
  explicit Client(const std::string& link) {
    std::vector<std::string> words{
        "busybox", "udhcpc", "-f", "-i", link, "-s", "/bin/true", "-x", "hostname:terminal-12",
        "-t",      "3",      "-T", "1",  "-n"};
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ~Client() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

 private:
  pid_t pid_ = -1;
};

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
  const Client client{"stall"};
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
  const Client client{"stall"};
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
