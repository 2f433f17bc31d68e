#include "recording.h"

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>

namespace market::wireless {
namespace {

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};

std::string unhex(const std::string& text) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    octets += static_cast<char>(value);
  }
  return octets;
}

snmp::Value value_of(const std::string& type, const std::string& text) {
  if (type == "4") return snmp::Octets{text};
  if (type == "4x") return snmp::Octets{unhex(text)};
  if (type == "6") return Oid::parse(text).value();
  if (type == "64") return IpAddress::parse(text).value();
  if (type == "64x") {
    const auto octets = unhex(text);
    return IpAddress::from(std::vector<std::uint8_t>{octets.begin(), octets.end()}).value();
  }
  const auto number = std::strtoll(text.c_str(), nullptr, 10);
  if (type == "2") return snmp::Integer{static_cast<std::int32_t>(number)};
  if (type == "65") return snmp::Counter32{static_cast<std::uint32_t>(number)};
  if (type == "66") return snmp::Unsigned32{static_cast<std::uint32_t>(number)};
  if (type == "67") return snmp::TimeTicks{static_cast<std::uint32_t>(number)};
  if (type == "70") return snmp::Counter64{std::strtoull(text.c_str(), nullptr, 10)};
  return snmp::Null{};
}

}  // namespace

snmp::VarBind row(const std::string& line) {
  const auto first = line.find('|');
  const auto second = line.find('|', first + 1);
  return {Oid::parse(line.substr(0, first)).value(),
          value_of(line.substr(first + 1, second - first - 1), line.substr(second + 1))};
}

std::optional<std::vector<snmp::VarBind>> recording(const std::string& name) {
  std::ifstream file{std::string{MARKET_SOURCE_DIR} + "/../shared/corpus/" + name + ".snmprec"};
  // A worktree lies one folder deeper.
  if (!file)
    file.open(std::string{MARKET_SOURCE_DIR} + "/../../shared/corpus/" + name + ".snmprec");
  if (!file) return std::nullopt;
  std::vector<snmp::VarBind> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.find('|') != std::string::npos) rows.push_back(row(line));
  }
  return rows;
}

const ProfileSet& shipped() {
  static const ProfileSet set = [] {
    auto loaded = load_profiles(std::string{MARKET_SOURCE_DIR} + "/config/share/profiles");
    for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.to_string();
    return loaded.profiles.value_or(ProfileSet{});
  }();
  return set;
}

WirelessFacts facts_of(const std::vector<snmp::VarBind>& rows, std::string& used,
                       DeviceClass device_class) {
  Oid id;
  std::string descr;
  for (const auto& [oid, value] : rows) {
    if (oid == kSysObjectId && std::holds_alternative<Oid>(value)) id = std::get<Oid>(value);
    if (oid == kSysDescr) descr = snmp::to_string(value);
  }
  const auto* map = shipped().wireless(id, descr, device_class);
  used = map == nullptr ? "" : map->id;
  return map == nullptr ? WirelessFacts{} : wireless_of(*map, rows, "test key");
}

}  // namespace market::wireless
