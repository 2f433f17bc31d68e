#include "tests/unit/probes/survey/recording.h"

#include <charconv>
#include <fstream>

namespace market::test {
namespace {

template <class Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

template <class Kind, class Number>
std::optional<snmp::Value> numeric(const std::string& text) {
  const auto value = number<Number>(text);
  if (!value) return std::nullopt;
  return Kind{*value};
}

std::string unhex(const std::string& text) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned octet = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, octet, 16);
    octets.push_back(static_cast<char>(octet));
  }
  return octets;
}

std::optional<snmp::Value> value_of(const std::string& type, const std::string& text) {
  if (type == "2") return numeric<snmp::Integer, std::int32_t>(text);
  if (type == "4") return snmp::Octets{text};
  if (type == "4x") return snmp::Octets{unhex(text)};
  if (type == "65") return numeric<snmp::Counter32, std::uint32_t>(text);
  if (type == "66") return numeric<snmp::Unsigned32, std::uint32_t>(text);
  if (type == "67") return numeric<snmp::TimeTicks, std::uint32_t>(text);
  if (type == "70") return numeric<snmp::Counter64, std::uint64_t>(text);
  if (type == "6") {
    const auto oid = Oid::parse(text);
    if (oid) return *oid;
  }
  if (type == "64") {
    const auto address = IpAddress::parse(text);
    if (address) return *address;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<snmp::VarBind>> read_recording(const std::string& path) {
  std::ifstream file{path};
  if (!file) return std::nullopt;
  std::vector<snmp::VarBind> rows;
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find('|');
    const auto second = line.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto oid = Oid::parse(line.substr(0, first));
    const auto value =
        value_of(line.substr(first + 1, second - first - 1), line.substr(second + 1));
    if (oid && value) rows.push_back({*oid, *value});
  }
  return rows;
}

}  // namespace market::test
