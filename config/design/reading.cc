#include "config/design/reading.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

struct PartName {
  std::string_view item;
  std::string_view key;
};
constexpr std::array kPartNames{
    PartName{"site", "site"},
    PartName{"time", "hours, changes or drift"},
    PartName{"zone", "zones"},
    PartName{"service", "services"},
    PartName{"method", "methods"},
    PartName{"policy", "policy"},
    PartName{"gateway", "gateway"},
    PartName{"port role", "port-roles"},
    PartName{"switch", "switches"},
    PartName{"access point", "aps"},
    PartName{"ssid", "ssids"},
    PartName{"stall", "stalls"},
    PartName{"acceptance", "acceptance"},
    PartName{"device", "gateway, switches or aps"},
};

bool is_device(Part part) {
  return part == Part::Gateway || part == Part::Switches || part == Part::Aps;
}

/// Letters, digits and "-_.": safe in a host name, a path and a metric label. Stalls are named by
/// people and may be in any script ("가-101").
std::optional<std::string> bad_name(std::string_view name, Part part) {
  // A zone's id is its VLAN's name: dot1qVlanStaticName, SIZE (0..32), RFC 4363.
  const std::size_t most = part == Part::Zones ? 32 : 64;
  if (name.size() > most) return fmt::format("is longer than {} bytes", most);
  const auto allowed = [part](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return part == Part::Stalls;
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!std::all_of(name.begin(), name.end(), allowed)) {
    return fmt::format("'{}' may hold only letters, digits, '-', '_' and '.'", name);
  }
  return std::nullopt;
}

template <class T>
Result<T> not_negative(std::string_view text, Result<T> (*parse)(std::string_view)) {
  if (text.empty() || text.front() < '0' || text.front() > '9') {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' must be a number with its unit, zero or more", text));
  }
  return parse(text);
}

}  // namespace

std::string_view item_name(Part part) { return kPartNames.at(static_cast<std::size_t>(part)).item; }
std::string_view key_name(Part part) { return kPartNames.at(static_cast<std::size_t>(part)).key; }

std::string Reading::declare(MapReader& item, Part part) {
  const std::string id = item.text("id", Need::Required);
  if (id.empty()) {
    lose_name(part);
    return {};
  }
  item.called(id);
  const Node& node = *item.find("id", Need::Required);
  if (const auto why = bad_name(id, part)) {
    item.refuse(findings.rules().type, node, "id", *why);
    lose_name(part);
    return {};
  }
  return declare(id, node.position, part) ? id : std::string{};
}

void Reading::lose_name(Part part) {
  nameless_.insert(part);
  if (is_device(part)) nameless_.insert(Part::Devices);
}

bool Reading::declare(const std::string& name, const SourcePosition& position, Part part) {
  if (is_device(part)) names_[Part::Devices].emplace(name, position);
  const auto [first, fresh] = names_[part].emplace(name, position);
  if (!fresh) {
    findings.lose();
    findings.error("D007", position,
                   fmt::format("{} '{}' is declared a second time", item_name(part), name),
                   "rename or remove one of the two", first->second);
  }
  return fresh;
}

void Reading::refer(Part part, Part from, const std::string& name, const SourcePosition& position,
                    const std::string& user) {
  if (!name.empty()) uses_.push_back({part, from, name, position, user});
}

std::string Reading::reference(MapReader& item, std::string_view key, Need need, Part part,
                               Part from) {
  std::string name = item.text(key, need);
  refer(part, from, name, item.place(key), item.what());
  return name;
}

std::vector<std::string> Reading::references(MapReader& item, std::string_view key, Need need,
                                             Part part, Part from) {
  std::vector<std::string> names = item.words(key, need);
  for (const std::string& name : names) {
    refer(part, from, name, item.place(fmt::format("{}={}", key, name)), item.what());
  }
  return names;
}

