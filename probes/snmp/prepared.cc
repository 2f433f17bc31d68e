#include <utility>

#include "probes/snmp/ber.h"

namespace market::snmp {
namespace {

Result<Bytes> encode(Version version, const Secret& community, const Question& question) {
  if (version == Version::V3) return encode_pdu(question);
  return version == Version::V1 ? encode_v1(community, question) : encode_v2c(community, question);
}

std::span<const std::uint8_t> pdu_of(Version version, const Bytes& encoded) {
  if (version == Version::V3) return encoded;
  const auto opened = read_community_message(encoded);
  return opened ? opened->pdu : std::span<const std::uint8_t>{};
}

}  // namespace

Result<Prepared> Prepared::make(Version version, const Secret& community, Operation operation,
                                NamesPtr names) {
  Prepared prepared;
  prepared.asked_ = std::move(names);
  Question question;
  question.operation = operation;
  question.request_id = kSmallestId;
  question.oids = prepared.oids();
  auto encoded = encode(version, community, question);
  if (!encoded) return tl::make_unexpected(std::move(encoded.error()));
  prepared.octets_ = std::move(*encoded);
  const Reader begin{prepared.octets_};
  Reader reader{pdu_of(version, prepared.octets_)};
  reader.enter();
  if (!reader.integer()) return fail(Errc::InvalidValue, "a request that cannot be read back");
  prepared.id_at_ = begin.up_to(reader).size() - kIdOctets;
  reader.integer();
  reader.integer();
  reader.enter(kSequence);
  for (std::size_t i = 0; i < prepared.oids().size() && reader.ok(); ++i) {
    auto next = reader;
    std::uint8_t type = 0;
    next.content(type);
    reader.enter(kSequence);
    auto behind = reader;
    behind.content(type);
    const auto name = reader.up_to(behind);
    prepared.names_.push_back({begin.up_to(reader).size(), name.size()});
    reader = next;
  }
  return prepared;
}

void Prepared::write(std::int32_t id, Bytes& into) const {
  into.assign(octets_.begin(), octets_.end());
  auto rest = static_cast<std::uint32_t>(id);
  for (auto i = kIdOctets; i-- > 0; rest >>= 8U) {
    into[id_at_ + i] = static_cast<std::uint8_t>(rest);
  }
}

}  // namespace market::snmp
