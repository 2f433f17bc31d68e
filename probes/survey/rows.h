// Rows of tables in OID order, and the cells in them as the types of this program.
//
// Pure. A cell that is not what its column promises gives nothing; the caller counts it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/mac_address.h"
#include "probes/snmp/client.h"

namespace market::survey {

using Arcs = std::span<const std::uint32_t>;

class Rows {
 public:
  /// Borrows `bindings`. Of two with one OID the later counts.
  explicit Rows(std::span<const snmp::VarBind> bindings);

  struct Row {
    Arcs index;  ///< what follows the column
    const snmp::Value* value;
  };
  /// The rows of one column that hold a value, in index order.
  [[nodiscard]] std::vector<Row> column(const Oid& column) const;
  /// Null when there is none.
  [[nodiscard]] const snmp::Value* at(const Oid& oid) const;
  [[nodiscard]] const snmp::Value* at(const Oid& column, Arcs index) const;

 private:
  std::vector<const snmp::VarBind*> sorted_;
};

/// Counts what had to be left out, by column.
class Skipped {
 public:
  void count(const std::string& column, const std::string& what) {
    ++counts_[column + ": " + what];
  }
  /// "dot1qTpFdbPort: malformed index (3 rows left out)"
  void tell(std::vector<std::string>& gaps) const;

 private:
  std::map<std::string, std::size_t> counts_;
};

/// The one arc of an index that has just one; nothing otherwise.
[[nodiscard]] std::optional<std::uint32_t> single(Arcs index);
/// Six octets; nothing for arcs beyond 255.
[[nodiscard]] std::optional<MacAddress> mac_of(Arcs arcs);
/// An InetAddressType and an InetAddress (RFC 4001), with or without the length before the
/// address; a zone (types 3 and 4) is read and dropped. Uses up all of `arcs`, or gives nothing.
[[nodiscard]] std::optional<IpAddress> inet_address_of(Arcs arcs);
/// Octets of an address, 4 or 16, one per arc.
[[nodiscard]] std::optional<IpAddress> address_of(Arcs arcs);

/// A number that is not negative and fits.
[[nodiscard]] std::optional<std::uint32_t> number_of(const snmp::Value* value);
/// Six octets, or a MAC written out ("0:50:56:aa:bb:1", "64 6A 52 DD 34 00"). Nothing for
/// all zeros, which means that there is none.
[[nodiscard]] std::optional<MacAddress> mac_of(const snmp::Value* value);
/// Without NULs and blanks around; hex when it is not text; empty when there is no value.
[[nodiscard]] std::string text_of(const snmp::Value* value);
[[nodiscard]] bool is_group(const MacAddress& mac);
/// 0.0.0.0, ::, 127.0.0.0/8, ::1.
[[nodiscard]] bool is_nowhere(const IpAddress& address);

}  // namespace market::survey
