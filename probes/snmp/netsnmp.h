// The door to net-snmp: its headers, its start, and the mapping of values. Private: the room's
// sources are the only files that see the library.
//
// Threads:  net-snmp's state is process-global; all of it is used from the loop's thread only.
#pragma once

extern "C" {
#include <net-snmp/net-snmp-config.h>
// The order is net-snmp's: nothing else compiles before its configuration.
#include <net-snmp/net-snmp-includes.h>
}
// Macros for two fields of its PDU that would rename ours; the fields are errstat and errindex.
#undef non_repeaters
#undef max_repetitions

#include <array>

#include "config/types/result.h"
#include "probes/snmp/client.h"

namespace market::snmp {

/// Starts net-snmp once: it reads no configuration and no MIB, writes no file and prints nothing.
void start_netsnmp();

/// An Oid in net-snmp's form. Value semantics, no allocation.
struct WireOid {
  std::array<oid, MAX_OID_LEN> arcs;
  std::size_t size = 0;

  explicit WireOid(const Oid& from);
};

/// A value in the form in which net-snmp's encoders take it. Points into the Value it is made of.
class WireValue {
 public:
  /// InvalidValue for what cannot be written: exceptions, and IPv6 as IpAddress.
  [[nodiscard]] static Result<WireValue> from(const Value& value);

  [[nodiscard]] std::uint8_t type() const { return type_; }
  [[nodiscard]] const void* data() const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  WireValue() = default;
  enum class Held : std::uint8_t { Nothing, Signed, Unsigned, Wide, Arcs, Borrowed };
  std::uint8_t type_ = ASN_NULL;
  Held held_ = Held::Nothing;
  std::size_t size_ = 0;
  long signed_ = 0;
  unsigned long unsigned_ = 0;
  counter64 wide_{};
  std::vector<oid> arcs_;
  const void* borrowed_ = nullptr;
};

/// Octets in network order as an IpAddress; as plain Octets when there are neither 4 nor 16.
[[nodiscard]] Value address_value(std::span<const std::uint8_t> octets);
[[nodiscard]] Value octets_value(const std::uint8_t* data, std::size_t size);

}  // namespace market::snmp
