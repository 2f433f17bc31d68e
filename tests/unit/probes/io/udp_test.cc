// Datagrams over the real loopback interface.
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "probes/io/datagram.h"
#include "probes/io/owned_fd.h"
#include "probes/io/socket_address.h"

namespace market::io {
namespace {

using namespace std::chrono_literals;

// Sends every datagram back to where it came from.
class Echo {
 public:
  Echo(AsioLoop& loop, const IpAddress& address) : here_{address, 0} {
    auto any = to_socket_address(here_);
    fd_ = OwnedFd{::socket(any.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0)};
    if (!fd_.open() || ::bind(fd_.number(), any.data(), any.length) != 0) return;
    ::getsockname(fd_.number(), any.data(), &any.length);
    here_ = *to_endpoint(any.storage);
    watch_ = loop.on_readable(fd_.number(), [this] { reflect(); });
  }
  [[nodiscard]] bool works() const { return watch_.armed(); }
  [[nodiscard]] Endpoint at() const { return here_; }

 private:
  void reflect() {
    std::vector<std::uint8_t> bytes(65536);
    SocketAddress from;
    from.length = sizeof from.storage;
    const auto size =
        ::recvfrom(fd_.number(), bytes.data(), bytes.size(), 0, from.data(), &from.length);
    if (size < 0) return;
    ::sendto(fd_.number(), bytes.data(), static_cast<std::size_t>(size), 0, from.data(),
             from.length);
  }

  Endpoint here_;
  OwnedFd fd_;
  Timer watch_;
};

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

class UdpTest : public ::testing::Test {
 protected:
  UdpTest() {
    auto opened = open_udp(loop_);
    EXPECT_TRUE(opened) << opened.error().message;
    wire_ = std::move(*opened);
  }
  void run() {
    const auto guard = loop_.after(10s, [this] {
      ADD_FAILURE() << "the loop was not stopped";
      loop_.stop();
    });
    loop_.run();
  }

