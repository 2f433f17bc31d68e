#include "probes/service/icmp.h"

#include <linux/icmp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "probes/io/owned_fd.h"
#include "probes/io/socket_address.h"

namespace market::service {
namespace {

using std::chrono::microseconds;

// Often enough that the pace is even, seldom enough that it costs nothing.
constexpr std::chrono::milliseconds kTick{10};
// What a late tick may catch up with: a stall of ours is not a burst on the wire.
constexpr unsigned kBurst = 32;
constexpr int kDatagramsPerTurn = 256;

constexpr std::uint8_t kEchoReply = 0;
constexpr std::uint8_t kEchoRequest = 8;
constexpr std::size_t kHeader = 8;

/// What we send and want back; in our own byte order, for nobody else reads it.
struct Payload {
  std::uint64_t token = 0;
  std::int64_t sent = 0;  ///< of the loop's clock, ns
};
constexpr std::size_t kSize = kHeader + sizeof(Payload);
using Packet = std::array<std::uint8_t, kSize>;

std::uint16_t checksum(std::span<const std::uint8_t> octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += i % 2 == 0 ? static_cast<std::uint32_t>(octets[i]) << 8U : octets[i];
  }
  while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

Packet request(const Payload& payload, std::uint16_t sequence) {
  Packet packet{kEchoRequest};
  packet[6] = static_cast<std::uint8_t>(sequence >> 8U);
  packet[7] = static_cast<std::uint8_t>(sequence & 0xffU);
  std::memcpy(packet.data() + kHeader, &payload, sizeof payload);
  const auto sum = checksum(packet);
  packet[2] = static_cast<std::uint8_t>(sum >> 8U);
  packet[3] = static_cast<std::uint8_t>(sum & 0xffU);
  return packet;
}

/// The payload of an echo reply of our size. A raw socket gives the IP header as well.
std::optional<Payload> reply_in(std::span<const std::uint8_t> octets, bool raw) {
  if (raw) {
    if (octets.empty()) return std::nullopt;
    const std::size_t header = (octets[0] & 0x0fU) * 4U;
    if (header > octets.size()) return std::nullopt;
    octets = octets.subspan(header);
  }
  if (octets.size() != kSize || octets[0] != kEchoReply) return std::nullopt;
  Payload payload;
  std::memcpy(&payload, octets.data() + kHeader, sizeof payload);
  return payload;
}

struct PingSocket {
  io::OwnedFd fd;
  bool raw = false;
};

Result<PingSocket> open_socket() {
  constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  PingSocket made{io::OwnedFd{::socket(AF_INET, SOCK_DGRAM | kFlags, IPPROTO_ICMP)}, false};
  const int refused = errno;
  if (made.fd.open()) return made;
  made = {io::OwnedFd{::socket(AF_INET, SOCK_RAW | kFlags, IPPROTO_ICMP)}, true};
  if (!made.fd.open()) {
    return fail(Errc::Io, "cannot ping: " + std::system_category().message(refused) +
                              " (net.ipv4.ping_group_range leaves this group out), and a raw "
                              "socket needs CAP_NET_RAW");
  }
  // Of all ICMP that reaches this machine, echo replies alone.
  const std::uint32_t dropped = ~(1U << kEchoReply);
  ::setsockopt(made.fd.number(), SOL_RAW, ICMP_FILTER, &dropped, sizeof dropped);
  return made;
}

class Sweep final : public Probe {
 public:
  Sweep(io::AsioLoop& loop, const IpRange& range, EchoOptions options, EchoHandlers handlers,
        PingSocket socket)
      : loop_{loop},
        range_{range},
        options_{options},
        handlers_{std::make_shared<const EchoHandlers>(std::move(handlers))},
        socket_{std::move(socket)} {
    std::random_device dice;
    token_ = std::uint64_t{dice()} << 32U | dice();
    summary_.asked = range.count();
    watch_ = loop_.on_readable(socket_.fd.number(), [this] { drain(); });
    last_tick_ = loop_.now();
    timer_ = loop_.after(io::Duration::zero(), [this] { tick(); });
  }

