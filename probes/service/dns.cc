#include "probes/service/dns.h"

#include <array>
#include <random>

#include <fmt/format.h>

namespace market::service {
namespace {

constexpr std::size_t kHeaderOctets = 12;
constexpr std::uint8_t kResponseBit = 0x80;  // QR, in the third octet

/// Header with RD, one question: ".", type NS(2), class IN(1).
std::array<std::uint8_t, kHeaderOctets + 5> query(std::uint16_t id) {
  return {static_cast<std::uint8_t>(id >> 8U),
          static_cast<std::uint8_t>(id & 0xffU),
          0x01,
          0x00,
          0,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          2,
          0,
          1};
}

}  // namespace

DnsClient::DnsClient(io::Loop& loop, io::Wire& wire)
    : loop_{loop}, wire_{wire}, next_id_{static_cast<std::uint16_t>(std::random_device{}())} {
  wire_.on_receive([this](const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
    on_datagram(from, bytes);
  });
}

DnsClient::~DnsClient() { wire_.on_receive({}); }

void DnsClient::ask(const io::Endpoint& server, std::chrono::milliseconds patience,
                    Handler handler) {
  const std::uint16_t id = next_id_++;
  auto deadline = loop_.after(patience, [this, id, patience] {
    finish(id, {.answered = false,
                .took = {},
                .reason = fmt::format("no answer within {} ms", patience.count())});
  });
  questions_.insert_or_assign(id, Question{.server = server,
                                           .asked = loop_.now(),
                                           .deadline = std::move(deadline),
                                           .handler = std::move(handler)});
  // A datagram that cannot be sent is lost, as on any network: the deadline speaks.
  (void)wire_.send(server, query(id));
}

void DnsClient::on_datagram(const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderOctets || (bytes[2] & kResponseBit) == 0) return;
  const auto id = static_cast<std::uint16_t>(bytes[0] << 8U | bytes[1]);
  const auto question = questions_.find(id);
  if (question == questions_.end() || question->second.server != from) return;
  finish(id, {.answered = true,
              .took = std::chrono::duration_cast<std::chrono::microseconds>(loop_.now() -
                                                                            question->second.asked),
              .reason = {}});
}

void DnsClient::finish(std::uint16_t id, DnsVerdict verdict) {
  auto question = questions_.extract(id);
  if (!question.empty()) question.mapped().handler(std::move(verdict));
}

}  // namespace market::service
