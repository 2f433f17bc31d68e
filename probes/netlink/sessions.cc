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
#include <functional>
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

/// Each socket that is in one of `states`.
Result<void> each_socket(int states, const std::function<void(idiagnl_msg*)>& look) {
  const std::unique_ptr<nl_sock, Free> socket{nl_socket_alloc()};
  if (socket == nullptr) return fail(Errc::Io, "no memory for a netlink socket");
  if (const int status = idiagnl_connect(socket.get()); status < 0) {
    return tl::make_unexpected(kernel_error(status));
  }
  nl_cache* read = nullptr;
  // libnl asks in a way that gives both families at once.
  if (const int status = idiagnl_msg_alloc_cache(socket.get(), AF_INET, states, &read);
      status < 0) {
    return tl::make_unexpected(kernel_error(status));
  }
  const std::unique_ptr<nl_cache, Free> cache{read};
  for (auto* object = nl_cache_get_first(read); object != nullptr;
       object = nl_cache_get_next(object)) {
    look(reinterpret_cast<idiagnl_msg*>(object));
  }
  return {};
}

/// libnl leaves ports as they are on the wire.
std::optional<TcpSession> session_of(idiagnl_msg* socket) {
  const auto local = address_of(idiagnl_msg_get_src(socket));
  const auto remote = address_of(idiagnl_msg_get_dst(socket));
  if (!local || !remote) return std::nullopt;
  return TcpSession{*local, *remote, ntohs(idiagnl_msg_get_sport(socket)),
                    ntohs(idiagnl_msg_get_dport(socket))};
}

}  // namespace

Result<std::vector<TcpSession>> read_inbound_sessions() {
  std::vector<TcpSession> established;
  std::set<std::uint16_t> listening;
  auto read = each_socket(1 << TCP_ESTABLISHED | 1 << TCP_LISTEN, [&](idiagnl_msg* socket) {
    if (idiagnl_msg_get_state(socket) == TCP_LISTEN) {
      listening.insert(ntohs(idiagnl_msg_get_sport(socket)));
    } else if (auto session = session_of(socket)) {
      established.push_back(*session);
    }
  });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  std::erase_if(established,
                [&](const TcpSession& one) { return !listening.contains(one.local_port); });
  return established;
}

Result<std::optional<std::uint32_t>> peer_user(const TcpSession& ours) {
  const TcpSession theirs{ours.remote, ours.local, ours.remote_port, ours.local_port};
  std::optional<std::uint32_t> user;
  auto read = each_socket(1 << TCP_ESTABLISHED, [&](idiagnl_msg* socket) {
    if (session_of(socket) == theirs) user = idiagnl_msg_get_uid(socket);
  });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return user;
}

}  // namespace market::netlink
