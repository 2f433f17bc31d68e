// Tables of an agent, written row by row.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "probes/survey/survey_of.h"

namespace market::survey {

inline IpAddress ip(const char* text) { return *IpAddress::parse(text); }
inline MacAddress mac(const char* text) { return *MacAddress::parse(text); }
inline snmp::Octets raw(std::initializer_list<unsigned> octets) {
  snmp::Octets value;
  for (const auto octet : octets) value.value.push_back(static_cast<char>(octet));
  return value;
}
inline const snmp::Octets kTerminal = raw({0x00, 0x05, 0x4f, 0x01, 0x02, 0x03});
inline const snmp::Octets kRouter = raw({0x02, 0x00, 0x00, 0x00, 0x0a, 0x01});

class Table {
 public:
  Table& row(const char* oid, snmp::Value value) {
    rows_.push_back({*Oid::parse(oid), std::move(value)});
    return *this;
  }
  /// An Ethernet interface: ifType 6, up.
  Table& port(std::uint32_t index, const char* name, const char* descr = "",
              const char* alias = "") {
    const auto put = [&](const char* column, snmp::Value value) {
      rows_.push_back({Oid::parse(column)->child(index), std::move(value)});
    };
    put("1.3.6.1.2.1.2.2.1.2", snmp::Octets{descr});
    put("1.3.6.1.2.1.2.2.1.3", snmp::Integer{6});
    put("1.3.6.1.2.1.2.2.1.8", snmp::Integer{1});
    put("1.3.6.1.2.1.31.1.1.1.1", snmp::Octets{name});
    put("1.3.6.1.2.1.31.1.1.1.18", snmp::Octets{alias});
    return *this;
  }
  Table& base_port(std::uint32_t port, std::int32_t if_index) {
    rows_.push_back({Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, port}, snmp::Integer{if_index}});
    return *this;
  }
  /// A learned entry of dot1qTpFdbTable; `rest` is the MAC in dots.
  Table& learned(std::uint32_t fdb, const std::string& rest, std::int32_t port, int status = 3) {
    const auto index = std::to_string(fdb) + "." + rest;
    row(("1.3.6.1.2.1.17.7.1.2.2.1.2." + index).c_str(), snmp::Integer{port});
    return row(("1.3.6.1.2.1.17.7.1.2.2.1.3." + index).c_str(), snmp::Integer{status});
  }
  /// One neighbour of lldpRemTable on local port `number`, with what lldpLocPortTable says of it.
  Table& lldp(std::uint32_t number, int local_subtype, snmp::Octets local_id,
              const char* local_desc) {
    const auto port = std::to_string(number);
    const auto remote = "." + std::string{"7."} + port + ".1";
    row(("1.0.8802.1.1.2.1.3.7.1.2." + port).c_str(), snmp::Integer{local_subtype});
    row(("1.0.8802.1.1.2.1.3.7.1.3." + port).c_str(), std::move(local_id));
    row(("1.0.8802.1.1.2.1.3.7.1.4." + port).c_str(), snmp::Octets{local_desc});
    row(("1.0.8802.1.1.2.1.4.1.1.4" + remote).c_str(), snmp::Integer{4});
    row(("1.0.8802.1.1.2.1.4.1.1.5" + remote).c_str(), kRouter);
    return row(("1.0.8802.1.1.2.1.4.1.1.9" + remote).c_str(), snmp::Octets{"ap-3"});
  }
  [[nodiscard]] DeviceSurvey survey(std::span<const VlanContext> contexts = {}) const {
    return survey_of(rows_, contexts);
  }
  std::vector<snmp::VarBind> rows_;
};

}  // namespace market::survey
