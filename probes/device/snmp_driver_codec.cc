#include "probes/device/snmp_driver_codec.h"

#include <limits>
#include <variant>

namespace market::device {
namespace {

constexpr std::int64_t kTrue = 1;  // RFC 2579, TruthValue
constexpr std::int64_t kFalse = 2;

using Encoded = tl::expected<snmp::Value, std::string>;

FieldValue as_field(const std::string& word) {
  if (word == "true") return true;
  if (word == "false") return false;
  return word;
}

FieldValue word_of(const Attribute& attribute, std::int64_t number) {
  for (const auto& [word, value] : attribute.values) {
    if (value == number) return as_field(word);
  }
  return number;
}

FieldValue truth_of(std::int64_t number) {
  if (number == kTrue) return true;
  if (number == kFalse) return false;
  return number;
}

Encoded wire_number(Encoding encoding, std::int64_t number) {
  if (encoding == Encoding::Unsigned32) {
    if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) {
      return tl::make_unexpected(std::to_string(number) + " does not fit an Unsigned32");
    }
    return snmp::Unsigned32{static_cast<std::uint32_t>(number)};
  }
  if (number < std::numeric_limits<std::int32_t>::min() ||
      number > std::numeric_limits<std::int32_t>::max()) {
    return tl::make_unexpected(std::to_string(number) + " does not fit an INTEGER");
  }
  return snmp::Integer{static_cast<std::int32_t>(number)};
}

Encoded encode_text(const Attribute& attribute, const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return tl::make_unexpected(to_string(value) + " is not text");
  if (text->size() > attribute.max_bytes) {
    return tl::make_unexpected(std::to_string(text->size()) + " bytes, this device takes " +
                               std::to_string(attribute.max_bytes));
  }
  return snmp::Octets{*text};
}

Encoded encode_word(const Attribute& attribute, const FieldValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return wire_number(attribute.encoding, *number);
  }
  const auto* text = std::get_if<std::string>(&value);
  const auto* flag = std::get_if<bool>(&value);
  const std::string flag_word = flag != nullptr && *flag ? "true" : "false";
  const auto found = text != nullptr   ? attribute.values.find(*text)
                     : flag != nullptr ? attribute.values.find(flag_word)
                                       : attribute.values.end();
  if (found == attribute.values.end()) {
    return tl::make_unexpected("this device has no number for " + to_string(value));
  }
  return wire_number(attribute.encoding, found->second);
}

Encoded encode_number(const Attribute& attribute, const FieldValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return tl::make_unexpected(to_string(value) + " is not a number");
  if (*number % attribute.scale != 0) {
    return tl::make_unexpected(std::to_string(*number) + " is not a multiple of " +
                               std::to_string(attribute.scale) + ", the step of this device");
  }
  return wire_number(attribute.encoding, *number / attribute.scale);
}

Encoded encode_truth(const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    return wire_number(Encoding::Integer, *flag ? kTrue : kFalse);
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return wire_number(Encoding::Integer, *number);
  }
  return tl::make_unexpected(to_string(value) + " is neither true nor false");
}

}  // namespace

std::optional<FieldValue> decode(const Attribute& attribute, const snmp::Value& value) {
  if (attribute.encoding == Encoding::Octets) {
    const auto* octets = snmp::as_octets(value);
    if (octets == nullptr) return std::nullopt;
    return FieldValue{*octets};
  }
  const auto number = snmp::as_number(value);
  if (!number) return std::nullopt;
  switch (attribute.encoding) {
    case Encoding::TruthValue:
      return truth_of(*number);
    case Encoding::Integer:
    case Encoding::Unsigned32:
      if (attribute.values.empty()) return FieldValue{*number * attribute.scale};
      return word_of(attribute, *number);
    default:
      return std::nullopt;  // a port list is no single field
  }
}

Encoded encode(const Attribute& attribute, const FieldValue& value) {
  switch (attribute.encoding) {
    case Encoding::Octets:
      return encode_text(attribute, value);
    case Encoding::TruthValue:
      return encode_truth(value);
    case Encoding::Integer:
    case Encoding::Unsigned32:
      return attribute.values.empty() ? encode_number(attribute, value)
                                      : encode_word(attribute, value);
    default:
      return tl::make_unexpected(std::string{"a port list is not written as a whole"});
  }
}

std::optional<PortList> decode_port_list(const Attribute& attribute, const snmp::Value& value) {
  const auto* octets = snmp::as_octets(value);
  if (octets == nullptr) return std::nullopt;
  if (attribute.encoding == Encoding::PortListText) return PortList::from_text(*octets);
  return PortList{*octets};
}

}  // namespace market::device
