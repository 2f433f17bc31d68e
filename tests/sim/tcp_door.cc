#include "tests/sim/tcp_door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "config/types/ip_address.h"
#include "tests/sim/log.h"

namespace market::sim {
namespace {

/// Ten thousand terminals want ten thousand descriptors: as many as the hard limit allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Result<TcpDoor> TcpDoor::open() {
  raise_descriptor_limit();
  TcpDoor door;
  door.events_ = Descriptor{epoll_create1(EPOLL_CLOEXEC)};
  if (!door.events_.valid()) {
    return fail(Errc::Io, fmt::format("epoll: {}", last_error()));
  }
  return door;
}

Descriptor TcpDoor::listen_on(Endpoint endpoint) const {
  Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket.valid()) return {};
  const int on = 1;
  setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // The address may be routed to this machine without being configured on it.
  setsockopt(socket.number(), IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(endpoint.first);
  address.sin_port = htons(endpoint.second);
  const auto* const generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (bind(socket.number(), generic, sizeof address) != 0) return {};
  if (listen(socket.number(), 64) != 0) return {};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket.number();
  if (epoll_ctl(events_.number(), EPOLL_CTL_ADD, socket.number(), &event) != 0) return {};
  return socket;
}

void TcpDoor::follow(const World& world) {
  std::set<Endpoint> wanted;
  for (const Device& device : world.devices()) {
    if (device.answers && device.tcp_port != 0 && device.address != 0) {
      wanted.emplace(device.address, device.tcp_port);
    }
  }
  for (const Outside& outside : world.outside()) {
    if (!outside.up || outside.tcp_port == 0) continue;
    for (const std::uint32_t address : outside.addresses) wanted.emplace(address, outside.tcp_port);
  }
  std::erase_if(listeners_, [&](const auto& item) { return !wanted.contains(item.first); });
  for (const Endpoint& endpoint : wanted) {
    if (listeners_.contains(endpoint) || refused_.contains(endpoint)) continue;
    Descriptor socket = listen_on(endpoint);
    if (socket.valid()) {
      listeners_.emplace(endpoint, std::move(socket));
      continue;
    }
    refused_.insert(endpoint);
    log(Level::Warning, "SIM_TCP_REFUSED",
        fmt::format("address={} port={} reason=\"{}\"", IpAddress::v4(endpoint.first).to_string(),
                    endpoint.second, last_error()),
        "cannot listen there; what stands behind it will look dead");
  }
}

void TcpDoor::serve() {
  std::array<epoll_event, 64> ready{};
  const int count = epoll_wait(events_.number(), ready.data(), static_cast<int>(ready.size()), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
    // One connection each; level-triggered readiness brings the next.
    const Descriptor connection{accept4(ready[i].data.fd, nullptr, nullptr, SOCK_CLOEXEC)};
  }
}

}  // namespace market::sim
