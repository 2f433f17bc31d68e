#include "probes/device/snmp_driver_port_list.h"

#include <algorithm>
#include <charconv>

namespace market::device {
namespace {

std::uint8_t mask_of(BasePort port) { return static_cast<std::uint8_t>(0x80U >> ((port - 1) % 8)); }

bool in_range(BasePort port) { return port >= 1 && port <= PortList::kMaxPort; }

std::optional<BasePort> parse_port(std::string_view text) {
  BasePort port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end || !in_range(port)) return std::nullopt;
  return port;
}

}  // namespace

std::optional<PortList> PortList::from_text(std::string_view text) {
  PortList list;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto port = parse_port(text.substr(0, comma));
    if (!port) return std::nullopt;
    list.add(*port);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) return std::nullopt;  // "1,"
  }
  return list;
}

bool PortList::contains(BasePort port) const {
  if (!in_range(port)) return false;
  const std::size_t at = (port - 1) / 8;
  if (at >= octets_.size()) return false;
  return (static_cast<std::uint8_t>(octets_[at]) & mask_of(port)) != 0;
}

std::vector<BasePort> PortList::ports() const {
  std::vector<BasePort> all;
  const auto bits = std::min<std::size_t>(octets_.size() * 8, kMaxPort);
  for (BasePort port = 1; port <= bits; ++port) {
    if (contains(port)) all.push_back(port);
  }
  return all;
}

void PortList::add(BasePort port, std::size_t grown_octets) {
  if (!in_range(port)) return;
  if (octets_for(port) > octets_.size()) {
    octets_.resize(std::max(octets_for(port), grown_octets), '\0');
  }
  auto& octet = octets_[(port - 1) / 8];
  octet = static_cast<char>(static_cast<std::uint8_t>(octet) | mask_of(port));
}

void PortList::remove(BasePort port) {
  if (!contains(port)) return;
  auto& octet = octets_[(port - 1) / 8];
  octet = static_cast<char>(static_cast<std::uint8_t>(octet) & ~unsigned{mask_of(port)});
}

std::string_view membership(const PortList& egress, const PortList& untagged, BasePort port) {
  if (!egress.contains(port)) return "none";
  return untagged.contains(port) ? "untagged" : "tagged";
}

}  // namespace market::device
