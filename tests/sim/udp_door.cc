#include "tests/sim/udp_door.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace market::sim {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kRounds = 8;  // batches before others have their turn
constexpr std::size_t kLargest = 8192;
constexpr int kBufferBytes = 8 << 20;  // a burst of 10,000 requests waits rather than is lost

/// Room for one IP_PKTINFO message.
struct alignas(cmsghdr) ControlRoom {
  std::array<char, 64> octets{};
};

// CMSG_FIRSTHDR, CMSG_NXTHDR and CMSG_DATA are macros of sys/socket.h with casts of the old style.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"
cmsghdr* first_of(msghdr& header) { return CMSG_FIRSTHDR(&header); }
cmsghdr* next_of(msghdr& header, cmsghdr* message) { return CMSG_NXTHDR(&header, message); }
unsigned char* data_of(cmsghdr* message) { return CMSG_DATA(message); }
constexpr std::size_t kInfoLength = CMSG_LEN(sizeof(in_pktinfo));
constexpr std::size_t kInfoSpace = CMSG_SPACE(sizeof(in_pktinfo));
#pragma GCC diagnostic pop
static_assert(kInfoSpace <= sizeof(ControlRoom));

/// The address that a datagram was sent to.
std::optional<in_addr> asked_address(msghdr& header) {
  for (cmsghdr* message = first_of(header); message != nullptr;
       message = next_of(header, message)) {
    if (message->cmsg_level != IPPROTO_IP || message->cmsg_type != IP_PKTINFO) continue;
    in_pktinfo info{};
    std::memcpy(&info, data_of(message), sizeof info);
    return info.ipi_addr;
  }
  return std::nullopt;
}

/// Makes the datagram leave from `from`. `room` must live until it is sent.
void leave_from(msghdr& header, ControlRoom& room, in_addr from) {
  header.msg_control = room.octets.data();
  header.msg_controllen = kInfoSpace;
  cmsghdr* const message = first_of(header);
  message->cmsg_level = IPPROTO_IP;
  message->cmsg_type = IP_PKTINFO;
  message->cmsg_len = kInfoLength;
  in_pktinfo info{};
  info.ipi_spec_dst = from;
  std::memcpy(data_of(message), &info, sizeof info);
}

bool enable(int socket, int level, int option, int value) {
  return setsockopt(socket, level, option, &value, sizeof value) == 0;
}

}  // namespace

/// Everything that a batch of recvmmsg writes to; reused.
struct UdpDoor::Inbox {
  std::array<std::array<std::uint8_t, kLargest>, kBatch> octets{};
  std::array<ControlRoom, kBatch> rooms{};
  std::array<sockaddr_in, kBatch> senders{};
  std::array<iovec, kBatch> vectors{};
  std::array<mmsghdr, kBatch> headers{};

  void prepare() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      vectors[i] = {octets[i].data(), kLargest};
      headers[i] = {};
      msghdr& header = headers[i].msg_hdr;
      header.msg_name = &senders[i];
      header.msg_namelen = sizeof senders[i];
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
      header.msg_control = rooms[i].octets.data();
      header.msg_controllen = sizeof rooms[i].octets;
    }
  }
};

UdpDoor::UdpDoor(Descriptor socket)
    : socket_{std::move(socket)}, inbox_{std::make_unique<Inbox>()} {}
UdpDoor::UdpDoor(UdpDoor&&) noexcept = default;
UdpDoor& UdpDoor::operator=(UdpDoor&&) noexcept = default;
UdpDoor::~UdpDoor() = default;

