#include "probes/snmp/value.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace market::snmp {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 cannot deduce it by itself

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// Octets in the UTF-8 sequence that `lead` begins; 0 when it can begin none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80U) return 1;
  if (lead >= 0xc2U && lead <= 0xdfU) return 2;
  if (lead >= 0xe0U && lead <= 0xefU) return 3;
  if (lead >= 0xf0U && lead <= 0xf4U) return 4;
  return 0;
}

// Overlong forms, surrogates and what lies beyond U+10FFFF show in the second octet
// (RFC 3629, section 4).
bool second_octet_fits(unsigned char lead, unsigned char second) {
  if (lead == 0xe0U) return second >= 0xa0U;
  if (lead == 0xedU) return second <= 0x9fU;
  if (lead == 0xf0U) return second >= 0x90U;
  if (lead == 0xf4U) return second <= 0x8fU;
  return true;
}

bool is_printable_octet(unsigned char c) {
  return (c >= 0x20U && c != 0x7fU) || c == '\t' || c == '\n' || c == '\r';
}

bool is_printable_sequence(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return is_printable_octet(lead);
  const auto second = static_cast<unsigned char>(sequence[1]);
  const bool c1_control = lead == 0xc2U && second < 0xa0U;
  return !c1_control && second_octet_fits(lead, second) &&
         std::all_of(sequence.begin() + 1, sequence.end(), is_continuation);
}

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = sequence_length(static_cast<unsigned char>(text.front()));
    if (length == 0 || length > text.size()) return false;
    if (!is_printable_sequence(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string hex(std::string_view octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(octets.size() * 3);
  for (const char octet : octets) {
    if (!text.empty()) text += ' ';
    text += kDigits[static_cast<unsigned char>(octet) >> 4U];
    text += kDigits[static_cast<unsigned char>(octet) & 0x0fU];
  }
  return text;
}

constexpr std::array<std::string_view, 19> kStatusWords{"noError",
                                                        "tooBig",
                                                        "noSuchName",
                                                        "badValue",
                                                        "readOnly",
                                                        "genErr",
                                                        "noAccess",
                                                        "wrongType",
                                                        "wrongLength",
                                                        "wrongEncoding",
                                                        "wrongValue",
                                                        "noCreation",
                                                        "inconsistentValue",
                                                        "resourceUnavailable",
                                                        "commitFailed",
                                                        "undoFailed",
                                                        "authorizationError",
                                                        "notWritable",
                                                        "inconsistentName"};

}  // namespace

bool exists(const Value& value) {
  return !std::holds_alternative<NoSuchObject>(value) &&
         !std::holds_alternative<NoSuchInstance>(value) &&
         !std::holds_alternative<EndOfMibView>(value);
}

std::optional<std::int64_t> as_number(const Value& value) {
  using Number = std::optional<std::int64_t>;
  return std::visit(Overloaded{
                        [](Integer v) -> Number { return v.value; },
                        [](Unsigned32 v) -> Number { return v.value; },
                        [](Counter32 v) -> Number { return v.value; },
                        [](Counter64 v) -> Number { return static_cast<std::int64_t>(v.value); },
                        [](TimeTicks v) -> Number { return v.value; },
                        [](const auto&) -> Number { return std::nullopt; },
                    },
                    value);
}

const std::string* as_octets(const Value& value) {
  const auto* octets = std::get_if<Octets>(&value);
  return octets == nullptr ? nullptr : &octets->value;
}

std::string to_string(const Value& value) {
  return std::visit(
      Overloaded{
          [](Null) -> std::string { return "null"; },
          [](NoSuchObject) -> std::string { return "noSuchObject"; },
          [](NoSuchInstance) -> std::string { return "noSuchInstance"; },
          [](EndOfMibView) -> std::string { return "endOfMibView"; },
          [](const Octets& v) { return is_printable_utf8(v.value) ? v.value : hex(v.value); },
          [](const Oid& v) { return v.to_string(); },
          [](const IpAddress& v) { return v.to_string(); },
          [](auto v) { return std::to_string(v.value); },
      },
      value);
}

std::string to_string(ErrorStatus status) {
  const auto number = static_cast<std::size_t>(status);
  return std::string{number < kStatusWords.size() ? kStatusWords[number] : "unknown"};
}

}  // namespace market::snmp
