#include "daemon/labels/labels.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::labels {
namespace {

constexpr unsigned kPagePort = 9750;  // marketd.yaml(5), api

/// RFC 3986, 2.3: what may stand in a URL as it is.
std::string escaped(const std::string& text) {
  std::string url;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    url += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

std::string stall_page(const std::string& gateway, const std::string& stall) {
  return fmt::format("{}/#/stalls/{}", gateway, escaped(stall));
}

std::string join(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string named(const Stall& stall) {
  return stall.name.empty() ? stall.id : stall.id + " " + stall.name;
}

/// What a customer reads: the methods' names, not their ids.
std::string methods_of(const Design& design, const Stall& stall) {
  std::vector<std::string> names;
  for (const auto& id : stall.accepts) {
    const Method* method = design.method(id);
    names.push_back(method == nullptr || method->name.empty() ? id : method->name);
  }
  return join(names);
}

Label label_of(const Design& design, const Switch& device, const SwitchPort& port,
               const std::string& gateway) {
  Label label;
  label.title = fmt::format("{} / {}", device.id, port.name);
  label.link = gateway + "/#/devices";
  if (const Stall* stall = design.stall(port.stall)) {
    label.lines.push_back(named(*stall));
    label.link = stall_page(gateway, stall->id);
  } else {
    label.lines.push_back("→ " + port.peer);
  }
  if (const PortRole* role = design.port_role(port.role)) {
    auto zones = role->tagged;
    if (!role->untagged.empty()) zones.insert(zones.begin(), role->untagged);
    label.lines.push_back(fmt::format("{}: {}", role->id, join(zones)));
    if (role->poe && role->poe->enabled) {
      label.lines.push_back("PoE " + to_string(role->poe->draw));
    }
  }
  label.lines.push_back(device.place.to_string());
  return label;
}

}  // namespace

std::vector<Label> stall_labels(const Design& design, const std::string& gateway) {
  const auto drops = design.drops();
  std::vector<Label> labels;
  for (const Stall& stall : design.stalls) {
    Label label{stall.id, {}, stall_page(gateway, stall.id)};
    if (!stall.name.empty()) label.lines.push_back(stall.name);
    std::vector<std::string> ports;
    if (const auto found = drops.find(stall.id); found != drops.end()) {
      for (const auto& drop : found->second) ports.push_back(drop.switch_id + " / " + drop.port);
    }
    if (!ports.empty()) label.lines.push_back(join(ports));
    if (!stall.accepts.empty()) label.lines.push_back(methods_of(design, stall));
    label.lines.push_back(design.site.name);
    labels.push_back(std::move(label));
  }
  return labels;
}

std::vector<Label> port_labels(const Design& design, const std::string& gateway) {
  std::vector<Label> labels;
  for (const Switch& device : design.switches) {
    for (const SwitchPort& port : device.ports) {
      const bool leads_somewhere = !port.stall.empty() || !port.peer.empty();
      if (leads_somewhere) labels.push_back(label_of(design, device, port, gateway));
    }
  }
  return labels;
}

std::string gateway_of(const Design& design) {
  const auto zone = std::find_if(design.zones.begin(), design.zones.end(), [](const Zone& one) {
    return one.trust == Trust::Infrastructure && one.gateway;
  });
  if (zone == design.zones.end()) return {};
  const auto address = zone->gateway->to_string();
  const bool v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}:{}", v6 ? "[" + address + "]" : address, kPagePort);
}

}  // namespace market::labels
