// Our nftables table (nft(8)) as plain data, in nft's own words: what `nft list table` prints and
// what `nft -f` reads. Text rather than JSON, because nft 1.0.6 leaves flags of sets out of its
// JSON, and because a person reads it in the plan.
//
// The table "inet marketd" is ours as a whole; no other table is ever read or touched.
//
// Threads:  pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/result.h"

namespace market::firewall {

struct Rule {
  std::string text;     ///< `iifname "br-mkt.20" tcp dport 443 accept`, without its comment
  std::string comment;  ///< whose rule it is; empty = it has none, and is not one that we made
  friend bool operator==(const Rule&, const Rule&) = default;
};

struct Chain {
  std::string
      hook;  ///< "type filter hook input priority filter; policy drop"; empty = no base chain
  std::vector<Rule> rules;  ///< in the order they are tried
  friend bool operator==(const Chain&, const Chain&) = default;
};

struct Ruleset {
  std::map<std::string, Chain, std::less<>> chains;
  /// "type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2 }". A set that fills itself (flag timeout
  /// or dynamic) is told without its elements: they are not of the design.
  std::map<std::string, std::string, std::less<>> sets;
  [[nodiscard]] bool empty() const { return chains.empty() && sets.empty(); }
  friend bool operator==(const Ruleset&, const Ruleset&) = default;
};

inline constexpr std::string_view kTable = "inet marketd";

/// Of the output of `nft -s list table inet marketd`. InvalidValue with the line that makes no
/// sense. Maps and other objects that we never make are passed over.
[[nodiscard]] Result<Ruleset> parse_listing(std::string_view text);

/// What turns `before` into `after`, as one transaction for `nft -f`; empty = nothing to do. Only
/// what differs is touched, so that sets which fill themselves keep what they hold.
[[nodiscard]] std::string transaction(const Ruleset& before, const Ruleset& after);

/// Parts of a text that are separated by `;` outside of quotes and braces.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view text);

/// InvalidValue when `text` could be more than one statement inside a chain or a set: it has a line
/// break, a quote or a brace that does not close.
[[nodiscard]] Result<void> check_statement(std::string_view text);

}  // namespace market::firewall
