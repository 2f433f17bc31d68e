#include "config/types/ip_prefix.h"

#include <algorithm>
#include <charconv>
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

Result<IpRange> IpRange::parse(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return fail(Errc::InvalidValue,
                fmt::format("range '{}' {}: write 10.64.0.0/24, 10.64.0.1-10.64.0.50 or one "
                            "IPv4 address",
                            text, why));
  };
  auto first = IpAddress::v4(0);
  auto last = first;
  if (text.find('/') != std::string_view::npos) {
    auto prefix = IpPrefix::parse(text);
    if (!prefix) return bad("is not a prefix (" + prefix.error().message + ")");
    if (!prefix->network().is_v4()) return bad("is not IPv4");
    first = prefix->network();
    last = prefix->last_v4();
    if (prefix->length() < 31) {
      first = IpAddress::v4(first.v4_number() + 1);
      last = IpAddress::v4(last.v4_number() - 1);
    }
  } else {
    const auto dash = text.find('-');
    auto from = IpAddress::parse(text.substr(0, dash));
    auto to = dash == std::string_view::npos ? from : IpAddress::parse(text.substr(dash + 1));
    if (!from || !to || !from->is_v4() || !to->is_v4()) return bad("cannot be read");
    if (*to < *from) return bad("ends before it begins");
    first = *from;
    last = *to;
  }
  IpRange range{first, last};
  if (range.count() > kMaxAddresses) return bad("has more than 1,048,576 addresses");
  return range;
}

std::uint64_t IpRange::count() const {
  return std::uint64_t{last_.v4_number()} - first_.v4_number() + 1;
}

bool IpRange::contains(const IpAddress& address) const {
  return first_ <= address && address <= last_;
}

std::string IpRange::to_string() const {
  if (first_ == last_) return first_.to_string();
  return first_.to_string() + "-" + last_.to_string();
}

}  // namespace market
