// Is a thing that speaks no SNMP a payment terminal? No single sign proves it: the maker of its
// MAC, what it asks DHCP for, where it is plugged in and which ports it has open add up.
//
// Signs are taken for independent: each leaves its share of the doubt, and the confidence is what
// is not left. One sign of a place or a port alone is never enough; the maker or the DHCP
// fingerprint of a terminal is.
//
//   maker of payment terminals 0.75   DHCP fingerprint of one 0.80   port or VLAN of payment 0.40
//   maker of POS equipment 0.15       tcp/25000, tcp/25001 0.30      tcp/9600 0.20   tcp/8443 0.15
//   DHCP fingerprint of a Windows PC: half of it all
//
// Pure.
// Sources:  ports: Adyen 8443, Verifone P400 25000-25001, Verifone VIM 9600 (makers' documents).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/hints/dhcp_fingerprints.h"
#include "config/hints/mac_vendors.h"

namespace market {

/// What is known of one thing; empty = not known.
struct TerminalSigns {
  std::optional<MacVendor> vendor;
  std::optional<DhcpMaker> dhcp;
  std::string payment_place;  ///< its port or VLAN, where the design has payment there: "sw-a1 7"
  std::vector<std::uint16_t> open_ports;  ///< TCP
};

struct TerminalEvidence {
  /// From here on it is called a payment terminal.
  static constexpr double kEnough = 0.5;

  double confidence = 0;              ///< 0..1; never 1, for nobody has looked at it
  std::vector<std::string> based_on;  ///< "MAC of Ingenico (payment, oui.csv)"

  [[nodiscard]] bool is_terminal() const { return confidence >= kEnough; }
};

/// What is known of makers. Empty ones know nobody.
struct TerminalHints {
  MacVendors vendors;
  DhcpFingerprints fingerprints;
};

/// TCP ports that tell when they are open.
[[nodiscard]] std::vector<std::uint16_t> telling_ports();
[[nodiscard]] TerminalEvidence terminal_evidence(const TerminalSigns& signs);

}  // namespace market
