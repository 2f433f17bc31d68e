#include "config/types/ip_prefix.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace market {
namespace {

Result<unsigned> parse_length(std::string_view text, unsigned limit) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size() || length > limit ||
      (text.size() > 1 && text.front() == '0')) {
    return fail(Errc::InvalidValue,
                fmt::format("'/{}' is not a prefix length between 0 and {}", text, limit));
  }
  return length;
}

IpAddress masked(const IpAddress& address, unsigned length) {
  std::vector<std::uint8_t> octets(address.octets().begin(), address.octets().end());
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const unsigned first_bit = static_cast<unsigned>(i) * 8;
    if (first_bit >= length) {
      octets[i] = 0;
    } else if (length - first_bit < 8) {
      octets[i] = static_cast<std::uint8_t>(octets[i] & (0xffU << (8 - (length - first_bit))));
    }
  }
  return *IpAddress::from(octets);
}

}  // namespace

Result<InterfaceAddress> InterfaceAddress::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' has no prefix length: write it like 10.64.0.1/24", text));
  }
  auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return tl::make_unexpected(std::move(address.error()));
  auto length = parse_length(text.substr(slash + 1), address->is_v4() ? 32 : 128);
  if (!length) return fail_within(std::move(length), fmt::format("'{}'", text));
  return InterfaceAddress{*address, *length};
}

Result<InterfaceAddress> InterfaceAddress::from(IpAddress address, unsigned length) {
  if (length > (address.is_v4() ? 32U : 128U)) {
    return fail(Errc::InvalidValue, fmt::format("prefix length {} is too long", length));
  }
  return InterfaceAddress{address, length};
}

std::string InterfaceAddress::to_string() const {
  return fmt::format("{}/{}", address_.to_string(), length_);
}

Result<IpPrefix> IpPrefix::parse(std::string_view text) {
  auto address = InterfaceAddress::parse(text);
  if (!address) return tl::make_unexpected(std::move(address.error()));
  const IpPrefix network = of(*address);
  if (network.network_ != address->address()) {
    return fail(Errc::InvalidValue, fmt::format("'{}' has host bits set: did you mean '{}'", text,
                                                network.to_string()));
  }
  return network;
}

IpPrefix IpPrefix::of(const InterfaceAddress& address) {
  return {masked(address.address(), address.length()), address.length()};
}

bool IpPrefix::contains(const IpAddress& address) const {
  return address.is_v4() == network_.is_v4() && masked(address, length_) == network_;
}

bool IpPrefix::contains(const IpPrefix& other) const {
  return other.length_ >= length_ && contains(other.network_);
}

bool IpPrefix::overlaps(const IpPrefix& other) const {
  return contains(other) || other.contains(*this);
}

IpAddress IpPrefix::last_v4() const {
  const std::uint64_t span = (std::uint64_t{1} << (32 - std::min(length_, 32U))) - 1;
  return IpAddress::v4(static_cast<std::uint32_t>(network_.v4_number() + span));
}

std::string IpPrefix::to_string() const {
  return fmt::format("{}/{}", network_.to_string(), length_);
}

namespace {

/// Addresses of IPv6 that differ in these are in different networks: nothing is counted across.
constexpr std::size_t kNetworkOctetsV6 = 8;

/// First and last address of a prefix as they are swept; nothing when it is too large to be
/// counted.
std::optional<std::pair<IpAddress, IpAddress>> ends_of(const IpPrefix& prefix) {
  const IpAddress& network = prefix.network();
  if (!network.is_v4()) {
    if (prefix.length() <= 64) return std::nullopt;
    const std::uint64_t hosts = (std::uint64_t{1} << (128 - prefix.length())) - 1;
    return std::pair{network, with_host_number(network, host_number(network) | hosts)};
  }
  if (prefix.length() >= 31) return std::pair{network, prefix.last_v4()};
  return std::pair{IpAddress::v4(network.v4_number() + 1),
                   IpAddress::v4(prefix.last_v4().v4_number() - 1)};
}

}  // namespace

std::uint64_t host_number(const IpAddress& address) {
  if (address.is_v4()) return address.v4_number();
  std::uint64_t number = 0;
  for (const auto octet : address.octets().subspan(kNetworkOctetsV6)) number = number << 8U | octet;
  return number;
}

IpAddress with_host_number(const IpAddress& address, std::uint64_t number) {
  if (address.is_v4()) return IpAddress::v4(static_cast<std::uint32_t>(number));
  std::array<std::uint8_t, 16> octets{};
  std::copy_n(address.octets().begin(), kNetworkOctetsV6, octets.begin());
  for (std::size_t i = octets.size(); i > kNetworkOctetsV6; number >>= 8U) {
    octets.at(--i) = static_cast<std::uint8_t>(number & 0xffU);
  }
  return *IpAddress::from(octets);
}

bool numbered_together(const IpAddress& left, const IpAddress& right) {
  if (left.is_v4() || right.is_v4()) return left.is_v4() == right.is_v4();
  return std::equal(left.octets().begin(), left.octets().begin() + kNetworkOctetsV6,
                    right.octets().begin());
}

Result<IpRange> IpRange::parse(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return fail(
        Errc::InvalidValue,
        fmt::format("range '{}' {}: write 10.64.0.0/24, 10.64.0.1-10.64.0.50, fd00::/120 or "
                    "one address",
                    text, why));
  };
  const auto too_large = [text] {
    return fail(Errc::InvalidValue,
                fmt::format("range '{}' has more than 65,536 addresses, too many to ask one by one "
                            "in IPv6: write a /112 or longer, or single addresses; who else is "
                            "there is learnt from the neighbour tables (ND) of the gateway and of "
                            "devices that route",
                            text));
  };
  auto first = IpAddress::v4(0);
  auto last = first;
  if (text.find('/') != std::string_view::npos) {
    auto prefix = IpPrefix::parse(text);
    if (!prefix) return bad("is not a prefix (" + prefix.error().message + ")");
    const auto ends = ends_of(*prefix);
    if (!ends) return too_large();
    std::tie(first, last) = *ends;
  } else {
    const auto dash = text.find('-');
    auto from = IpAddress::parse(text.substr(0, dash));
    auto to = dash == std::string_view::npos ? from : IpAddress::parse(text.substr(dash + 1));
    if (!from || !to) return bad("cannot be read");
    if (from->is_v4() != to->is_v4()) return bad("mixes IPv4 and IPv6");
    if (*to < *from) return bad("ends before it begins");
    if (!numbered_together(*from, *to)) return too_large();
    first = *from;
    last = *to;
  }
  IpRange range{first, last};
  if (first.is_v4() && range.count() > kMaxAddresses) {
    return bad("has more than 1,048,576 addresses");
  }
  // Not by count(), which has no number for a whole /64.
  const std::uint64_t apart = host_number(last) - host_number(first);
  if (!first.is_v4() && apart >= kMaxAddressesV6) return too_large();
  return range;
}

std::uint64_t IpRange::count() const { return host_number(last_) - host_number(first_) + 1; }

bool IpRange::contains(const IpAddress& address) const {
  return first_ <= address && address <= last_;
}

std::string IpRange::to_string() const {
  if (first_ == last_) return first_.to_string();
  return first_.to_string() + "-" + last_.to_string();
}

}  // namespace market
