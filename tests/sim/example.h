// A valid design of a market of any size, as text: something to start from, and the load of tests.
//
//   ExampleOptions --plan_market--> MarketPlan --write_design--> YAML
//
// The same options give the same text, byte for byte. Proportions are those of Korean markets: a
// tenth of the stalls is vacant and 38 % have no terminal (Small Enterprise and Market Service,
// survey of 2023; share of shops without a card terminal, 2015).
//
// Threads:  pure. Errors: InvalidValue when the wishes do not fit together, and what would fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/types/ip_prefix.h"
#include "config/types/result.h"

namespace market::sim {

struct ExampleOptions {
  std::string site = "dg-seomun1";
  std::string name = "서문시장 1지구";
  std::size_t stalls = 150;
  std::optional<std::size_t> terminals;  ///< nothing = 52 % of the stalls; at most the stalls
  std::size_t snmp_percent = 67;  ///< terminals that speak SNMP; the others listen on a TCP port
  std::size_t aps = 10;
  std::optional<std::size_t> switches;      ///< nothing = 8, or as many as it takes
  std::optional<std::size_t> switch_ports;  ///< 24 or 48; nothing = the fewest that do
  std::string supernet = "10.64.0.0/16";
  /// Where the services outside are: van-a at .10, zeropay at .20, dns at .53 of this /24. Empty =
  /// documentation addresses.
  std::string service_net;
};

enum class StallKind : std::uint8_t { Vacant, NoTerminal, Snmp, Silent };

struct StallPlan {
  std::string id, name;
  StallKind kind = StallKind::Vacant;
  std::size_t number = 0;  ///< of its terminal, from 1; 0 = none
};

struct PortPlan {
  std::string role;
  std::string peer, stall;  ///< at most one of them
};

struct SwitchPlan {
  std::size_t size = 24;        ///< ports
  std::vector<PortPlan> ports;  ///< those in use, from port 1 on
  std::size_t aps = 0;
};

struct MarketPlan {
  ExampleOptions options;
  IpPrefix supernet, mgmt, payment, staff, guest;
  std::vector<SwitchPlan> switches;  ///< the first is the core
  std::vector<StallPlan> stalls;
};

[[nodiscard]] Result<MarketPlan> plan_market(const ExampleOptions& options);
[[nodiscard]] std::string write_design(const MarketPlan& plan);

/// Ids as the design writes them; numbers count from 1.
[[nodiscard]] std::string switch_id(std::size_t number);
[[nodiscard]] std::string ap_id(std::size_t number);
/// The arcade that holds the stall with this index from 0: "A".."Z", "AA"..
[[nodiscard]] std::string arcade_of(std::size_t stall);

/// The `number`-th address of a prefix, from 0, the network address.
[[nodiscard]] IpAddress host(const IpPrefix& prefix, std::uint32_t number);

}  // namespace market::sim
