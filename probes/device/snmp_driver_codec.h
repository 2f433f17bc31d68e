// One field's value, between the words of a design and the types of an agent.
//
// What an agent says and the profile has no word for stays a number, so that undoing can write the
// very same number back.
//
// Threads:  pure. Errors: decode gives nothing for a type that the profile does not expect; encode
// tells why in words ("70 bytes, this device takes 64").
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "config/profile/profile.h"
#include "config/types/field.h"
#include "probes/device/snmp_driver_port_list.h"
#include "probes/snmp/value.h"

namespace market::device {

[[nodiscard]] std::optional<FieldValue> decode(const Attribute& attribute,
                                               const snmp::Value& value);
[[nodiscard]] tl::expected<snmp::Value, std::string> encode(const Attribute& attribute,
                                                            const FieldValue& value);

/// A port list in the attribute's form; nothing for another type or for bad text.
[[nodiscard]] std::optional<PortList> decode_port_list(const Attribute& attribute,
                                                       const snmp::Value& value);

/// RFC 2579, RowStatus.
inline constexpr std::int32_t kCreateAndGo = 4;
inline constexpr std::int32_t kDestroy = 6;

}  // namespace market::device
