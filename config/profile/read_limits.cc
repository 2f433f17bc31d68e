#include "config/profile/read_limits.h"

#include <utility>

#include "config/profile/scalars.h"

namespace market::profile {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr std::int64_t kMaxPort = 4096;  // as in ifmib: a base port is no more

template <class T>
std::optional<T> amount(MapReader& reader, std::string_view key,
                        Result<T> (*parse)(std::string_view)) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  auto value = parse(*text);
  if (value) return std::move(*value);
  reader.problems().add("P004", reader.find(key)->position, value.error().message);
  return std::nullopt;
}

/// "5" or "1-12".
std::vector<std::string> expand(const std::string& text) {
  const auto number = [](std::string_view digits) -> std::int64_t {
    if (digits.empty() || digits.size() > 4) return -1;
    std::int64_t value = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const auto dash = text.find('-');
  const auto first = number(std::string_view{text}.substr(0, dash));
  const auto last =
      dash == std::string::npos ? first : number(std::string_view{text}.substr(dash + 1));
  std::vector<std::string> ports;
  if (first < 1 || last > kMaxPort) return ports;
  for (auto port = first; port <= last; ++port) ports.push_back(std::to_string(port));
  return ports;
}

void read_pse_group(const yaml::Entry& entry, DeviceLimits& limits, Problems& problems) {
  DeviceLimits::PseGroup group;
  group.ports = expand(entry.key);
  if (group.ports.empty()) {
    problems.add("P004", entry.key_position, "'" + entry.key + "' is no port and no range of ports",
                 "write it as \"1-12\"");
    return;
  }
  const auto power =
      entry.value.kind == Kind::Scalar
          ? parse_power(entry.value.text)
          : Result<Milliwatts>{fail(Errc::InvalidValue, "a group's power is missing")};
  if (!power) return problems.add("P004", entry.value.position, power.error().message);
  group.power = *power;
  limits.pse_groups.push_back(std::move(group));
}

}  // namespace

DeviceLimits read_limits(const Node& node, Problems& problems) {
  DeviceLimits limits;
  MapReader reader{node, "'limits'", problems};
  if (!reader.has_only({"ports", "ssid-slots", "vlans", "port-speed", "tx-power", "isolates-ports",
                        "pse-groups"})) {
    return limits;
  }
  const auto count = [&reader](std::string_view key, std::int64_t most) {
    return static_cast<std::size_t>(reader.number(key, {1, most}).value_or(0));
  };
  limits.ports = count("ports", kMaxPort);
  limits.ssid_slots = count("ssid-slots", 256);
  limits.vlans = count("vlans", 4094);
  limits.port_speed = amount(reader, "port-speed", parse_rate);
  limits.tx_power = amount(reader, "tx-power", parse_dbm);
  if (const auto word = reader.boolean("isolates-ports")) limits.isolates_ports = *word == "true";
  if (const Node* groups = reader.find("pse-groups")) {
    for (const auto& entry : groups->entries) read_pse_group(entry, limits, problems);
  }
  return limits;
}

}  // namespace market::profile
