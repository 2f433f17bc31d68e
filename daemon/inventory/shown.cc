#include <algorithm>
#include <iterator>
#include <utility>

#include "daemon/inventory/observations.h"

namespace market::inventory {
namespace {

void extend(Span& span, std::int64_t now_ms) {
  if (span.first_seen_ms == 0) span.first_seen_ms = now_ms;
  span.last_seen_ms = std::max(span.last_seen_ms, now_ms);
}

}  // namespace

Shown* Observations::shown_by(const MacAddress& mac, std::int64_t now_ms) {
  if (is_group_or_null(mac)) return nullptr;
  auto known = shown_.find(mac);
  if (known == shown_.end()) {
    if (shown_.size() >= kShownMax) return nullptr;
    known = shown_.emplace(mac, Shown{}).first;
    known->second.first_seen_ms = now_ms;
  }
  known->second.last_seen_ms = std::max(known->second.last_seen_ms, now_ms);
  return &known->second;
}

void Observations::take_dhcp(const MacAddress& mac, const std::string& options,
                             const std::string& vendor_class, const std::string& hostname,
                             std::int64_t now_ms) {
  auto* shown = shown_by(mac, now_ms);
  if (shown == nullptr) return;
  if (!options.empty()) shown->dhcp_options = options;
  if (!vendor_class.empty()) shown->dhcp_vendor_class = vendor_class;
  if (!hostname.empty()) shown->hostname = hostname;
}

void Observations::take_open_ports(const MacAddress& mac, std::set<std::uint16_t> ports,
                                   std::int64_t now_ms) {
  if (ports.empty() && !shown_.contains(mac)) return;
  if (auto* shown = shown_by(mac, now_ms); shown != nullptr) shown->open_ports = std::move(ports);
}

void Observations::take_echo(const IpAddress& address, std::int64_t now_ms) {
  if (echoes_.size() >= kShownMax && !echoes_.contains(address)) return;
  extend(echoes_[address], now_ms);
}

void Observations::take_station(const std::string& access_point, const MacAddress& mac,
                                std::int64_t now_ms) {
  extend(stations_[mac][access_point], now_ms);
}

void Observations::take_managed(const std::string& controller, const MacAddress& mac, ManagedAp ap,
                                std::int64_t now_ms) {
  if (is_group_or_null(mac)) return;
  if (managed_.size() >= kShownMax && !managed_.contains(mac)) return;
  const auto by = texts_.of(controller);
  if (ap.address) {
    take_binding(mac, {*ap.address, {SourceKind::WlanController, by}, ap.name, now_ms, now_ms});
  }
  auto& known = managed_[mac];
  known.is = std::move(ap);
  known.by = by;
  extend(known.span, now_ms);
}

void Observations::add_shown(const MacAddress& mac, std::vector<Claim>& claims) const {
  if (const auto shown = shown_.find(mac);
      shown != shown_.end() && !shown->second.dhcp_options.empty()) {
    claims.push_back({{SourceKind::Dhcp, {}},
                      mac,
                      {},
                      {},
                      {},
                      shown->second.hostname,
                      shown->second.first_seen_ms,
                      shown->second.last_seen_ms});
  }
  // With an address it is a binding.
  if (const auto managed = managed_.find(mac);
      managed != managed_.end() && !managed->second.is.address) {
    const auto& [is, by, span] = managed->second;
    claims.push_back({{SourceKind::WlanController, by},
                      mac,
                      {},
                      {},
                      {},
                      is.name,
                      span.first_seen_ms,
                      span.last_seen_ms});
  }
  const auto stations = stations_.find(mac);
  if (stations == stations_.end()) return;
  for (const auto& [access_point, span] : stations->second) {
    claims.push_back({{SourceKind::ApStations, access_point},
                      mac,
                      {},
                      {},
                      {},
                      {},
                      span.first_seen_ms,
                      span.last_seen_ms});
  }
}

void Observations::forget_shown_before(std::int64_t time_ms) {
  std::erase_if(shown_, [&](const auto& item) { return item.second.last_seen_ms < time_ms; });
  std::erase_if(managed_,
                [&](const auto& item) { return item.second.span.last_seen_ms < time_ms; });
  std::erase_if(echoes_, [&](const auto& item) { return item.second.last_seen_ms < time_ms; });
  for (auto item = stations_.begin(); item != stations_.end();) {
    std::erase_if(item->second, [&](const auto& at) { return at.second.last_seen_ms < time_ms; });
    item = item->second.empty() ? stations_.erase(item) : std::next(item);
  }
}

}  // namespace market::inventory
