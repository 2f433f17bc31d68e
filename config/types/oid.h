// An ASN.1 object identifier as SNMP uses it (RFC 2578, 3.5: at most 128 arcs of 32 bits).
// Ordered as agents order their tables: arc by arc, a prefix before what it begins.
#pragma once

#include <algorithm>
#include <array>
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
  Oid(std::initializer_list<std::uint32_t> arcs) : Oid{arcs.begin(), arcs.end()} {}
  explicit Oid(const std::vector<std::uint32_t>& arcs) : Oid{arcs.begin(), arcs.end()} {}
  /// From arcs of any integer type, which are taken as 32 bits.
  template <std::random_access_iterator Arcs>
  Oid(Arcs first, Arcs last) {
    const auto narrow = [](auto arc) { return static_cast<std::uint32_t>(arc); };
    const auto size = static_cast<std::size_t>(last - first);
    if (size <= few_.size()) {
      count_ = static_cast<std::uint32_t>(size);
      std::transform(first, last, few_.begin(), narrow);
    } else {
      many_.resize(size);
      std::transform(first, last, many_.begin(), narrow);
    }
  }

  /// "1.3.6.1" or ".1.3.6.1". InvalidValue for anything that is not 1..128 decimal arcs.
  [[nodiscard]] static Result<Oid> parse(std::string_view text);

  [[nodiscard]] std::span<const std::uint32_t> arcs() const {
    return many_.empty() ? std::span{few_}.first(count_) : std::span{many_};
  }
  [[nodiscard]] std::size_t size() const { return many_.empty() ? count_ : many_.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::uint32_t operator[](std::size_t index) const { return arcs()[index]; }
  [[nodiscard]] std::uint32_t back() const { return arcs().back(); }

  /// Takes these arcs, at most kMaxArcs, instead of its own.
  void assign(std::span<const std::uint32_t> arcs) {
    if (arcs.size() > few_.size()) {
      many_.assign(arcs.begin(), arcs.end());
      return;
    }
    many_.clear();
    count_ = static_cast<std::uint32_t>(arcs.size());
    std::copy(arcs.begin(), arcs.end(), few_.begin());
  }

  /// True when `prefix` is the beginning of this, or all of it.
  [[nodiscard]] bool starts_with(const Oid& prefix) const;
  /// This with further arcs behind it: column.child(ifIndex).
  [[nodiscard]] Oid child(std::uint32_t arc) const;
  [[nodiscard]] Oid child(const Oid& suffix) const;
  /// What follows `prefix`; empty when this does not start with it.
  [[nodiscard]] Oid after(const Oid& prefix) const;

  /// "1.3.6.1", no leading dot; inverse of parse.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Oid& a, const Oid& b) {
    return std::equal(a.arcs().begin(), a.arcs().end(), b.arcs().begin(), b.arcs().end());
  }
  friend std::strong_ordering operator<=>(const Oid& a, const Oid& b) {
    const auto x = a.arcs();
    const auto y = b.arcs();
    return std::lexicographical_compare_three_way(x.begin(), x.end(), y.begin(), y.end());
  }

 private:
  /// Nearly every name has at most so many arcs: a column of a MIB's table and its index. They
  /// stand in the object, since ten thousand devices tell a hundred thousand names a second.
  static constexpr std::size_t kFew = 15;

  std::array<std::uint32_t, kFew> few_{};
  std::uint32_t count_ = 0;          ///< of few_
  std::vector<std::uint32_t> many_;  ///< all arcs when there are more; then few_ is not used
};

}  // namespace market
