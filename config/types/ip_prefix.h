// An IP prefix (10.64.0.0/24), an address on a link (10.64.0.1/24), and a range to sweep.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/types/ip_address.h"
#include "config/types/result.h"

namespace market {

/// An address and the length of its prefix. Host bits are kept: an interface has 10.64.0.1/24.
class InterfaceAddress {
 public:
  /// "10.64.0.1/24". InvalidValue without a length or with one beyond 32 or 128.
  [[nodiscard]] static Result<InterfaceAddress> parse(std::string_view text);
  [[nodiscard]] static Result<InterfaceAddress> from(IpAddress address, unsigned length);

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] unsigned length() const { return length_; }
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const InterfaceAddress&, const InterfaceAddress&) = default;

 private:
  InterfaceAddress(IpAddress address, unsigned length) : address_{address}, length_{length} {}
  IpAddress address_;
  unsigned length_;
};

/// A network: no host bit is set.
class IpPrefix {
 public:
  /// "10.64.0.0/24". InvalidValue when a host bit is set: "did you mean 10.64.0.0/24".
  [[nodiscard]] static Result<IpPrefix> parse(std::string_view text);
  /// The network that `address` is in.
  [[nodiscard]] static IpPrefix of(const InterfaceAddress& address);

  [[nodiscard]] const IpAddress& network() const { return network_; }
  [[nodiscard]] unsigned length() const { return length_; }
  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] bool contains(const IpPrefix& other) const;
  [[nodiscard]] bool overlaps(const IpPrefix& other) const;
  /// IPv4 only: last address of the prefix (the broadcast address of a subnet).
  [[nodiscard]] IpAddress last_v4() const;
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;

 private:
  IpPrefix(IpAddress network, unsigned length) : network_{network}, length_{length} {}
  IpAddress network_;
  unsigned length_;
};

/// Which network an address is in, as far as no range reaches beyond it, and its number there: all
/// of IPv4 by 32 bits, a /64 of IPv6 by 64.
[[nodiscard]] std::uint64_t host_number(const IpAddress& address);
[[nodiscard]] IpAddress with_host_number(const IpAddress& address, std::uint64_t number);
[[nodiscard]] bool numbered_together(const IpAddress& left, const IpAddress& right);

/// Addresses first..last of one family, both included. What `marketctl sweep` takes.
class IpRange {
 public:
  /// At most a /12 may be swept at once: more is a slip of the finger, not a market.
  static constexpr std::uint64_t kMaxAddresses = 1U << 20U;
  /// A /112. IPv6 networks are not swept as a whole: a /64 at 2000 packets per second takes 292
  /// million years.
  static constexpr std::uint64_t kMaxAddressesV6 = 1U << 16U;

  /// "10.64.0.0/24" (network and broadcast left out below /31), "10.64.0.1-10.64.0.50",
  /// "fd00::/120" (all of it), "fd00::1-fd00::50" or one address. InvalidValue for anything else,
  /// and for more addresses than the family's limit.
  [[nodiscard]] static Result<IpRange> parse(std::string_view text);

  [[nodiscard]] const IpAddress& first() const { return first_; }
  [[nodiscard]] const IpAddress& last() const { return last_; }
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const IpRange&, const IpRange&) = default;

 private:
  IpRange(IpAddress first, IpAddress last) : first_{first}, last_{last} {}
  IpAddress first_;
  IpAddress last_;
};

}  // namespace market