void Reading::resolve() {
  constexpr std::size_t kMostGuesses = 100;  // each compares with every name: bounds hostile files
  std::size_t guesses = 0;
  for (const Use& use : uses_) {
    const auto& known = names_[use.part];
    if (known.contains(use.name)) continue;
    // A stall is judged by the methods it accepts that do exist.
    const bool accepts = use.part == Part::Methods && use.from == Part::Stalls;
    if (!accepts) incomplete.insert(use.from);
    if (nameless_.contains(use.part)) continue;
    findings.error(accepts ? "D601" : "D006", use.position,
                   fmt::format("{} names {} '{}', which does not exist", use.user,
                               item_name(use.part), use.name),
                   guesses++ < kMostGuesses ? remedy(use) : "");
  }
}

std::string Reading::remedy(const Use& use) const {
  std::vector<std::string> candidates;
  if (const auto known = names_.find(use.part); known != names_.end()) {
    for (const auto& [name, position] : known->second) candidates.push_back(name);
  }
  const std::size_t declared = candidates.size();
  if (use.part == Part::Zones && use.from == Part::Policy) candidates.emplace_back("internet");
  if (const auto meant = yaml::did_you_mean(use.name, candidates)) {
    return fmt::format("did you mean '{}'?", *meant);
  }
  std::string fix = fmt::format("declare it under {}", key_name(use.part));
  if (declared > 0 && declared <= 20) {
    fix +=
        (candidates.size() == 1 ? ", or use " : ", or use one of ") + yaml::quoted_list(candidates);
  }
  return fix;
}

std::optional<std::string> read_verbatim(MapReader& item, std::string_view key) {
  const Node* node = item.find(key, Need::Optional);
  if (node == nullptr) return std::nullopt;
  if (node->kind == yaml::Kind::Scalar && node->quoted && node->text.empty()) return std::string{};
  auto text = item.text(key, Need::Optional);
  return text.empty() ? std::nullopt : std::optional{std::move(text)};
}

bool is_link_name(std::string_view name) {
  constexpr std::size_t kMaxLinkName = 15;
  return !name.empty() && name.size() <= kMaxLinkName && name != "." && name != ".." &&
         name.find_first_of(" /:%") == std::string_view::npos;
}

PacketSource read_source(MapReader& item, Reading& reading, Part part) {
  PacketSource source;
  const yaml::Node* from = item.find("from", Need::Required);
  if (from != nullptr && from->kind == yaml::Kind::Map) {
    MapReader inner{*from, item.what() + " from", reading.findings};
    source.prefix = inner.parsed("prefix", Need::Required, IpPrefix::parse);
  } else if (from != nullptr) {
    source.zone = reading.reference(item, "from", Need::Required, Part::Zones, part);
  }
  return source;
}

std::string read_link_name(MapReader& item, std::string_view key, Need need) {
  std::string name = item.text(key, need);
  if (name.empty() || is_link_name(name)) return name;
  item.refuse(item.findings().rules().type, *item.find(key, need), key,
              fmt::format("'{}' is not a name for a network interface", name),
              "use 1..15 bytes without space, '/', ':' or '%'");
  return {};
}

Result<ServicePort> parse_service_port(std::string_view text) {
  ServicePort port;
  const std::string_view digits = text.substr(std::min<std::size_t>(4, text.size()));
  if (text.starts_with("udp/")) port.transport = Transport::Udp;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), port.number);
  if ((!text.starts_with("tcp/") && !text.starts_with("udp/")) || error != std::errc{} ||
      end != digits.data() + digits.size() || digits.front() == '0') {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is not a port: write tcp/443 or udp/53", text));
  }
  return port;
}

Result<Milliwatts> parse_draw(std::string_view text) { return not_negative(text, parse_power); }
Result<CentiDbm> parse_tx_power(std::string_view text) { return not_negative(text, parse_dbm); }
Result<BitsPerSecond> parse_speed(std::string_view text) { return not_negative(text, parse_rate); }
Result<std::chrono::microseconds> parse_time(std::string_view text) {
  return not_negative(text, parse_duration);
}
Result<PartsPerMillion> parse_share(std::string_view text) {
  auto share = not_negative(text, parse_ratio);
  if (share && share->count() > 1'000'000) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is more than 100%", text));
  }
  return share;
}

}  // namespace market::design
