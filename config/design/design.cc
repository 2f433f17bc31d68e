#include "config/design/design.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace market {
namespace {

template <class T>
const T* find_by_id(const std::vector<T>& list, std::string_view id) {
  const auto found =
      std::find_if(list.begin(), list.end(), [id](const T& item) { return item.id == id; });
  return found == list.end() ? nullptr : &*found;
}

/// "A" or "101", to which Korean adds 동 or 층; a name such as 본관 stands as it is.
bool takes_counter(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

void append(std::string& text, const std::string& word, std::string_view counter) {
  if (word.empty()) return;
  if (!text.empty()) text += ' ';
  text += word;
  if (takes_counter(word)) text += counter;
}

}  // namespace

std::string to_string(Trust trust) {
  constexpr std::array<std::string_view, 6> kNames{"none",     "infrastructure", "cardholder",
                                                   "internal", "device",         "untrusted"};
  return std::string{kNames.at(static_cast<std::size_t>(trust))};
}

std::string ServicePort::to_string() const {
  return fmt::format("{}/{}", transport == Transport::Tcp ? "tcp" : "udp", number);
}

std::string Place::to_string() const {
  std::string text;
  append(text, building, "동");
  append(text, floor, "층");
  append(text, spot, "");
  return text;
}

const Zone* Design::zone(std::string_view id) const { return find_by_id(zones, id); }
const Service* Design::service(std::string_view id) const { return find_by_id(services, id); }
const Method* Design::method(std::string_view id) const { return find_by_id(methods, id); }
const PortRole* Design::port_role(std::string_view id) const { return find_by_id(port_roles, id); }
const Switch* Design::switch_(std::string_view id) const { return find_by_id(switches, id); }
const AccessPoint* Design::ap(std::string_view id) const { return find_by_id(aps, id); }
const Ssid* Design::ssid(std::string_view id) const { return find_by_id(ssids, id); }
const Stall* Design::stall(std::string_view id) const { return find_by_id(stalls, id); }

std::vector<Design::Drop> Design::drops_of(std::string_view stall_id) const {
  const auto all = drops();
  const auto found = all.find(std::string{stall_id});
  return found == all.end() ? std::vector<Drop>{} : found->second;
}

std::map<std::string, std::vector<Design::Drop>> Design::drops() const {
  std::map<std::string, std::vector<Drop>> drops;
  for (const Switch& device : switches) {
    for (const SwitchPort& port : device.ports) {
      if (!port.stall.empty()) drops[port.stall].push_back({device.id, port.name});
    }
  }
  return drops;
}

}  // namespace market
