// One SNMPv3 message in net-snmp's own form, built by snmp_build and parsed by snmp_parse. Private
// to identity.cc, usm.cc and usm_message.cc.
//
// What these find in net-snmp's table of users decides about authentication and privacy: see
// usm.h for who is in it when.
#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "probes/snmp/netsnmp.h"
#include "probes/snmp/usm.h"

namespace market::snmp {

/// A protocol by net-snmp's OID of it, and how long that is.
struct Protocol {
  const oid* arcs;
  std::size_t size;
};
[[nodiscard]] Protocol protocol_of(AuthProtocol auth);
[[nodiscard]] Protocol protocol_of(PrivProtocol priv);

struct PduDeleter {
  void operator()(netsnmp_pdu* pdu) const { ::snmp_free_pdu(pdu); }
};
using Pdu = std::unique_ptr<netsnmp_pdu, PduDeleter>;

/// Who is asked in whose name, and how well protected: one of SNMP_SEC_LEVEL_*.
struct Principal {
  std::string user;
  int level = SNMP_SEC_LEVEL_NOAUTH;
  EngineId engine;  ///< empty = not known yet
};

/// A PDU without bindings, addressed.
[[nodiscard]] Pdu make_pdu(int command, std::int32_t id, const Principal& principal);
/// The question's objects or values. Error: InvalidValue, a value that cannot be written.
[[nodiscard]] Result<void> add_bindings(netsnmp_pdu& pdu, const Question& question);
[[nodiscard]] Result<Bytes> build_message(netsnmp_pdu& pdu);

[[nodiscard]] tl::expected<Pdu, UsmFault> parse_message(std::span<const std::uint8_t> message);
/// The same with net-snmp's own error, one of SNMPERR_*; null when there is one.
[[nodiscard]] Pdu parse_message(std::span<const std::uint8_t> message, int& error);
/// Nothing when a name or value is beyond what SNMP allows.
[[nodiscard]] std::optional<std::vector<VarBind>> bindings_of(const netsnmp_pdu& pdu);

/// A copy that net-snmp may free with free(3). Never null, also for a count of 0.
template <class T>
[[nodiscard]] T* allocate_copy(const T* from, std::size_t count) {
  auto* const copy = static_cast<T*>(std::calloc(count + 1, sizeof(T)));
  if (copy == nullptr) std::abort();
  if (count > 0) std::memcpy(copy, from, count * sizeof(T));
  return copy;
}

}  // namespace market::snmp
