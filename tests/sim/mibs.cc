#include "tests/sim/mibs.h"

namespace market::sim {
namespace {

Tables tables_of(Kind kind) {
  Tables tables;
  add_system_mib(tables, kind);
  add_if_mib(tables, kind);
  add_address_mib(tables);
  add_entity_mib(tables);
  if (kind == Kind::Terminal) {
    add_host_mib(tables);
    return tables;
  }
  add_save_mib(tables);
  add_lldp_mib(tables);
  add_cdp_mib(tables);
  if (kind == Kind::AccessPoint) {
    add_access_point_mib(tables);
    return tables;
  }
  add_bridge_mib(tables);
  add_vlan_mib(tables);
  add_forwarding_mib(tables);
  add_poe_mib(tables);
  add_request_mib(tables);
  add_neighbour_mib(tables);
  return tables;
}

}  // namespace

const Mib& mib_of(Kind kind) {
  static const Mib switches{tables_of(Kind::Switch)};
  static const Mib access_points{tables_of(Kind::AccessPoint)};
  static const Mib terminals{tables_of(Kind::Terminal)};
  switch (kind) {
    case Kind::Switch:
      return switches;
    case Kind::AccessPoint:
      return access_points;
    case Kind::Terminal:
      break;
  }
  return terminals;
}

}  // namespace market::sim
