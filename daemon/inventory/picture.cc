#include "daemon/inventory/picture.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "daemon/inventory/findings.h"
#include "daemon/inventory/ground.h"
#include "daemon/inventory/links.h"
#include "daemon/inventory/places.h"

namespace market::inventory {
namespace {

std::string with_stall(const Socket& socket, const std::string& stall) {
  return stall.empty() ? socket.to_string()
                       : fmt::format("{} (stall {})", socket.to_string(), stall);
}

/// "sw-a1/3 (stall A-101)", or "sw-a1/3 or sw-a1/4 (stall A-101)".
std::string expected_words(const Place& place) {
  std::string text;
  for (const auto& socket : place.expected) {
    text += (text.empty() ? "" : " or ") + socket.to_string();
  }
  if (!place.expected_stall.empty()) text += fmt::format(" (stall {})", place.expected_stall);
  return text;
}

}  // namespace

std::string Socket::to_string() const { return port.empty() ? device : device + "/" + port; }

std::string_view to_string(Agreement agreement) {
  switch (agreement) {
    case Agreement::AsDesigned:
      return "as-designed";
    case Agreement::WrongPort:
      return "wrong-port";
    case Agreement::NotSeen:
      return "not-seen";
    case Agreement::Unproven:
      return "unproven";
    case Agreement::NotDesigned:
      break;
  }
  return "not-designed";
}

std::string_view to_string(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::Gateway:
      return "gateway";
    case Node::Kind::Switch:
      return "switch";
    case Node::Kind::AccessPoint:
      return "access-point";
    case Node::Kind::Unmanaged:
      return "unmanaged";
    case Node::Kind::Device:
      break;
  }
  return "device";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Critical:
      break;
  }
  return "critical";
}

std::string words_of(const std::string& device, const Place& place) {
  std::string text = device;
  if (place.at.device.empty()) {
    text += " is not seen on any switch";
  } else if (place.agreement == Agreement::Unproven) {
    text += fmt::format(" is somewhere beyond {}", place.at.to_string());
  } else {
    text += " is on " + with_stall(place.at, place.stall);
  }
  if (!place.behind.empty()) text += ", behind " + place.behind;
  if (place.agreement == Agreement::AsDesigned) return text + ", as designed";
  if (!place.expected.empty()) text += ", the design says " + expected_words(place);
  return text;
}

DevicesById::DevicesById(Records records) : records_{std::move(records)} {
  for (const auto& record : *records_) sorted_.push_back(&record);
  // The last comes first among equals.
  std::reverse(sorted_.begin(), sorted_.end());
  std::stable_sort(sorted_.begin(), sorted_.end(),
                   [](const auto* a, const auto* b) { return a->id() < b->id(); });
  const auto same = [](const auto* a, const auto* b) { return a->id() == b->id(); };
  sorted_.erase(std::unique(sorted_.begin(), sorted_.end(), same), sorted_.end());
}

const DeviceRecord* DevicesById::find(std::string_view id) const {
  const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), id,
                                   [](const auto* a, const auto& b) { return a->id() < b; });
  return at == sorted_.end() || (*at)->id() != id ? nullptr : *at;
}

const DeviceRecord& DevicesById::at(std::string_view id) const {
  const auto* record = find(id);
  if (record == nullptr) std::abort();
  return *record;
}

Picture draw_picture(const Records& records, const Observations& observations, const Design& design,
                     std::int64_t now_ms, const std::vector<Finding>& before) {
  const Ground ground{*records, observations, design, now_ms};
  const auto links = find_links(ground);
  const auto ports = find_ports(ground, links);
  Picture picture;
  picture.at_ms = now_ms;
  picture.places = find_places(ground, links, ports);
  picture.findings = find_all(ground, links, ports, picture.places);
  for (auto& finding : picture.findings) {
    for (const auto& known : before) {
      if (known.kind == finding.kind && known.subject == finding.subject) {
        finding.first_seen_ms = std::min(finding.first_seen_ms, known.first_seen_ms);
      }
    }
  }
  draw_graph(ground, links, picture);
  picture.devices = DevicesById{records};
  return picture;
}

}  // namespace market::inventory
