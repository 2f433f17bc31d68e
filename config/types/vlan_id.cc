#include "config/types/vlan_id.h"

#include <charconv>

#include <fmt/format.h>

namespace market {

Result<VlanId> VlanId::from(std::uint32_t number) {
  if (number < kMin || number > kMax) {
    return fail(Errc::InvalidValue, fmt::format("vlan '{}' is outside 1..4094", number));
  }
  return VlanId{static_cast<std::uint16_t>(number)};
}

Result<VlanId> VlanId::parse(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '0') {
    return fail(Errc::InvalidValue, fmt::format("vlan '{}' is not a decimal number", text));
  }
  return from(number);
}

}  // namespace market