  AsioLoop loop_;
  std::unique_ptr<Wire> wire_;
};

TEST_F(UdpTest, CarriesManyDatagramsThereAndBack) {
  const Echo echo{loop_, *IpAddress::parse("127.0.0.1")};
  ASSERT_TRUE(echo.works());
  constexpr int kDatagrams = 200;
  std::vector<std::string> got;
  wire_->on_receive([&](const Endpoint& from, std::span<const std::uint8_t> bytes) {
    EXPECT_EQ(from, echo.at());
    EXPECT_TRUE(loop_.on_loop_thread());
    got.emplace_back(bytes.begin(), bytes.end());
    if (got.size() == kDatagrams) loop_.stop();
  });
  for (int i = 0; i < kDatagrams; ++i) {
    ASSERT_TRUE(wire_->send(echo.at(), bytes_of("datagram " + std::to_string(i))));
  }
  EXPECT_TRUE(got.empty());
  run();
  ASSERT_EQ(got.size(), static_cast<std::size_t>(kDatagrams));
  EXPECT_EQ(got.front(), "datagram 0");
  EXPECT_EQ(got.back(), "datagram " + std::to_string(kDatagrams - 1));
  EXPECT_EQ(wire_->dropped(), 0U);
}

TEST_F(UdpTest, CarriesIpv6WhereTheMachineHasIt) {
  const Echo echo{loop_, *IpAddress::parse("::1")};
  if (!echo.works()) GTEST_SKIP() << "SKIPPED: this machine has no IPv6 loopback address";
  wire_->on_receive([&](const Endpoint& from, std::span<const std::uint8_t> bytes) {
    EXPECT_EQ(from, echo.at());
    EXPECT_EQ(bytes.size(), 2U);
    loop_.stop();
  });
  ASSERT_TRUE(wire_->send(echo.at(), bytes_of("v6")));
  run();
}

TEST_F(UdpTest, CarriesEmptyAndLongestDatagrams) {
  const Echo echo{loop_, *IpAddress::parse("127.0.0.1")};
  std::vector<std::size_t> sizes;
  wire_->on_receive([&](const Endpoint&, std::span<const std::uint8_t> bytes) {
    sizes.push_back(bytes.size());
    if (sizes.size() == 2) loop_.stop();
  });
  ASSERT_TRUE(wire_->send(echo.at(), {}));
  ASSERT_TRUE(wire_->send(echo.at(), std::vector<std::uint8_t>(kMaxDatagram, 7)));
  run();
  EXPECT_EQ(sizes, (std::vector<std::size_t>{0, kMaxDatagram}));
  const auto refused = wire_->send(echo.at(), std::vector<std::uint8_t>(kMaxDatagram + 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::InvalidValue);
}

// In a network of its own, whose loopback carries 1,500 octets at a time. Exit codes of the child.
constexpr int kDone = 0, kFailed = 1, kNoNetwork = 2;

bool enter_narrow_network() {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  const OwnedFd fd{::socket(AF_INET, SOCK_DGRAM, 0)};
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_mtu = 1500;
  if (::ioctl(fd.number(), SIOCSIFMTU, &loopback) != 0) return false;
  loopback.ifr_flags = IFF_UP | IFF_LOOPBACK;
  return ::ioctl(fd.number(), SIOCSIFFLAGS, &loopback) == 0;
}

int send_long_and_short() {
  if (!enter_narrow_network()) return kNoNetwork;
  AsioLoop loop;
  const Echo echo{loop, *IpAddress::parse("127.0.0.1")};
  const auto wire = open_udp(loop);
  std::vector<std::size_t> sizes;
  (*wire)->on_receive([&](const Endpoint&, std::span<const std::uint8_t> bytes) {
    sizes.push_back(bytes.size());
    if (sizes.size() == 3) loop.stop();
  });
  for (const std::size_t size : {100U, 9000U, 200U}) {
    (void)(*wire)->send(echo.at(), std::vector<std::uint8_t>(size, 7));
  }
  const auto guard = loop.after(5s, [&] { loop.stop(); });
  loop.run();
  return sizes == std::vector<std::size_t>{100, 9000, 200} ? kDone : kFailed;
}

TEST(UdpInANarrowNetwork, CarriesWhatIsLongerThanAFrameAsWell) {
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(send_long_and_short());
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoNetwork) {
    GTEST_SKIP() << "SKIPPED: no network of its own can be made here";
  }
  EXPECT_EQ(WEXITSTATUS(status), kDone);
}

TEST_F(UdpTest, GoesOnAfterADatagramTheKernelRefuses) {
  const Echo echo{loop_, *IpAddress::parse("127.0.0.1")};
  wire_->on_receive([&](const Endpoint&, std::span<const std::uint8_t>) { loop_.stop(); });
  // Port 0 cannot be sent to: EINVAL.
  ASSERT_TRUE(wire_->send({IpAddress::v4(0x7f000001), 0}, bytes_of("nowhere")));
  ASSERT_TRUE(wire_->send(echo.at(), bytes_of("somewhere")));
  run();
}

TEST_F(UdpTest, LetsAReceiverDestroyTheWireInTheMiddleOfABatch) {
  const Echo echo{loop_, *IpAddress::parse("127.0.0.1")};
  int received = 0;
  std::string held;
  wire_->on_receive([&](const Endpoint&, std::span<const std::uint8_t> bytes) {
    ++received;
    wire_.reset();
    held.assign(bytes.begin(), bytes.end());  // the batch is still there
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(wire_->send(echo.at(), bytes_of("again")));
  const auto end = loop_.after(50ms, [this] { loop_.stop(); });
  run();
  EXPECT_EQ(received, 1);
  EXPECT_EQ(held, "again");
}

TEST_F(UdpTest, LetsAReceiverReplaceItself) {
  const Echo echo{loop_, *IpAddress::parse("127.0.0.1")};
  std::string order;
  const std::string captured(100, 'x');  // big enough to live on the heap
  wire_->on_receive([&, captured](const Endpoint&, std::span<const std::uint8_t>) {
    wire_->on_receive([&](const Endpoint&, std::span<const std::uint8_t>) {
      order += "second";
      loop_.stop();
    });
    order += captured.substr(0, 1) + "first ";
  });
  ASSERT_TRUE(wire_->send(echo.at(), bytes_of("1")));
  ASSERT_TRUE(wire_->send(echo.at(), bytes_of("2")));
  run();
  EXPECT_EQ(order, "xfirst second");
}

TEST_F(UdpTest, CountsWhatTheKernelDroppedBecauseNobodyReadInTime) {
  const OwnedFd flooder{::socket(AF_INET, SOCK_DGRAM, 0)};
  auto here = to_socket_address({*IpAddress::parse("127.0.0.1"), 0});
  ASSERT_EQ(::bind(flooder.number(), here.data(), here.length), 0);
  ::getsockname(flooder.number(), here.data(), &here.length);
  ASSERT_TRUE(wire_->send(*to_endpoint(here.storage), bytes_of("here I am")));
  loop_.post([this] { loop_.stop(); });  // behind the flush
  run();
  char greeting = 0;
  SocketAddress wire_at;
  wire_at.length = sizeof wire_at.storage;
  ASSERT_EQ(::recvfrom(flooder.number(), &greeting, 1, 0, wire_at.data(), &wire_at.length), 1);

  // Twice what an enlarged buffer holds (the kernel doubles SO_RCVBUF for its own overhead).
  constexpr std::uint64_t kFlood = 8000;
  const auto flood = [&](const std::vector<std::uint8_t>& bytes) {
    ::sendto(flooder.number(), bytes.data(), bytes.size(), 0, wire_at.data(), wire_at.length);
  };
  for (std::uint64_t i = 0; i < kFlood; ++i) flood(std::vector<std::uint8_t>(1400));
  // The count comes with a datagram that arrives after the loss: a short one, when there is room.
  std::uint64_t received = 0;
  Timer marker;
  wire_->on_receive([&](const Endpoint&, std::span<const std::uint8_t> bytes) {
    if (bytes.size() == 1) return loop_.stop();
    if (received++ == 0) marker = loop_.after(20ms, [&] { flood({1}); });
  });
  run();
  EXPECT_GT(received, 0U);
  EXPECT_GT(wire_->dropped(), 0U);
  EXPECT_EQ(wire_->dropped() + received, kFlood);
}

TEST(SocketAddress, IsTheInverseOfToEndpoint) {
  for (const char* text : {"127.0.0.1", "10.64.0.11", "::1", "fd00::1:2"}) {
    const Endpoint endpoint{*IpAddress::parse(text), 161};
    EXPECT_EQ(to_endpoint(to_socket_address(endpoint).storage), endpoint);
  }
  EXPECT_EQ(to_endpoint(sockaddr_storage{}), std::nullopt);
}

}  // namespace
}  // namespace market::io
