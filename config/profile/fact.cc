#include "config/profile/fact.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "config/profile/pattern.h"
#include "config/types/mac_address.h"

namespace market {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

/// Octets of the UTF-8 character that begins at `at`; 0 when there is none (RFC 3629, 4).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const std::uint8_t lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0U) != 0x80U) return 0;
  }
  const std::uint8_t second = byte_at(text, at + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : length;
}

bool is_control(char character) {
  const auto byte = static_cast<std::uint8_t>(character);
  return byte < 0x20 || byte == 0x7F;
}

bool is_plain(char character) {
  return static_cast<std::uint8_t>(character) < 0x80 && !is_control(character);
}

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  text.erase(text.find_last_not_of(' ') + 1);
  text.erase(0, first);
  return text;
}

std::string lower(std::string_view text) {
  std::string copy{text};
  std::transform(copy.begin(), copy.end(), copy.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return copy;
}

bool one_character_repeated(std::string_view text) {
  return text.find_first_not_of(text.front()) == std::string_view::npos;
}

/// What firmware says when nobody gave it a serial, model or version.
bool is_placeholder(std::string_view text) {
  static constexpr std::array kWords{"n/a",
                                     "na",
                                     "none",
                                     "null",
                                     "unknown",
                                     "not specified",
                                     "not available",
                                     "default",
                                     "default string",
                                     "to be filled by o.e.m.",
                                     "serial number",
                                     "system serial number",
                                     "123456789",
                                     "0123456789",
                                     "1234567890",
                                     "no serial number",
                                     "not set",
                                     "undefined",
                                     "unspecified",
                                     "chassis",
                                     "stack"};
  const std::string word = lower(text);
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// Octets that are no text, read as one: some agents answer a number's bytes.
bool is_binary(std::string_view text) { return text.find(kReplacement) != std::string_view::npos; }

std::string hex(std::string_view octets) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    text += kDigits[byte_at(octets, i) >> 4U];
    text += kDigits[byte_at(octets, i) & 0x0FU];
  }
  return text;
}

/// Unicast and not zero: an address that can belong to one device.
bool is_usable(const MacAddress& mac) {
  const auto& octets = mac.octets();
  const bool group = (octets[0] & 1U) != 0;  // IEEE 802-2014, 8.2.2: I/G bit
  const bool zero =
      std::all_of(octets.begin(), octets.end(), [](auto octet) { return octet == 0; });
  return !group && !zero;
}

std::optional<std::string> mac_in_octets(std::string_view octets) {
  std::array<std::uint8_t, MacAddress::kOctets> raw{};
  for (std::size_t i = 0; i < raw.size(); ++i) raw.at(i) = byte_at(octets, i);
  const auto mac = MacAddress::from(raw);
  if (!mac || !is_usable(*mac)) return std::nullopt;
  return mac->to_string();
}

std::optional<std::string> mac_in_text(std::string_view text) {
  const auto mac = MacAddress::parse(text);
  if (!mac || !is_usable(*mac)) return std::nullopt;
  return mac->to_string();
}

std::optional<std::string> matched(const FactRule& rule, const std::string& text) {
  if (rule.regex.empty()) return text;
  auto found = rule.as.empty() ? profile::pattern_match(rule.regex, text)
                               : profile::pattern_rewrite(rule.regex, rule.as, text);
  if (!found) return std::nullopt;
  return trimmed(*std::move(found));
}

}  // namespace

const std::vector<std::string>& fact_names() {
  static const std::vector<std::string> names{"vendor", "model", "firmware", "serial", "mac"};
  return names;
}

std::string clean_text(std::string_view octets) {
  // Nearly all that agents say is plain ASCII.
  const auto* const other = std::find_if_not(octets.begin(), octets.end(), is_plain);
  const auto plain = std::min(static_cast<std::size_t>(other - octets.begin()), kMaxText);
  std::string text{octets.substr(0, plain)};
  for (std::size_t at = plain; at < octets.size();) {
    const std::size_t length = utf8_length(octets, at);
    const std::string_view next = length == 0 ? kReplacement : octets.substr(at, length);
    if (text.size() + next.size() > kMaxText) break;
    if (length == 1 && is_control(octets[at])) {
      text += ' ';
    } else {
      text += next;
    }
    at += std::max<std::size_t>(length, 1);
  }
  return trimmed(std::move(text));
}

std::optional<std::string> fact_in(std::string_view name, const FactRule& rule,
                                   std::string_view octets) {
  return fact_in(name, rule, Said{std::string{octets}});
}

std::optional<std::string> fact_in(std::string_view name, const FactRule& rule, const Said& said) {
  if (name == "mac" && said.octets.size() == MacAddress::kOctets && rule.regex.empty()) {
    return mac_in_octets(said.octets);
  }
  const auto text = matched(rule, said.text);
  if (!text || text->empty()) return std::nullopt;
  if (name == "mac") return mac_in_text(*text);
  if (is_placeholder(*text) || is_binary(*text)) return std::nullopt;
  if (name == "serial" && one_character_repeated(*text)) return std::nullopt;
  return text;
}

std::optional<std::string> engine_id_in(std::string_view octets) {
  static constexpr std::size_t kMin = 5, kMax = 32;
  if (octets.size() < kMin || octets.size() > kMax) return std::nullopt;
  const bool blank =
      one_character_repeated(octets) && (octets.front() == '\0' || octets.front() == '\xFF');
  if (blank) return std::nullopt;
  return hex(octets);
}

}  // namespace market
