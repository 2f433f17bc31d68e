// Who is connected, by the kernel's socket table: real connections over loopback.
#include "probes/netlink/sessions.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "probes/io/owned_fd.h"
#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

class SessionsTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (!IsSkipped()) ip("link set lo up");
  }
  static sockaddr_in6 name_of(int socket) {
    sockaddr_in6 name{};
    socklen_t size = sizeof name;
    EXPECT_EQ(getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size), 0);
    return name;
  }
  static std::size_t count(const IpAddress& local, std::uint16_t port) {
    const auto sessions = read_inbound_sessions();
    EXPECT_TRUE(sessions) << sessions.error().message;
    if (!sessions) return 0;
    return static_cast<std::size_t>(
        std::count_if(sessions->begin(), sessions->end(), [&](const TcpSession& one) {
          return one.local == local && one.local_port == port && one.remote == local;
        }));
  }
};

TEST_F(SessionsTest, AreThoseToAListenerOfOursWhateverTheSocketsFamily) {
  // A listener of IPv6 takes IPv4 as well; one connection of each.
  const io::OwnedFd listener{socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  ASSERT_EQ(bind(listener.number(), reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  ASSERT_EQ(listen(listener.number(), 4), 0);
  const auto port = ntohs(name_of(listener.number()).sin6_port);
  const auto v4 = *IpAddress::parse("127.0.0.1"), v6 = *IpAddress::parse("::1");
  EXPECT_EQ(count(v4, port), 0U);

  const io::OwnedFd first{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(first.number(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  EXPECT_EQ(count(v4, port), 1U);
  EXPECT_EQ(count(v6, port), 0U);
  sockaddr_in own{};
  socklen_t size = sizeof own;
  ASSERT_EQ(getsockname(first.number(), reinterpret_cast<sockaddr*>(&own), &size), 0);
  EXPECT_EQ(count(v4, ntohs(own.sin_port)), 0U) << "its other end was begun by us";

  // The user of the client's socket, seen from the listener's side of the connection.
  const auto user = peer_user({v4, v4, port, ntohs(own.sin_port)});
  ASSERT_TRUE(user) << user.error().message;
  EXPECT_EQ(*user, getuid());
  EXPECT_EQ(*peer_user({v4, v4, port, 1}), std::nullopt) << "there is no such connection";

  const io::OwnedFd second{socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto there = any;
  there.sin6_addr = in6addr_loopback;
  there.sin6_port = htons(port);
  ASSERT_EQ(connect(second.number(), reinterpret_cast<sockaddr*>(&there), sizeof there), 0);
  EXPECT_EQ(count(v6, port), 1U);
}

}  // namespace
}  // namespace market::netlink
