#include "probes/wireless/cell.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "config/profile/fact.h"
#include "config/profile/pattern.h"

namespace market::wireless {
namespace {

/// Longer texts are no value: std::regex recurses once per character.
constexpr std::size_t kMaxMatched = 256;

std::string plain(const snmp::Value& value) {
  if (const auto* octets = snmp::as_octets(value)) return clean_text(*octets);
  return snmp::to_string(value);
}

/// The Nth word, from 1, of "16,13,10".
std::optional<std::string> nth(const std::string& list, std::int64_t n) {
  std::size_t begin = 0;
  for (; n > 1; --n) {
    const auto comma = list.find(',', begin);
    if (comma == std::string::npos) return std::nullopt;
    begin = comma + 1;
  }
  return list.substr(begin, list.find(',', begin) - begin);
}

/// What level `level` stands for.
std::optional<std::string> picked(const Rows& rows, const std::vector<Oid>& from, const Oid& index,
                                  std::int64_t level) {
  constexpr std::int64_t kMaxLevel = 64;
  if (level < 1 || level > kMaxLevel) return std::nullopt;
  const auto which = from.size() == 1 ? 0 : static_cast<std::size_t>(level - 1);
  if (which >= from.size()) return std::nullopt;
  const auto* value = rows.at(from[which], index);
  if (value == nullptr) return std::nullopt;
  return from.size() == 1 ? nth(plain(*value), level) : std::optional{plain(*value)};
}

/// Six octets, "c0:74:ad:c4:c7:a4" or "c074adc4c7a4".
std::optional<MacAddress> mac_in(const std::string& text) {
  std::string spelled = text;
  if (text.size() == 2 * MacAddress::kOctets) {
    spelled.clear();
    for (std::size_t i = 0; i < text.size(); i += 2) {
      spelled += (i == 0 ? "" : ":") + text.substr(i, 2);
    }
  }
  const auto mac = MacAddress::parse(spelled);
  return mac ? std::optional{*mac} : std::nullopt;
}

bool is_blank(const MacAddress& mac) {
  const auto& octets = mac.octets();
  return std::all_of(octets.begin(), octets.end(), [](auto each) { return each == 0; }) ||
         std::all_of(octets.begin(), octets.end(), [](auto each) { return each == 0xff; });
}

std::optional<double> within(std::optional<double> value, double low, double high) {
  return value && *value >= low && *value <= high ? value : std::nullopt;
}

}  // namespace

Cell::Cell(const Rows& rows, const WirelessColumn& column, const Oid& index) : column_{column} {
  raw_ = rows.at(column.oid, index);
  if (raw_ == nullptr) return;
  auto text = plain(*raw_);
  if (column.mask) {
    std::int64_t bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc{}) return;
    text = std::to_string(static_cast<std::uint64_t>(bits) & *column.mask);
  }
  const auto& absent = column.absent;
  if (std::find(absent.begin(), absent.end(), text) != absent.end()) return;
  if (!column.pick.empty()) {
    const auto level = snmp::as_number(*raw_);
    auto word = level ? picked(rows, column.pick, index, *level) : std::nullopt;
    if (!word) return;
    text = *std::move(word);
  }
  if (!column.regex.empty()) {
    if (text.size() > kMaxMatched) return;
    auto match = profile::pattern_match(column.regex, text);
    if (!match) return;
    text = *std::move(match);
  }
  if (!column.values.empty()) {
    const auto word = column.values.find(text);
    if (word == column.values.end()) return;
    text = word->second;
  }
  text_ = std::move(text);
}

std::optional<std::string> Cell::text() const { return text_; }

std::optional<MacAddress> Cell::mac() const {
  if (!text_) return std::nullopt;
  std::optional<MacAddress> mac;
  const auto* octets = snmp::as_octets(*raw_);
  if (octets != nullptr && octets->size() == MacAddress::kOctets) {
    const std::vector<std::uint8_t> bytes{octets->begin(), octets->end()};
    if (const auto made = MacAddress::from(bytes)) mac = *made;
  } else {
    mac = mac_in(*text_);
  }
  return mac && !is_blank(*mac) ? mac : std::nullopt;
}

std::optional<IpAddress> Cell::address() const {
  if (!text_) return std::nullopt;
  const auto* octets = snmp::as_octets(*raw_);
  if (octets != nullptr && (octets->size() == 4 || octets->size() == 16)) {
    // InetAddress (RFC 4001) is octets; "10.1.2.3" has more than 4 and 16 may be text: that wins.
    const std::vector<std::uint8_t> bytes{octets->begin(), octets->end()};
    const auto made = IpAddress::from(bytes);
    if (made && !IpAddress::parse(*text_)) return *made;
  }
  const auto address = IpAddress::parse(*text_);
  if (!address || *address == IpAddress::v4(0)) return std::nullopt;
  return *address;
}

/// The number the text begins with, as in "-87", "12.5", "18 dBm".
std::optional<double> Cell::number() const {
  if (!text_) return std::nullopt;
  const char* begin = text_->data();
  const char* end = begin + text_->size();
  if (begin != end && *begin == '+') ++begin;
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  const bool whole = stop == end || *stop == ' ' || *stop == '%';
  return whole ? std::optional{value} : std::nullopt;
}

std::optional<std::int64_t> Cell::count() const {
  constexpr double kMax = 9.0e15;  // whole in a double, and no counter of an AP gets there
  const auto value = within(number(), 0, kMax);
  return value ? std::optional{std::llround(*value)} : std::nullopt;
}

std::optional<double> Cell::dbm() const {
  auto value = number();
  if (!value) return std::nullopt;
  if (column_.unit.kind == WirelessUnit::Kind::Milliwatt) {
    return *value > 0 ? std::optional{10.0 * std::log10(*value)} : std::nullopt;
  }
  if (column_.unit.signed_byte && *value > 127) *value -= 256;
  return *value * column_.unit.factor;
}

std::optional<std::int64_t> Cell::power_centidbm() const {
  const auto value = within(dbm(), -10, 60);
  return value ? std::optional{std::llround(*value * 100)} : std::nullopt;
}

std::optional<int> Cell::noise_dbm() const {
  const auto value = within(dbm(), -130, -20);
  return value ? std::optional{static_cast<int>(std::lround(*value))} : std::nullopt;
}

std::optional<double> Cell::ratio() const {
  const auto value = number();
  return value ? within(*value * column_.unit.factor, 0, 1) : std::nullopt;
}

std::optional<int> Cell::mhz() const {
  const auto value = number();
  const auto scaled = value ? within(*value * column_.unit.factor, 1, 100'000) : std::nullopt;
  return scaled ? std::optional{static_cast<int>(std::lround(*scaled))} : std::nullopt;
}

std::optional<bool> Cell::flag() const {
  if (!text_ || (*text_ != "true" && *text_ != "false")) return std::nullopt;
  return *text_ == "true";
}

}  // namespace market::wireless
