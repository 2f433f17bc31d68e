#include "probes/netlink/announcements.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace market::netlink {
namespace {

Error system_error(const char* what) {
  return Error{Errc::Io, std::string{"kernel announcements: "} + what + ": " +
                             std::system_category().message(errno)};
}

}  // namespace

Result<io::OwnedFd> subscribe(int protocol, std::uint32_t groups, int buffer_octets) {
  io::OwnedFd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol)};
  if (!fd.open()) return tl::make_unexpected(system_error("socket"));
  if (::setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer_octets, sizeof buffer_octets) !=
      0) {
    ::setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUF, &buffer_octets, sizeof buffer_octets);
  }
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  sockaddr generic{};
  static_assert(sizeof address <= sizeof generic);
  std::memcpy(&generic, &address, sizeof address);
  if (::bind(fd.number(), &generic, sizeof address) != 0) {
    return tl::make_unexpected(system_error("bind"));
  }
  return fd;
}

int receive_announcement(int fd, void* room, std::size_t room_octets) {
  while (true) {
    sockaddr_nl from{};
    iovec part{room, room_octets};
    msghdr header{};
    header.msg_name = &from;
    header.msg_namelen = sizeof from;
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    const auto size = ::recvmsg(fd, &header, MSG_DONTWAIT);
    if (size < 0) return errno == ENOBUFS ? -1 : 0;
    const bool is_kernel = header.msg_namelen == sizeof from && from.nl_pid == 0;
    if (size == 0 || is_kernel) return static_cast<int>(size);
  }
}

}  // namespace market::netlink