Result<UdpDoor> UdpDoor::open(const std::string& bind, std::uint16_t port) {
  const auto failed = [&](const char* what) {
    return fail(Errc::Io, fmt::format("udp {}:{}: {}: {}", bind, port, what, last_error()));
  };
  Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket.valid()) return failed("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, bind.c_str(), &address.sin_addr) != 1) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is no IPv4 address to bind to", bind));
  }
  if (!enable(socket.number(), SOL_SOCKET, SO_REUSEADDR, 1)) return failed("SO_REUSEADDR");
  if (!enable(socket.number(), IPPROTO_IP, IP_PKTINFO, 1)) return failed("IP_PKTINFO");
  // Answers may leave from addresses that are only routed to this machine, not configured on it.
  if (!enable(socket.number(), IPPROTO_IP, IP_FREEBIND, 1)) return failed("IP_FREEBIND");
  // Beyond the system's limit only with privileges; without, as much as there is.
  if (!enable(socket.number(), SOL_SOCKET, SO_RCVBUFFORCE, kBufferBytes)) {
    enable(socket.number(), SOL_SOCKET, SO_RCVBUF, kBufferBytes);
  }
  if (!enable(socket.number(), SOL_SOCKET, SO_SNDBUFFORCE, kBufferBytes)) {
    enable(socket.number(), SOL_SOCKET, SO_SNDBUF, kBufferBytes);
  }
  // bind(2) takes every kind of address through one pointer type.
  const auto* const generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::bind(socket.number(), generic, sizeof address) != 0) return failed("bind");
  return UdpDoor{std::move(socket)};
}

std::size_t UdpDoor::receive_batch(Agents& agents, Time now) {
  Inbox& in = *inbox_;
  in.prepare();
  const int count = recvmmsg(socket_.number(), in.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    msghdr& header = in.headers[i].msg_hdr;
    const auto address = asked_address(header);
    if (!address || (header.msg_flags & MSG_TRUNC) != 0) continue;
    const ber::Octets datagram{in.octets[i].data(), in.headers[i].msg_len};
    auto reply = agents.handle(ntohl(address->s_addr), datagram, now);
    if (!reply) continue;
    outgoing_.push({reply->at, order_++, in.senders[i], *address, std::move(reply->message)});
  }
  return static_cast<std::size_t>(count);
}

void UdpDoor::post(std::uint32_t from, std::uint32_t to, std::uint16_t port, std::string message,
                   Time at) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(to);
  outgoing_.push({at, order_++, address, in_addr{htonl(from)}, std::move(message)});
}

void UdpDoor::receive(Agents& agents, Time now) {
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::size_t count = receive_batch(agents, now);
    send(now);
    if (count < kBatch) return;
  }
}

void UdpDoor::send_batch(std::vector<Outgoing>& batch) {
  std::array<mmsghdr, kBatch> headers{};
  std::array<iovec, kBatch> vectors{};
  std::array<ControlRoom, kBatch> rooms{};
  for (std::size_t i = 0; i < batch.size(); ++i) {
    vectors[i] = {batch[i].message.data(), batch[i].message.size()};
    msghdr& header = headers[i].msg_hdr;
    header.msg_name = &batch[i].to;
    header.msg_namelen = sizeof batch[i].to;
    header.msg_iov = &vectors[i];
    header.msg_iovlen = 1;
    leave_from(header, rooms[i], batch[i].from);
  }
  // sendmmsg stops at the first datagram that cannot be sent; that one is lost.
  for (std::size_t sent = 0; sent < batch.size();) {
    const auto left = static_cast<unsigned>(batch.size() - sent);
    const int count = sendmmsg(socket_.number(), &headers[sent], left, MSG_DONTWAIT);
    if (count < 1) ++unsent_;
    sent += count < 1 ? 1 : static_cast<std::size_t>(count);
  }
  batch.clear();
}

void UdpDoor::send(Time now) {
  std::vector<Outgoing> batch;
  while (!outgoing_.empty() && outgoing_.top().at <= now) {
    batch.push_back(outgoing_.top());
    outgoing_.pop();
    if (batch.size() == kBatch) send_batch(batch);
  }
  if (!batch.empty()) send_batch(batch);
}

std::optional<Time> UdpDoor::next_due() const {
  if (outgoing_.empty()) return std::nullopt;
  return outgoing_.top().at;
}

}  // namespace market::sim
