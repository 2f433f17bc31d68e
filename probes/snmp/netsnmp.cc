#include "probes/snmp/netsnmp.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>

namespace market::snmp {
namespace {

// Only the v3 message and security layers are started, and told that their configuration is read.
// init_snmp() would also load MIBs and start the TLS transports, which make folders in
// /var/lib/snmp.
void start_once() {
  ::snmp_disable_log();
  // Without any handler net-snmp falls back to stderr.
  ::netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
  // Should a later call load MIBs after all: "" is none; unset would be all there are.
  ::setenv("MIBS", "", 1);
  for (const int option :
       {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
        NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE}) {
    ::netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, option, 1);
  }
  // init_usm() registers configuration words under this name and fails without one.
  ::netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_APPTYPE, "marketd");
  ::init_snmpv3("marketd");
  for (const int stage : {SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, SNMP_CALLBACK_POST_READ_CONFIG}) {
    ::snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, stage, nullptr);
  }
}

}  // namespace

void start_netsnmp() {
  static std::once_flag started;
  std::call_once(started, start_once);
}

WireOid::WireOid(const Oid& from) : size{std::min(from.size(), arcs.size())} {
  std::copy_n(from.arcs().begin(), size, arcs.begin());
}

const void* WireValue::data() const {
  switch (held_) {
    case Held::Nothing:
      break;
    case Held::Signed:
      return &signed_;
    case Held::Unsigned:
      return &unsigned_;
    case Held::Wide:
      return &wide_;
    case Held::Arcs:
      return arcs_.data();
    case Held::Borrowed:
      return borrowed_;
  }
  return nullptr;
}

Result<WireValue> WireValue::from(const Value& value) {
  WireValue wire;
  const auto hold_unsigned = [&wire](std::uint8_t type, std::uint32_t number) {
    wire.type_ = type;
    wire.held_ = Held::Unsigned;
    wire.unsigned_ = number;
    wire.size_ = sizeof wire.unsigned_;
  };
  if (std::holds_alternative<Null>(value)) return wire;
  if (!exists(value)) {
    return fail(Errc::InvalidValue, "'" + to_string(value) + "' cannot be written");
  }
  if (const auto* integer = std::get_if<Integer>(&value)) {
    wire.type_ = ASN_INTEGER;
    wire.held_ = Held::Signed;
    wire.signed_ = integer->value;
    wire.size_ = sizeof wire.signed_;
  } else if (const auto* gauge = std::get_if<Unsigned32>(&value)) {
    hold_unsigned(ASN_UNSIGNED, gauge->value);
  } else if (const auto* counter = std::get_if<Counter32>(&value)) {
    hold_unsigned(ASN_COUNTER, counter->value);
  } else if (const auto* ticks = std::get_if<TimeTicks>(&value)) {
    hold_unsigned(ASN_TIMETICKS, ticks->value);
  } else if (const auto* wide = std::get_if<Counter64>(&value)) {
    wire.type_ = ASN_COUNTER64;
    wire.held_ = Held::Wide;
    wire.wide_ = {wide->value >> 32U, wide->value & 0xffffffffU};
    wire.size_ = sizeof wire.wide_;
  } else if (const auto* octets = std::get_if<Octets>(&value)) {
    wire.type_ = ASN_OCTET_STR;
    wire.held_ = Held::Borrowed;
    wire.borrowed_ = octets->value.data();
    wire.size_ = octets->value.size();
  } else if (const auto* arcs = std::get_if<Oid>(&value)) {
    wire.type_ = ASN_OBJECT_ID;
    wire.held_ = Held::Arcs;
    wire.arcs_.assign(arcs->arcs().begin(), arcs->arcs().end());
    wire.size_ = wire.arcs_.size() * sizeof(oid);
  } else if (const auto* address = std::get_if<IpAddress>(&value)) {
    if (!address->is_v4()) {
      return fail(Errc::InvalidValue,
                  "an SNMP IpAddress has no room for '" + address->to_string() + "'");
    }
    wire.type_ = ASN_IPADDRESS;
    wire.held_ = Held::Borrowed;
    wire.borrowed_ = address->octets().data();
    wire.size_ = address->octets().size();
  }
  return wire;
}

Value address_value(std::span<const std::uint8_t> octets) {
  if (const auto address = IpAddress::from(octets)) return *address;
  return octets_value(octets.data(), octets.size());
}

Value octets_value(const std::uint8_t* data, std::size_t size) {
  return Octets{std::string{reinterpret_cast<const char*>(data), size}};
}

}  // namespace market::snmp
