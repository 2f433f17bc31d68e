#include "probes/survey/rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <string_view>

namespace market::survey {
namespace {

constexpr std::uint32_t kOctetMax = 255;

/// InetAddressType (RFC 4001) -> octets of the address and of the zone behind it.
struct InetForm {
  std::uint32_t type;
  std::size_t address;
  std::size_t zone;
};
constexpr std::array kInetForms{InetForm{1, 4, 0}, InetForm{2, 16, 0}, InetForm{3, 4, 4},
                                InetForm{4, 16, 4}};

std::strong_ordering order(Arcs left, Arcs right) {
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                right.end());
}

bool begins(Arcs whole, Arcs prefix) {
  return whole.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), whole.begin());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank{" \t\r\n\0", 5};
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// "0:50:56:aa:bb:1" and its relatives: six numbers of one or two hex digits.
std::optional<MacAddress> written_mac(std::string_view text) {
  std::array<std::uint8_t, MacAddress::kOctets> octets{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0) {
      if (at == end || (*at != ':' && *at != '-' && *at != ' ')) return std::nullopt;
      ++at;
    }
    const auto read =
        std::from_chars(at, at + std::min<std::ptrdiff_t>(2, end - at), octets[i], 16);
    if (read.ec != std::errc{}) return std::nullopt;
    at = read.ptr;
  }
  if (at != end) return std::nullopt;
  return *MacAddress::from(octets);
}

bool all_zero(const MacAddress& mac) {
  return std::ranges::all_of(mac.octets(), [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

Rows::Rows(std::span<const snmp::VarBind> bindings) {
  sorted_.reserve(bindings.size());
  for (const auto& binding : bindings) {
    if (snmp::exists(binding.value)) sorted_.push_back(&binding);
  }
  std::stable_sort(sorted_.begin(), sorted_.end(), [](const auto* a, const auto* b) {
    return order(a->oid.arcs(), b->oid.arcs()) < 0;
  });
  // The later of two: the last of each run of equals is kept.
  std::reverse(sorted_.begin(), sorted_.end());
  const auto same = [](const auto* a, const auto* b) { return a->oid == b->oid; };
  sorted_.erase(std::unique(sorted_.begin(), sorted_.end(), same), sorted_.end());
  std::reverse(sorted_.begin(), sorted_.end());
}

std::vector<Rows::Row> Rows::column(const Oid& column) const {
  std::vector<Row> found;
  const auto first = std::partition_point(sorted_.begin(), sorted_.end(), [&](const auto* each) {
    return order(each->oid.arcs(), column.arcs()) < 0;
  });
  for (auto at = first; at != sorted_.end() && begins((*at)->oid.arcs(), column.arcs()); ++at) {
    found.push_back({(*at)->oid.arcs().subspan(column.size()), &(*at)->value});
  }
  return found;
}

const snmp::Value* Rows::at(const Oid& oid) const { return at(oid, {}); }

const snmp::Value* Rows::at(const Oid& column, Arcs index) const {
  std::vector<std::uint32_t> arcs{column.arcs().begin(), column.arcs().end()};
  arcs.insert(arcs.end(), index.begin(), index.end());
  const auto found = std::partition_point(sorted_.begin(), sorted_.end(), [&](const auto* each) {
    return order(each->oid.arcs(), arcs) < 0;
  });
  if (found == sorted_.end() || order((*found)->oid.arcs(), arcs) != 0) return nullptr;
  return &(*found)->value;
}

void Skipped::tell(std::vector<std::string>& gaps) const {
  for (const auto& [what, count] : counts_) {
    gaps.push_back(what + " (" + std::to_string(count) + (count == 1 ? " row" : " rows") +
                   " left out)");
  }
}

std::optional<std::uint32_t> single(Arcs index) {
  if (index.size() != 1) return std::nullopt;
  return index.front();
}

std::optional<MacAddress> mac_of(Arcs arcs) {
  std::array<std::uint8_t, MacAddress::kOctets> octets{};
  if (arcs.size() != octets.size()) return std::nullopt;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (arcs[i] > kOctetMax) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(arcs[i]);
  }
  return *MacAddress::from(octets);
}

std::optional<IpAddress> address_of(Arcs arcs) {
  std::array<std::uint8_t, 16> octets{};
  if (arcs.size() > octets.size()) return std::nullopt;
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    if (arcs[i] > kOctetMax) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(arcs[i]);
  }
  auto address = IpAddress::from(std::span{octets}.first(arcs.size()));
  if (!address) return std::nullopt;
  return *address;
}

std::optional<IpAddress> inet_address_of(Arcs arcs) {
  if (arcs.empty()) return std::nullopt;
  for (const auto& form : kInetForms) {
    if (form.type != arcs.front()) continue;
    const auto size = form.address + form.zone;
    auto rest = arcs.subspan(1);
    if (rest.size() == size + 1 && rest.front() == size) rest = rest.subspan(1);
    if (rest.size() != size) return std::nullopt;
    return address_of(rest.first(form.address));
  }
  return std::nullopt;
}

std::optional<std::uint32_t> number_of(const snmp::Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto number = snmp::as_number(*value);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

std::optional<MacAddress> mac_of(const snmp::Value* value) {
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  if (octets == nullptr) return std::nullopt;
  std::optional<MacAddress> mac;
  if (octets->size() == MacAddress::kOctets) {
    const std::vector<std::uint8_t> bytes{octets->begin(), octets->end()};
    mac = *MacAddress::from(bytes);
  } else {
    mac = written_mac(trimmed(*octets));
  }
  if (mac && all_zero(*mac)) return std::nullopt;
  return mac;
}

std::string text_of(const snmp::Value* value) {
  if (value == nullptr) return {};
  const auto* octets = snmp::as_octets(*value);
  if (octets == nullptr) return snmp::to_string(*value);
  const std::string text{trimmed(*octets)};
  const bool readable = snmp::to_string(snmp::Value{snmp::Octets{text}}) == text;
  return readable ? text : snmp::to_string(*value);
}

bool is_group(const MacAddress& mac) { return (mac.octets()[0] & 1U) != 0; }

bool is_nowhere(const IpAddress& address) {
  constexpr std::uint8_t kLoopbackNet = 127;
  const auto octets = address.octets();
  if (address.is_v4()) return octets[0] == kLoopbackNet || address.v4_number() == 0;
  const bool zeros = std::all_of(octets.begin(), octets.end() - 1, [](auto o) { return o == 0; });
  return zeros && octets.back() <= 1;
}

}  // namespace market::survey
