// A network in memory: the test says what each datagram is answered with, by whom and how late.
//
// Threads:  the loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "probes/io/datagram.h"
#include "tests/fakes/fake_loop.h"

namespace market::fakes {

using Bytes = std::vector<std::uint8_t>;

/// One datagram that comes back.
struct FakeReply {
  io::Endpoint from;
  Bytes bytes;
  io::Duration delay{};  ///< after the question
};

class FakeWire final : public io::Wire {
 public:
  /// What the far end makes of one datagram: no reply is loss, two are a duplicate.
  using Peer = std::function<std::vector<FakeReply>(const io::Endpoint& to,
                                                    std::span<const std::uint8_t> bytes)>;
  struct Sent {
    io::Endpoint to;
    Bytes bytes;
    io::TimePoint at;
  };

  /// Without a peer nothing is answered. `loop` must outlive it.
  explicit FakeWire(FakeLoop& loop, Peer peer = {}) : loop_{loop}, peer_{std::move(peer)} {}

  Result<void> send(const io::Endpoint& to, std::span<const std::uint8_t> bytes) override;
  void on_receive(Receiver receiver) override { receiver_ = std::move(receiver); }
  [[nodiscard]] std::uint64_t dropped() const override { return dropped_; }

  void answer_with(Peer peer) { peer_ = std::move(peer); }
  /// A datagram nobody asked for, `delay` from now.
  void arrive(FakeReply reply);
  /// The next `count` sends vanish before the peer sees them (they are in sent() all the same).
  void lose_next(std::size_t count) { to_lose_ = count; }
  /// Every further send is an Error, as without a socket for the family.
  void refuse_sends() { refusing_ = true; }
  void count_drops(std::uint64_t drops) { dropped_ += drops; }

  /// Everything sent so far, in order. The test may clear it.
  [[nodiscard]] std::vector<Sent>& sent() { return sent_; }

 private:
  FakeLoop& loop_;
  Peer peer_;
  Receiver receiver_;
  std::vector<Sent> sent_;
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, io::Timer> in_flight_;
  std::size_t to_lose_ = 0;
  std::uint64_t dropped_ = 0;
  bool refusing_ = false;
};

}  // namespace market::fakes
