// The real Wire: recvmmsg(2) and sendmmsg(2) on one unconnected UDP socket for each family.
//
// A receiver may do anything, destroying the wire included: what a batch needs is held by the
// batch, and a socket that was closed meanwhile is not touched again.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

#include "probes/io/datagram.h"
#include "probes/io/owned_fd.h"
#include "probes/io/socket_address.h"

namespace market::io {
namespace {

// 2 MiB hold the answers to 1,024 questions outstanding; the usual default (208 KiB) drops some.
constexpr int kSocketBuffer = 2 * 1024 * 1024;
constexpr std::size_t kBatch = 64;
// Then timers and other descriptors get their turn.
constexpr int kBatchesPerTurn = 4;
constexpr std::size_t kRoom = 65536;  // the longest datagram there is, headers included
// Rooms a power of two apart would share the same few cache lines.
constexpr std::size_t kStride = kRoom + 1600;

std::string system_reason(int error) { return std::system_category().message(error); }

// Bigger than net.core.rmem_max where we have CAP_NET_ADMIN, else as big as allowed.
void enlarge_buffers(int fd) {
  const int size = kSocketBuffer;
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
}

// For a datagram that may not be fragmented the kernel need not make up a number for its fragments,
// which is a twentieth of what sending costs. What is longer than the way bears is sent again.
void allow_fragments(int fd, bool allowed) {
  const int discovery = allowed ? IP_PMTUDISC_WANT : IP_PMTUDISC_DO;
  ::setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discovery, sizeof discovery);
}

Result<OwnedFd> open_socket(int family, std::uint16_t port) {
  OwnedFd fd{::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd.open()) return fail(Errc::Io, "cannot open a UDP socket: " + system_reason(errno));
  const int on = 1;
  if (family == AF_INET) allow_fragments(fd.number(), false);
  if (family == AF_INET6) ::setsockopt(fd.number(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  ::setsockopt(fd.number(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  enlarge_buffers(fd.number());
  const std::array<std::uint8_t, 16> zero{};
  const auto size = family == AF_INET ? 4U : 16U;
  auto any = to_socket_address({*IpAddress::from(std::span{zero}.first(size)), port});
  if (::bind(fd.number(), any.data(), any.length) != 0) {
    return fail(Errc::Io, "cannot bind a UDP socket: " + system_reason(errno));
  }
  return fd;
}

// Datagrams waiting for the loop's next turn: their bytes end to end in one arena.
class SendQueue {
 public:
  [[nodiscard]] bool empty() const { return items_.empty(); }

  void add(const Endpoint& to, std::span<const std::uint8_t> bytes) {
    items_.push_back({to_socket_address(to), arena_.size(), bytes.size()});
    arena_.insert(arena_.end(), bytes.begin(), bytes.end());
  }

  void flush(int fd) {
    std::size_t next = 0;
    while (next < items_.size()) {
      const auto sent = send_from(fd, next, kBatch);
      if (sent <= 0 && errno == EMSGSIZE) send_in_fragments(fd, next);
      // The first of the batch was refused: it is lost, the others go on.
      next += sent > 0 ? static_cast<std::size_t>(sent) : 1;
    }
    items_.clear();
    arena_.clear();
  }

 private:
  struct Item {
    SocketAddress to;
    std::size_t offset;
    std::size_t size;
  };

  void send_in_fragments(int fd, std::size_t which) {
    allow_fragments(fd, true);
    send_from(fd, which, 1);
    allow_fragments(fd, false);
  }

  int send_from(int fd, std::size_t first, std::size_t most) {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    const auto count = std::min(most, items_.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      auto& item = items_[first + i];
      parts[i] = {arena_.data() + item.offset, item.size};
      auto& header = headers[i].msg_hdr;
      header.msg_name = item.to.data();
      header.msg_namelen = item.to.length;
      header.msg_iov = &parts[i];
      header.msg_iovlen = 1;
    }
    return ::sendmmsg(fd, headers.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
  }

  std::vector<Item> items_;
  std::vector<std::uint8_t> arena_;
};

std::optional<std::uint32_t> drops_told(msghdr& header) {
  for (auto* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t drops = 0;
    std::memcpy(&drops, CMSG_DATA(part), sizeof drops);
    return drops;
  }
  return std::nullopt;
}

// Room for one recvmmsg. Held by shared_ptr, so that it outlives a wire destroyed in a receiver.
class Batch {
 public:
  Batch() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts_[i] = {bytes_.get() + i * kStride, kRoom};
      auto& header = headers_[i].msg_hdr;
      header.msg_name = &from_[i];
      header.msg_iov = &parts_[i];
      header.msg_iovlen = 1;
      header.msg_control = controls_[i].data();
    }
  }

  /// Number of datagrams taken; 0 when there are none.
  std::size_t receive(int fd) {
    // Only where the last ones were put has the kernel written over it: most batches are of a few.
    for (std::size_t i = 0; i < written_; ++i) {
      auto& header = headers_[i].msg_hdr;
      header.msg_namelen = sizeof from_[i];
      header.msg_controllen = controls_[i].size();
      header.msg_flags = 0;
    }
    const int taken = ::recvmmsg(fd, headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
    written_ = taken > 0 ? static_cast<std::size_t>(taken) : 0;
    return written_;
  }
  [[nodiscard]] std::optional<Endpoint> from(std::size_t i) const { return to_endpoint(from_[i]); }
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t i) const {
    return {bytes_.get() + i * kStride, headers_[i].msg_len};
  }
  /// The socket's own running count of drops, when it tells one.
  [[nodiscard]] std::optional<std::uint32_t> drops(std::size_t i) {
    return drops_told(headers_[i].msg_hdr);
  }

 private:
  // Not filled with zeros: pages that no datagram was long enough for are never in memory.
  std::unique_ptr<std::uint8_t[]> bytes_ =
      std::make_unique_for_overwrite<std::uint8_t[]>(kBatch * kStride);
  std::array<iovec, kBatch> parts_{};
  std::array<mmsghdr, kBatch> headers_{};
  std::array<sockaddr_storage, kBatch> from_{};
  alignas(cmsghdr) std::array<std::array<std::uint8_t, 64>, kBatch> controls_{};
  std::size_t written_ = kBatch;  ///< headers to be filled in anew
};

struct Socket {
  OwnedFd fd;
  Timer watch;
  SendQueue queue;
  std::uint32_t drops = 0;
};

class UdpWire final : public Wire {
 public:
  UdpWire(AsioLoop& loop, OwnedFd v4, OwnedFd v6) : state_{std::make_shared<State>()} {
    state_->loop = &loop;
    adopt(loop, state_->v4, std::move(v4));
    adopt(loop, state_->v6, std::move(v6));
  }
  ~UdpWire() override {
    // Whoever still holds the state (a batch under way, a posted flush) finds it closed.
    state_->receiver.reset();
    for (auto* socket : {&state_->v4, &state_->v6}) {
      socket->watch.cancel();
      socket->fd = OwnedFd{};
    }
  }
  UdpWire(const UdpWire&) = delete;
  UdpWire& operator=(const UdpWire&) = delete;

  Result<void> send(const Endpoint& to, std::span<const std::uint8_t> bytes) override {
    auto& socket = to.address.is_v4() ? state_->v4 : state_->v6;
    if (!socket.fd.open()) {
      return fail(Errc::Unsupported, "no IPv6 here to reach '" + to.address.to_string() + "' by");
    }
    if (bytes.size() > kMaxDatagram) {
      return fail(Errc::InvalidValue,
                  "a datagram cannot have " + std::to_string(bytes.size()) + " octets");
    }
    socket.queue.add(to, bytes);
    schedule_flush();
    return {};
  }
  void on_receive(Receiver receiver) override {
    state_->receiver = receiver ? std::make_shared<Receiver>(std::move(receiver)) : nullptr;
  }
  [[nodiscard]] std::uint64_t dropped() const override {
    return std::uint64_t{state_->v4.drops} + state_->v6.drops;
  }

 private:
  struct State {
    AsioLoop* loop = nullptr;
    std::shared_ptr<Receiver> receiver;
    std::shared_ptr<Batch> batch = std::make_shared<Batch>();
    Socket v4;
    Socket v6;
    bool flush_scheduled = false;
  };

  void adopt(AsioLoop& loop, Socket& socket, OwnedFd fd) {
    if (!fd.open()) return;
    socket.fd = std::move(fd);
    // The watch dies with the state, so the state may be borrowed until a batch takes hold of it.
    socket.watch = loop.on_readable(
        socket.fd.number(), [weak = std::weak_ptr{state_}, &socket] { drain(weak, socket); });
  }

  static void drain(const std::weak_ptr<State>& weak, Socket& socket) {
    const auto state = weak.lock();
    if (!state) return;
    for (int turn = 0; turn < kBatchesPerTurn && socket.fd.open(); ++turn) {
      const auto taken = state->batch->receive(socket.fd.number());
      deliver(*state, socket, taken);
      if (taken < kBatch) return;
    }
  }

  static void deliver(State& state, Socket& socket, std::size_t taken) {
    const auto batch = state.batch;
    for (std::size_t i = 0; i < taken; ++i) {
      if (const auto drops = batch->drops(i)) socket.drops = *drops;
      const auto receiver = state.receiver;  // it may replace itself
      const auto from = batch->from(i);
      if (receiver && from) (*receiver)(*from, batch->bytes(i));
    }
  }

  void schedule_flush() {
    if (state_->flush_scheduled) return;
    state_->flush_scheduled = true;
    state_->loop->post([weak = std::weak_ptr{state_}] {
      const auto state = weak.lock();
      if (!state) return;
      state->flush_scheduled = false;
      for (auto* socket : {&state->v4, &state->v6}) {
        if (socket->fd.open() && !socket->queue.empty()) socket->queue.flush(socket->fd.number());
      }
    });
  }

  std::shared_ptr<State> state_;
};

}  // namespace

Result<std::unique_ptr<Wire>> open_udp(AsioLoop& loop, std::uint16_t port) {
  auto v4 = open_socket(AF_INET, port);
  if (!v4) return fail_within(std::move(v4), "IPv4");
  auto v6 = open_socket(AF_INET6, port);
  return std::make_unique<UdpWire>(loop, std::move(*v4), v6 ? std::move(*v6) : OwnedFd{});
}

}  // namespace market::io
