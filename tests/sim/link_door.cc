#include "tests/sim/link_door.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace market::sim {
namespace {

constexpr std::size_t kRounds = 256;  // frames of one link before others have their turn
constexpr int kBufferBytes = 8 << 20;

Error link_error(const std::string& name, const char* what) {
  return Error{Errc::Io, fmt::format("link {}: {}: {}", name, what, last_error())};
}

/// An ioctl(2) on an interface; false when it fails.
bool ask_interface(int socket, unsigned long what, const std::string& name, ifreq& request) {
  if (name.size() >= sizeof request.ifr_name) return false;
  std::memset(request.ifr_name, 0, sizeof request.ifr_name);
  name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  return ioctl(socket, what, &request) == 0;
}

/// Up, and without ARP of the kernel's own.
bool silence_kernel(int socket, const std::string& name) {
  ifreq request{};
  if (!ask_interface(socket, SIOCGIFFLAGS, name, request)) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_NOARP);
  return ask_interface(socket, SIOCSIFFLAGS, name, request);
}

Result<Mac> mac_of(int socket, const std::string& name) {
  ifreq request{};
  if (!ask_interface(socket, SIOCGIFHWADDR, name, request)) {
    return tl::make_unexpected(link_error(name, "SIOCGIFHWADDR"));
  }
  Mac mac{};
  std::memcpy(mac.data(), request.ifr_hwaddr.sa_data, mac.size());
  return mac;
}

void enlarge_buffers(int socket) {
  const int size = kBufferBytes;
  // Beyond the system's limit only with privileges; without, as much as there is.
  if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  if (setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0) {
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
}

Result<Descriptor> open_link(const std::string& name) {
  Descriptor socket{::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket.valid()) return tl::make_unexpected(link_error(name, "packet socket"));
  if (!silence_kernel(socket.number(), name)) {
    return tl::make_unexpected(link_error(name, "up, without ARP"));
  }
  const int on = 1;
  setsockopt(socket.number(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
  enlarge_buffers(socket.number());
  packet_mreq promiscuous{};
  promiscuous.mr_ifindex = static_cast<int>(if_nametoindex(name.c_str()));
  promiscuous.mr_type = PACKET_MR_PROMISC;
  setsockopt(socket.number(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = promiscuous.mr_ifindex;
  const auto* const generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (bind(socket.number(), generic, sizeof address) != 0) {
    return tl::make_unexpected(link_error(name, "bind"));
  }
  return socket;
}

}  // namespace

Result<LinkDoor> LinkDoor::open(Wire& wire, const std::string& inner) {
  LinkDoor door;
  for (std::size_t i = 0; i < wire.links().size(); ++i) {
    auto socket = open_link(wire.links()[i].name);
    if (!socket) return tl::make_unexpected(socket.error());
    door.sockets_.push_back({std::move(*socket), i});
  }
  if (inner.empty()) return door;
  const auto equals = inner.find('=');
  if (equals == std::string::npos) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is no pair such as 'host0=host1'", inner));
  }
  auto socket = open_link(inner.substr(equals + 1));
  if (!socket) return tl::make_unexpected(socket.error());
  const std::string kernel_end = inner.substr(0, equals);
  if (!silence_kernel(socket->number(), kernel_end)) {
    return tl::make_unexpected(link_error(kernel_end, "up, without ARP"));
  }
  const auto mac = mac_of(socket->number(), kernel_end);
  if (!mac) return tl::make_unexpected(mac.error());
  wire.set_inner_mac(*mac);
  door.sockets_.push_back({std::move(*socket), Wire::kInner});
  return door;
}

std::vector<int> LinkDoor::descriptors() const {
  std::vector<int> all;
  for (const Socket& socket : sockets_) all.push_back(socket.descriptor.number());
  return all;
}

void LinkDoor::receive(Wire& wire, Time now) {
  std::array<std::uint8_t, 65536> buffer;
  for (const Socket& socket : sockets_) {
    for (std::size_t round = 0; round < kRounds; ++round) {
      const auto count = recv(socket.descriptor.number(), buffer.data(), buffer.size(), 0);
      if (count <= 0) break;
      const ber::Octets frame{buffer.data(), static_cast<std::size_t>(count)};
      if (socket.link == Wire::kInner) {
        wire.arrive_inner(frame, now);
      } else {
        wire.arrive(socket.link, frame, now);
      }
    }
  }
  send(wire, now);
}

void LinkDoor::send(Wire& wire, Time now) {
  while (const auto departure = wire.take(now)) {
    const auto socket =
        std::find_if(sockets_.begin(), sockets_.end(),
                     [&](const Socket& candidate) { return candidate.link == departure->link; });
    if (socket == sockets_.end()) continue;
    const auto sent = ::send(socket->descriptor.number(), departure->frame.data(),
                             departure->frame.size(), MSG_DONTWAIT);
    if (sent < 0) ++unsent_;
  }
}

}  // namespace market::sim
