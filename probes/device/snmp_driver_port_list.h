// A PortList as agents carry it (RFC 4363, PortList): bit 0x80 of octet 1 is base port 1.
//
// A list is a shared value of a whole VLAN: it is read, single bits are changed, and it goes back
// with the length the agent gave it. It grows only for a port that lies beyond its end, since an
// agent may leave out octets that are all zero.
//
// Threads:  pure. Errors: text that is no list is nothing.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace market::device {

/// Number of a port in a bridge, from 1 (dot1dBasePort). Not the ifIndex.
using BasePort = std::uint32_t;

class PortList {
 public:
  /// The highest port a list can speak of; a port beyond it is in no list.
  static constexpr BasePort kMaxPort = 65'535;

  PortList() = default;
  explicit PortList(std::string octets) : octets_{std::move(octets)} {}

  /// "1,2,5" as Junos answers; empty text is the empty list. Nothing unless every item is a number
  /// from 1 to kMaxPort. Its octets are as many as its highest port needs.
  [[nodiscard]] static std::optional<PortList> from_text(std::string_view text);
  /// Octets that a list with this port in it has at least.
  [[nodiscard]] static std::size_t octets_for(BasePort port) { return (port + 7U) / 8U; }

  [[nodiscard]] bool contains(BasePort port) const;
  /// Every port in the list, ascending.
  [[nodiscard]] std::vector<BasePort> ports() const;

  /// A port beyond the end makes the list at least `octets_for(port)` and `grown_octets` long.
  void add(BasePort port, std::size_t grown_octets = 0);
  void remove(BasePort port);

  [[nodiscard]] const std::string& octets() const { return octets_; }
  friend auto operator<=>(const PortList&, const PortList&) = default;

 private:
  std::string octets_;
};

/// "none", "tagged" or "untagged". A port that is untagged without being a member is no member.
[[nodiscard]] std::string_view membership(const PortList& egress, const PortList& untagged,
                                          BasePort port);

}  // namespace market::device
