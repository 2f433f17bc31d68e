// CISCO-CDP-MIB: cdpCacheTable, the neighbours that speak CDP. Rows are the ifIndex and 1.

#include "tests/sim/interfaces.h"
#include "tests/sim/listed_table.h"
#include "tests/sim/mibs.h"
#include "tests/sim/neighbours.h"

namespace market::sim {
namespace {

constexpr std::int64_t kIp = 1;          // CiscoNetworkProtocol
constexpr std::int64_t kFullDuplex = 3;  // cdpCacheDuplex

/// cdpCacheCapabilities: four octets, 0x08 switch, 0x02 transparent bridge.
std::string capabilities_of(Neighbour::Kind kind) {
  return {'\0', '\0', '\0', kind == Neighbour::Kind::Switch ? '\x08' : '\x02'};
}

class Cache : public ListedTable {
 public:
  Cache()
      : ListedTable{
            {1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1},
            {{3, {}}, {4, {}}, {5, {}}, {6, {}}, {7, {}}, {8, {}}, {9, {}}, {11, {}}, {12, {}}}} {}

 protected:
  [[nodiscard]] std::size_t count(const View& view) const override {
    return ports_with_neighbours(view, Announces::Cdp).size();
  }
  void name(const View& view, std::size_t index, Name& into) const override {
    const std::uint32_t port = ports_with_neighbours(view, Announces::Cdp)[index];
    const std::uint32_t first = view.device.kind == Kind::Switch ? kFirstPortIfIndex : 1;
    into = {first + port - 1, 1};
  }
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    const std::uint32_t port = ports_with_neighbours(view, Announces::Cdp)[index];
    const Neighbour other = neighbour_at(view, port);
    switch (column) {
      case 3:
        return Value::integer(kIp);
      case 4:
        return Value::text(Value::address(other.address).octets);
      case 5:
        return Value::text(other.description);
      case 6:
        return Value::text(other.name);
      case 7:
        return Value::text(other.port);
      case 8:
        return Value::text("MarketSim " + other.platform);
      case 9:
        return Value::text(capabilities_of(other.kind));
      case 11:
        return Value::integer(view.device.kind == Kind::Switch ? view.settings->ports[port - 1].pvid
                                                               : 1);
      default:
        return Value::integer(kFullDuplex);
    }
  }
};

}  // namespace

void add_cdp_mib(Tables& tables) { tables.push_back(std::make_unique<Cache>()); }

}  // namespace market::sim
