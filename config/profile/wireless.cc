#include "config/profile/wireless.h"

#include <algorithm>
#include <set>

#include "config/profile/pattern.h"

namespace market {
namespace {

/// How well a map fits: length of the prefix + 1, then 1 when sysDescr was asked. 0 = not at all.
std::pair<std::size_t, int> fit(const WirelessMap& map, const Oid& sys_object_id,
                                std::string_view sys_descr) {
  if (map.sys_object_id.empty() && map.sys_descr.empty()) return {0, 0};
  std::size_t length = map.sys_object_id.empty() ? 1 : 0;
  for (const auto& prefix : map.sys_object_id) {
    if (sys_object_id.starts_with(prefix)) length = std::max(length, prefix.size() + 1);
  }
  if (length == 0) return {0, 0};
  if (map.sys_descr.empty()) return {length, 0};
  if (!profile::pattern_match(map.sys_descr, std::string{sys_descr})) return {0, 0};
  return {length, 1};
}

}  // namespace

std::vector<Oid> WirelessMap::columns() const {
  std::set<Oid> seen;
  std::vector<Oid> result;
  const auto add = [&](const Oid& oid) {
    if (seen.insert(oid).second) result.push_back(oid);
  };
  for (const auto& table : tables) {
    for (const auto& column : table.columns) {
      add(column.oid);
      for (const auto& oid : column.pick) add(oid);
    }
  }
  return result;
}

const WirelessMap* find_wireless_map(const std::vector<WirelessMap>& maps, const Oid& sys_object_id,
                                     std::string_view sys_descr, std::string_view device_class) {
  const WirelessMap* best = nullptr;
  std::pair<std::size_t, int> best_fit{0, 0};
  for (const auto& map : maps) {
    const auto its = fit(map, sys_object_id, sys_descr);
    if (its <= best_fit) continue;
    best_fit = its;
    best = &map;
  }
  if (best != nullptr) return best;
  for (const auto& map : maps) {
    const auto& classes = map.device_class;
    if (std::find(classes.begin(), classes.end(), device_class) != classes.end()) return &map;
  }
  return nullptr;
}

}  // namespace market
