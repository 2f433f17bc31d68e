// LLDP-MIB: the local system and its ports, and who is at the other end of the cables that the
// design names as peers. lldpLocPortNum is the base port.

#include <algorithm>

#include "tests/sim/mibs.h"
#include "tests/sim/ports.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::int64_t kChassisIsMac = 4;  // LldpChassisIdSubtype macAddress
constexpr std::int64_t kPortIsName = 5;    // LldpPortIdSubtype interfaceName

class Local : public Scalars {
 public:
  Local() : Scalars{{1, 0, 8802, 1, 1, 2, 1, 3}, {{1, {}}, {2, {}}, {3, {}}, {4, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    switch (column) {
      case 1:
        return Value::integer(kChassisIsMac);
      case 2:
        return Value::text(octets_of(view.device.mac));
      case 3:
        return Value::text(view.settings->name);
      default:
        return Value::text(description_of(view.device));
    }
  }
};

class LocalPorts : public PortTable {
 public:
  LocalPorts() : PortTable{{1, 0, 8802, 1, 1, 2, 1, 3, 7, 1}, {{2, {}}, {3, {}}, {4, {}}}} {}

 protected:
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const Port& port = view.device.managed->ports[row - 1];
    if (column == 2) return Value::integer(kPortIsName);
    return Value::text(column == 3 ? port.name : "Port " + port.name);
  }
};

struct Neighbour {
  Mac mac{};
  std::string name, port, description;
  char capabilities =
      0;  ///< LldpSystemCapabilitiesMap: 0x20 bridge, 0x10 wlanAccessPoint, 0x08 router
};

/// Rows are TimeMark 0, the base port, and 1: a port has at most one neighbour.
class Remote : public Table {
 public:
  Remote()
      : Table{
            {1, 0, 8802, 1, 1, 2, 1, 4, 1, 1},
            {{4, {}}, {5, {}}, {6, {}}, {7, {}}, {8, {}}, {9, {}}, {10, {}}, {11, {}}, {12, {}}}} {}

  [[nodiscard]] bool next_row(const View& view, Name& row) const override {
    if (!row.empty() && row[0] > 0) return false;
    // A row name of one or two arcs stands before the rows it begins.
    std::uint32_t port = row.size() > 1 ? std::max(row[1], 1U) : 1;
    if (row.size() > 2 && row[1] >= 1 && row[2] >= 1) ++port;
    for (; port <= view.device.managed->ports.size(); ++port) {
      if (!has_neighbour(view, port)) continue;
      row = {0, port, 1};
      return true;
    }
    return false;
  }

  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const override {
    if (row.size() != 3 || row[0] != 0 || row[2] != 1 || !has_neighbour(view, row[1])) {
      return Value::missing(Tag::NoSuchInstance);
    }
    const Neighbour neighbour = neighbour_at(view, row[1]);
    switch (column) {
      case 4:
        return Value::integer(kChassisIsMac);
      case 5:
        return Value::text(octets_of(neighbour.mac));
      case 6:
        return Value::integer(kPortIsName);
      case 7:
        return Value::text(neighbour.port);
      case 8:
        return Value::text("Port " + neighbour.port);
      case 9:
        return Value::text(neighbour.name);
      case 10:
        return Value::text(neighbour.description);
      default:
        return Value::text(std::string{neighbour.capabilities, '\0'});
    }
  }

 private:
  static bool has_neighbour(const View& view, std::uint32_t port) {
    if (port == 0 || port > view.device.managed->ports.size()) return false;
    const Port& state = view.device.managed->ports[port - 1];
    return state.link && state.jack.to != Jack::To::Stall;
  }

  static Neighbour neighbour_at(const View& view, std::uint32_t port) {
    const Jack& jack = view.device.managed->ports[port - 1].jack;
    if (jack.to == Jack::To::Gateway) {
      return {view.world.gateway_mac(), view.world.gateway(), jack.interface, "marketd gateway",
              '\x08'};
    }
    const Device& other = view.world.devices()[jack.other];
    Neighbour neighbour{other.mac, other.managed->running.name, "eth0", description_of(other),
                        '\x10'};
    if (jack.to == Jack::To::Switch) {
      neighbour.port = other.managed->ports[jack.other_port].name;
      neighbour.capabilities = '\x20';
    }
    return neighbour;
  }
};

}  // namespace

void add_lldp_mib(Tables& tables) {
  tables.push_back(std::make_unique<Local>());
  tables.push_back(std::make_unique<LocalPorts>());
  tables.push_back(std::make_unique<Remote>());
}

}  // namespace market::sim
