// site, addressing, allow-v2c-write.
#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

bool good_site_id(std::string_view id) {
  return id.size() >= 2 && id.size() <= 24 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

void read_work(const Node& node, Reading& reading) {
  MapReader work{node, "site work", reading.findings};
  for (const auto* key : {"contract", "contractor", "supervisor"}) {
    std::string value = work.text(key, Need::Optional);
    if (!value.empty()) reading.design.site.work.emplace(key, std::move(value));
  }
}

void read_site_map(const Node& node, Reading& reading) {
  MapReader map{node, "site", reading.findings};
  Site& site = reading.design.site;
  site.position = map.position();
  site.id = map.text("id", Need::Required);
  if (!site.id.empty() && !good_site_id(site.id)) {
    map.refuse(map.findings().rules().type, *map.find("id", Need::Required), "id",
               fmt::format("'{}' must be 2..24 of a-z, 0-9 and '-'", site.id));
  }
  site.name = map.text("name", Need::Optional);
  if (site.name.empty()) site.name = site.id;
  if (auto zone = map.text("timezone", Need::Optional); !zone.empty()) {
    site.timezone = std::move(zone);
  }
  if (const Node* work = map.find("work", Need::Optional)) read_work(*work, reading);
}

}  // namespace

void read_site(MapReader& top, Reading& reading) {
  if (const Node* node = top.find("site", Need::Required)) read_site_map(*node, reading);
  if (const Node* node = top.find("addressing", Need::Optional)) {
    MapReader map{*node, "addressing", reading.findings};
    reading.design.supernet = map.parsed("supernet", Need::Optional, IpPrefix::parse);
  }
  reading.design.allow_v2c_write = top.text("allow-v2c-write", Need::Optional);
}

}  // namespace market::design
