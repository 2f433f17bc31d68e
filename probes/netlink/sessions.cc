#include "probes/netlink/sessions.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/idiag/idiagnl.h>
#include <netlink/idiag/msg.h>
#include <netlink/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace market::netlink {
namespace {

struct Free {
  void operator()(nl_sock* socket) const { nl_socket_free(socket); }
  void operator()(nl_cache* cache) const { nl_cache_free(cache); }
};

Error kernel_error(int status) {
  return {Errc::Io, std::string{"the kernel's table of sockets: "} + nl_geterror(status)};
}

std::optional<IpAddress> address_of(nl_addr* address) {
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (address == nullptr) return std::nullopt;
  std::span octets{static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(address)),
                   nl_addr_get_len(address)};
  // libnl 3.7 gives all of them the length of IPv6.
  if (nl_addr_get_family(address) == AF_INET) octets = octets.first(4);
  if (octets.size() == 16 && std::equal(kMapped.begin(), kMapped.end(), octets.begin())) {
    octets = octets.subspan(kMapped.size());
  }
  const auto parsed = IpAddress::from(octets);
  return parsed ? std::optional{*parsed} : std::nullopt;
}

struct Sockets {
  std::vector<TcpSession> established;
  std::set<std::uint16_t> listening;
};

Result<void> read_sockets(nl_sock* socket, Sockets& sockets) {
  nl_cache* read = nullptr;
  constexpr int kStates = 1 << TCP_ESTABLISHED | 1 << TCP_LISTEN;
  if (const int status = idiagnl_msg_alloc_cache(socket, AF_INET, kStates, &read); status < 0) {
    return tl::make_unexpected(kernel_error(status));
  }
  const std::unique_ptr<nl_cache, Free> cache{read};
  for (auto* object = nl_cache_get_first(read); object != nullptr;
       object = nl_cache_get_next(object)) {
    auto* message = reinterpret_cast<idiagnl_msg*>(object);
    const auto port = ntohs(idiagnl_msg_get_sport(message));
    if (idiagnl_msg_get_state(message) == TCP_LISTEN) {
      sockets.listening.insert(port);
      continue;
    }
    const auto local = address_of(idiagnl_msg_get_src(message));
    const auto remote = address_of(idiagnl_msg_get_dst(message));
    if (!local || !remote) continue;
    sockets.established.push_back({*local, *remote, port, ntohs(idiagnl_msg_get_dport(message))});
  }
  return {};
}

}  // namespace

/// libnl asks in a way that gives both families at once, and leaves ports as they are on the wire.
Result<std::vector<TcpSession>> read_inbound_sessions() {
  const std::unique_ptr<nl_sock, Free> socket{nl_socket_alloc()};
  if (socket == nullptr) return fail(Errc::Io, "no memory for a netlink socket");
  if (const int status = idiagnl_connect(socket.get()); status < 0) {
    return tl::make_unexpected(kernel_error(status));
  }
  Sockets sockets;
  if (auto read = read_sockets(socket.get(), sockets); !read) {
    return tl::make_unexpected(std::move(read.error()));
  }
  std::erase_if(sockets.established,
                [&](const TcpSession& one) { return !sockets.listening.contains(one.local_port); });
  return std::move(sockets.established);
}

}  // namespace market::netlink
