#include <utility>

#include "probes/snmp/ber.h"

namespace market::snmp {

Result<Prepared> Prepared::make(Version version, const Secret& community, Operation operation,
                                NamesPtr names) {
  Prepared prepared;
  prepared.asked_ = std::move(names);
  Question question;
  question.operation = operation;
  question.request_id = kSmallestId;
  question.oids = prepared.oids();
  auto encoded =
      version == Version::V1 ? encode_v1(community, question) : encode_v2c(community, question);
  if (!encoded) return tl::make_unexpected(std::move(encoded.error()));
  prepared.octets_ = std::move(*encoded);
  const Reader begin{prepared.octets_};
  auto reader = begin;
  if (!enter_community_pdu(reader) || !reader.integer()) {
    return fail(Errc::InvalidValue, "a request that cannot be read back");
  }
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
