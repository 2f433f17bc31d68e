#include "probes/dhcp/listener.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <system_error>
#include <utility>

#include "probes/io/owned_fd.h"
#include "probes/io/socket_address.h"

namespace market::dhcp {
namespace {

// Then timers and other descriptors get their turn.
constexpr int kFramesPerTurn = 64;
// The longest DHCP message that fits an Ethernet frame, tag and headers included; more is cut off.
constexpr std::size_t kRoom = 2048;

// The kernel passes on IPv4, UDP, no fragment, to port 67: everything else never reaches us.
// clang-format off
constexpr std::array<sock_filter, 11> kFilter{{
    {BPF_LD | BPF_H | BPF_ABS, 0, 0, 12},               // EtherType
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 8, 0x0800},
    {BPF_LD | BPF_B | BPF_ABS, 0, 0, 23},               // protocol
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 6, 17},
    {BPF_LD | BPF_H | BPF_ABS, 0, 0, 20},               // fragment offset
    {BPF_JMP | BPF_JSET | BPF_K, 4, 0, 0x1fff},
    {BPF_LDX | BPF_B | BPF_MSH, 0, 0, 14},              // X = length of the IP header
    {BPF_LD | BPF_H | BPF_IND, 0, 0, 16},               // destination port
    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 67},
    {BPF_RET | BPF_K, 0, 0, kRoom},
    {BPF_RET | BPF_K, 0, 0, 0},
}};
// clang-format on

Error system_error(const std::string& link, const char* what) {
  return Error{Errc::Io,
               "DHCP on '" + link + "': " + what + ": " + std::system_category().message(errno)};
}

Result<io::OwnedFd> open_on(const std::string& link) {
  const auto index = ::if_nametoindex(link.c_str());
  if (index == 0) return tl::make_unexpected(system_error(link, "no such link"));
  // Without a protocol until the filter is there: nothing unfiltered gets into the queue.
  io::OwnedFd fd{::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd.open()) return tl::make_unexpected(system_error(link, "cannot listen"));
  auto instructions = kFilter;
  const sock_fprog program{static_cast<unsigned short>(instructions.size()), instructions.data()};
  if (::setsockopt(fd.number(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    return tl::make_unexpected(system_error(link, "cannot filter"));
  }
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = static_cast<int>(index);
  io::SocketAddress generic;
  static_assert(sizeof address <= sizeof generic.storage);
  std::memcpy(&generic.storage, &address, sizeof address);
  if (::bind(fd.number(), generic.data(), sizeof address) != 0) {
    return tl::make_unexpected(system_error(link, "cannot bind"));
  }
  return fd;
}

class PacketListener final : public Listener {
 public:
  explicit PacketListener(Heard heard) : heard_{std::make_shared<const Heard>(std::move(heard))} {}

  void add(io::AsioLoop& loop, const std::string& link, io::OwnedFd fd) {
    auto& port = ports_.emplace_back(Port{link, std::move(fd), {}});
    port.watch = loop.on_readable(port.fd.number(), [this, &port] { drain(port); });
  }

 private:
  struct Port {
    std::string link;
    io::OwnedFd fd;
    io::Timer watch;
  };

  void drain(const Port& port) {
    const std::weak_ptr<bool> alive{alive_};
    for (int frame = 0; frame < kFramesPerTurn; ++frame) {
      std::array<std::uint8_t, kRoom> room{};
      sockaddr_ll from{};
      iovec part{room.data(), room.size()};
      msghdr header{};
      header.msg_name = &from;
      header.msg_namelen = sizeof from;
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      const auto size = ::recvmsg(port.fd.number(), &header, MSG_DONTWAIT);
      if (size <= 0) return;
      if (from.sll_pkttype == PACKET_OUTGOING) continue;  // our own machine's request
      const auto octets = std::span{room}.first(static_cast<std::size_t>(size));
      const auto message = parse_frame(octets);
      const auto heard = heard_;
      if (message) (*heard)(std::string{port.link}, *message);
      if (alive.expired()) return;
    }
  }

  std::shared_ptr<const Heard> heard_;  ///< held by a call that may destroy this
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::list<Port> ports_;
};

}  // namespace

Result<std::unique_ptr<Listener>> listen(io::AsioLoop& loop, const std::vector<std::string>& links,
                                         Heard heard) {
  auto listener = std::make_unique<PacketListener>(std::move(heard));
  for (const auto& link : links) {
    auto fd = open_on(link);
    if (!fd) return tl::make_unexpected(std::move(fd.error()));
    listener->add(loop, link, std::move(*fd));
  }
  return listener;
}

}  // namespace market::dhcp
