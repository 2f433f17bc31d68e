#include "tests/fakes/fake_wire.h"

#include <utility>

namespace market::fakes {

Result<void> FakeWire::send(const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
  if (refusing_) return fail(Errc::Unsupported, "no socket for this family");
  sent_.push_back({to, Bytes{bytes.begin(), bytes.end()}, loop_.now()});
  if (to_lose_ > 0) {
    --to_lose_;
    return {};
  }
  if (!peer_) return {};
  for (auto& reply : peer_(to, bytes)) arrive(std::move(reply));
  return {};
}

void FakeWire::arrive(FakeReply reply) {
  const auto id = next_id_++;
  const auto delay = reply.delay;
  in_flight_[id] = loop_.after(delay, [this, id, reply = std::move(reply)] {
    in_flight_.erase(id);
    const auto receiver = receiver_;  // it may replace itself
    if (receiver) receiver(reply.from, reply.bytes);
  });
}

}  // namespace market::fakes
