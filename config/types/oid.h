// An ASN.1 object identifier as SNMP uses it (RFC 2578, 3.5: at most 128 arcs of 32 bits).
// Ordered as agents order their tables: arc by arc, a prefix before what it begins.
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/result.h"

namespace market {

class Oid {
 public:
  static constexpr std::size_t kMaxArcs = 128;

  Oid() = default;
  /// For constants in code. More than kMaxArcs arcs is a programming error.
  Oid(std::initializer_list<std::uint32_t> arcs) : arcs_{arcs} {}
  explicit Oid(std::vector<std::uint32_t> arcs) : arcs_{std::move(arcs)} {}

  /// "1.3.6.1" or ".1.3.6.1". InvalidValue for anything that is not 1..128 decimal arcs.
  [[nodiscard]] static Result<Oid> parse(std::string_view text);

  [[nodiscard]] std::span<const std::uint32_t> arcs() const { return arcs_; }
  [[nodiscard]] std::size_t size() const { return arcs_.size(); }
  [[nodiscard]] bool empty() const { return arcs_.empty(); }
  [[nodiscard]] std::uint32_t operator[](std::size_t index) const { return arcs_[index]; }
  [[nodiscard]] std::uint32_t back() const { return arcs_.back(); }

  /// True when `prefix` is the beginning of this, or all of it.
  [[nodiscard]] bool starts_with(const Oid& prefix) const;
  /// This with further arcs behind it: column.child(ifIndex).
  [[nodiscard]] Oid child(std::uint32_t arc) const;
  [[nodiscard]] Oid child(const Oid& suffix) const;
  /// What follows `prefix`; empty when this does not start with it.
  [[nodiscard]] Oid after(const Oid& prefix) const;

  /// "1.3.6.1", no leading dot; inverse of parse.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const Oid&, const Oid&) = default;

 private:
  std::vector<std::uint32_t> arcs_;
};

}  // namespace market
