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
#include <utility>
#include <vector>

#include "config/types/result.h"

namespace market {

class Oid {
 public:
  static constexpr std::size_t kMaxArcs = 128;

  Oid() noexcept : few_{} {}
  ~Oid() { release(); }
  Oid(const Oid& other) : few_{other.few_} {
    if (other.count_ > kFew) {
      assign(other.arcs());
    } else {
      count_ = other.count_;
    }
  }
  // All of the union: what it holds does not know where it is.
  Oid(Oid&& other) noexcept : few_{other.few_}, count_{std::exchange(other.count_, 0U)} {}
  Oid& operator=(const Oid& other) {
    if (this != &other) assign(other.arcs());
    return *this;
  }
  Oid& operator=(Oid&& other) noexcept {
    std::swap(few_, other.few_);
    std::swap(count_, other.count_);
    return *this;
  }
  explicit Oid(std::span<const std::uint32_t> arcs) : Oid{} { assign(arcs); }
  /// For constants in code. More than kMaxArcs arcs is a programming error.
  Oid(std::initializer_list<std::uint32_t> arcs) : Oid{arcs.begin(), arcs.end()} {}
  explicit Oid(const std::vector<std::uint32_t>& arcs) : Oid{arcs.begin(), arcs.end()} {}
  /// From arcs of any integer type, which are taken as 32 bits.
  template <std::random_access_iterator Arcs>
  Oid(Arcs first, Arcs last) : Oid{} {
    auto* const into = make_room(static_cast<std::size_t>(last - first));
    std::transform(first, last, into, [](auto arc) { return static_cast<std::uint32_t>(arc); });
  }

  /// "1.3.6.1" or ".1.3.6.1". InvalidValue for anything that is not 1..128 decimal arcs.
  [[nodiscard]] static Result<Oid> parse(std::string_view text);

  [[nodiscard]] std::span<const std::uint32_t> arcs() const {
    return {count_ > kFew ? many_ : few_.data(), count_};
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::uint32_t operator[](std::size_t index) const { return arcs()[index]; }
  [[nodiscard]] std::uint32_t back() const { return arcs().back(); }

  /// Takes these arcs, at most kMaxArcs and none of its own, instead of its own.
  void assign(std::span<const std::uint32_t> arcs) {
    std::copy(arcs.begin(), arcs.end(), make_room(arcs.size()));
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
  /// Nearly every name has at most so many arcs: a column of ifXTable and its index. They stand in
  /// the object, since ten thousand devices tell a hundred thousand names a second.
  static constexpr std::size_t kFew = 12;

  /// For so many arcs, which replace its own.
  std::uint32_t* make_room(std::size_t count) {
    if (count > kFew && count <= count_) {
      count_ = static_cast<std::uint32_t>(count);
      return many_;
    }
    auto* const fresh = count > kFew ? new std::uint32_t[count] : nullptr;
    release();
    count_ = static_cast<std::uint32_t>(count);
    if (fresh == nullptr) return few_.data();
    many_ = fresh;
    return many_;
  }
  void release() noexcept {
    if (count_ > kFew) delete[] many_;
    count_ = 0;
  }
  union {
    std::array<std::uint32_t, kFew> few_;
    std::uint32_t* many_;  ///< all arcs, when there are more than kFew
  };
  std::uint32_t count_ = 0;
};

}  // namespace market