 private:
  void tick() {
    const auto now = loop_.now();
    const std::chrono::duration<double> elapsed = now - std::exchange(last_tick_, now);
    credit_ += elapsed.count() * options_.per_second;
    credit_ = std::min(credit_, static_cast<double>(kBurst));
    while (credit_ >= 1 && next_ < summary_.asked) {
      if (send_next()) credit_ -= 1;
    }
    if (next_ < summary_.asked) {
      timer_ = loop_.after(kTick, [this] { tick(); });
    } else {
      timer_ = loop_.after(options_.patience, [this] { end_round(); });
    }
  }

  /// False when the next address has answered already.
  bool send_next() {
    const auto number =
        static_cast<std::uint32_t>(range_.first().v4_number() + std::exchange(next_, next_ + 1));
    if (answered_.contains(number)) return false;
    const auto since = loop_.now().time_since_epoch();
    const Payload payload{token_,
                          std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
    const auto packet = request(payload, static_cast<std::uint16_t>(round_));
    const auto to = io::to_socket_address({IpAddress::v4(number), 0});
    (void)::sendto(socket_.fd.number(), packet.data(), packet.size(), MSG_DONTWAIT, to.data(),
                   to.length);
    ++summary_.sent;
    return true;
  }

  void end_round() {
    ++round_;
    next_ = 0;
    if (round_ >= options_.attempts || answered_.size() == summary_.asked) return end();
    tick();
  }

  void end() {
    watch_.cancel();
    timer_.cancel();
    socket_.fd = io::OwnedFd{};
    const auto handlers = handlers_;
    if (handlers->on_end) handlers->on_end(EchoSummary{summary_});  // last: it may destroy this
  }

  void drain() {
    const std::weak_ptr<bool> alive{alive_};
    for (int datagram = 0; datagram < kDatagramsPerTurn; ++datagram) {
      std::array<std::uint8_t, 512> room{};
      sockaddr_storage from{};
      socklen_t size_of_from = sizeof from;
      auto* generic = static_cast<sockaddr*>(static_cast<void*>(&from));
      const auto size = ::recvfrom(socket_.fd.number(), room.data(), room.size(), MSG_DONTWAIT,
                                   generic, &size_of_from);
      if (size < 0) return;
      const auto sender = io::to_endpoint(from);
      if (sender) take(sender->address, std::span{room}.first(static_cast<std::size_t>(size)));
      if (alive.expired() || !socket_.fd.open()) return;
    }
  }

  void take(const IpAddress& from, std::span<const std::uint8_t> octets) {
    const auto payload = reply_in(octets, socket_.raw);
    const bool ours = payload && payload->token == token_ && range_.contains(from);
    if (!ours || !answered_.insert(from.v4_number()).second) {
      ++summary_.strays;
      return;
    }
    ++summary_.answered;
    const auto now = loop_.now().time_since_epoch();
    const auto took = now - std::chrono::nanoseconds{payload->sent};
    const EchoAnswer answer{from, std::chrono::duration_cast<microseconds>(took)};
    const std::weak_ptr<bool> alive{alive_};
    const auto handlers = handlers_;
    if (handlers->on_answer) handlers->on_answer(answer);
    if (alive.expired()) return;
    // Nobody is left to wait for.
    if (answered_.size() == summary_.asked) timer_ = loop_.after({}, [this] { end(); });
  }

  io::AsioLoop& loop_;
  IpRange range_;
  EchoOptions options_;
  std::shared_ptr<const EchoHandlers> handlers_;  ///< held by a call that may destroy this
  PingSocket socket_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::uint64_t token_ = 0;
  std::unordered_set<std::uint32_t> answered_;
  EchoSummary summary_;
  std::uint64_t next_ = 0;  ///< offset in the range
  int round_ = 0;
  double credit_ = 1;  ///< datagrams that may go now
  io::TimePoint last_tick_;
  io::Timer watch_;
  io::Timer timer_;
};

}  // namespace

Result<std::unique_ptr<Probe>> ping_sweep(io::AsioLoop& loop, const IpRange& range,
                                          EchoOptions options, EchoHandlers handlers) {
  if (!range.first().is_v4()) return fail(Errc::Unsupported, "an ICMP sweep is of IPv4 addresses");
  auto socket = open_socket();
  if (!socket) return tl::make_unexpected(std::move(socket.error()));
  options.per_second = std::max(options.per_second, 1U);
  return std::make_unique<Sweep>(loop, range, options, std::move(handlers), std::move(*socket));
}

}  // namespace market::service
