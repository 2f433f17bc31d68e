// tcp_connect over the real loopback interface.
#include "probes/service/tcp.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>

#include "probes/io/owned_fd.h"
#include "probes/io/socket_address.h"

namespace market::service {
namespace {

using namespace std::chrono_literals;

class TcpTest : public ::testing::Test {
 protected:
  TcpTest() {
    auto here = io::to_socket_address({*IpAddress::parse("127.0.0.1"), 0});
    listener_ = io::OwnedFd{::socket(AF_INET, SOCK_STREAM, 0)};
    EXPECT_EQ(::bind(listener_.number(), here.data(), here.length), 0);
    ::getsockname(listener_.number(), here.data(), &here.length);
    at_ = io::to_endpoint(here.storage);
  }
  std::function<void(TcpVerdict)> keep() {
    return [this](TcpVerdict verdict) {
      verdict_ = std::move(verdict);
      loop_.stop();
    };
  }
  void run() {
    const auto guard = loop_.after(10s, [this] {
      ADD_FAILURE() << "the loop was not stopped";
      loop_.stop();
    });
    loop_.run();
  }

  io::AsioLoop loop_;
  io::OwnedFd listener_;
  std::optional<io::Endpoint> at_;
  std::optional<TcpVerdict> verdict_;
};

TEST_F(TcpTest, ConnectsToAServiceThatListens) {
  ASSERT_EQ(::listen(listener_.number(), 4), 0);
  const auto probe = tcp_connect(loop_, *at_, 5s, keep());
  EXPECT_FALSE(verdict_);
  run();
  ASSERT_TRUE(verdict_);
  EXPECT_TRUE(verdict_->connected) << verdict_->reason;
  EXPECT_EQ(verdict_->reason, "");
  EXPECT_GT(verdict_->took.count(), 0);
  // Opened and closed, and nothing sent.
  const io::OwnedFd accepted{::accept(listener_.number(), nullptr, nullptr)};
  char octet = 0;
  EXPECT_EQ(::recv(accepted.number(), &octet, 1, 0), 0);
}

TEST_F(TcpTest, SaysThatTheConnectionWasRefused) {
  const auto probe = tcp_connect(loop_, *at_, 5s, keep());  // bound, but nobody listens
  run();
  ASSERT_TRUE(verdict_);
  EXPECT_FALSE(verdict_->connected);
  EXPECT_EQ(verdict_->reason, "connection refused");
}

TEST_F(TcpTest, GivesUpWhenThereIsNoAnswer) {
  // With the backlog full the kernel drops what asks to connect.
  ASSERT_EQ(::listen(listener_.number(), 0), 0);
  const auto address = io::to_socket_address(*at_);
  std::vector<io::OwnedFd> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(crowd.back().number(), address.data(), address.length);
  }
  const auto probe = tcp_connect(loop_, *at_, 50ms, keep());
  run();
  ASSERT_TRUE(verdict_);
  EXPECT_FALSE(verdict_->connected);
  EXPECT_EQ(verdict_->reason, "no answer within 50 ms");
  EXPECT_GE(verdict_->took, 49ms);
}

TEST_F(TcpTest, TellsEvenAnImmediateFailureFromTheLoop) {
  // A multicast address cannot be connected to: the kernel says so at once.
  const auto probe = tcp_connect(loop_, {*IpAddress::parse("224.0.0.1"), 80}, 5s, keep());
  EXPECT_FALSE(verdict_);
  run();
  ASSERT_TRUE(verdict_);
  EXPECT_FALSE(verdict_->connected);
  EXPECT_NE(verdict_->reason, "");
}

TEST_F(TcpTest, DoesNotCallTheHandlerOfAWithdrawnProbe) {
  ASSERT_EQ(::listen(listener_.number(), 4), 0);
  auto probe = tcp_connect(loop_, *at_, 5s, keep());
  probe.reset();
  const auto end = loop_.after(20ms, [this] { loop_.stop(); });
  run();
  EXPECT_FALSE(verdict_);
}

TEST_F(TcpTest, LetsTheHandlerDestroyTheProbe) {
  ASSERT_EQ(::listen(listener_.number(), 4), 0);
  std::unique_ptr<Probe> probe;
  probe = tcp_connect(loop_, *at_, 5s, [&](const TcpVerdict& verdict) {
    EXPECT_TRUE(verdict.connected);
    probe.reset();
    loop_.stop();
  });
  run();
  EXPECT_EQ(probe, nullptr);
}

}  // namespace
}  // namespace market::service
