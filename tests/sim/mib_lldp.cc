// LLDP-MIB: the local system, its ports and its management addresses, and who is at the other end
// of its cables. lldpLocPortNum is the base port of a switch, and 1 on an access point.

#include "tests/sim/addresses.h"
#include "tests/sim/interfaces.h"
#include "tests/sim/listed_table.h"
#include "tests/sim/mibs.h"
#include "tests/sim/neighbours.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::int64_t kChassisIsMac = 4;   // LldpChassisIdSubtype macAddress
constexpr std::int64_t kPortIsName = 5;     // LldpPortIdSubtype interfaceName
constexpr std::int64_t kIdIsIfIndex = 2;    // LldpManAddrIfSubtype ifIndex
constexpr std::int64_t kManAddrLength = 5;  // the address family's octet and IPv4's four

/// LldpSystemCapabilitiesMap.
std::string capabilities_of(Neighbour::Kind kind) {
  constexpr char kBridge = 0x20, kAccessPoint = 0x10, kRouter = 0x08;
  if (kind == Neighbour::Kind::Switch) return {kBridge, '\0'};
  return {kind == Neighbour::Kind::AccessPoint ? kAccessPoint : kRouter, '\0'};
}

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

class LocalPorts : public NumberedTable {
 public:
  LocalPorts() : NumberedTable{{1, 0, 8802, 1, 1, 2, 1, 3, 7, 1}, {{2, {}}, {3, {}}, {4, {}}}} {}

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& view,
                                                      std::uint32_t at_least) const override {
    const std::uint32_t row = std::max(at_least, 1U);
    if (row > wired_ports(view.device)) return std::nullopt;
    return row;
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    if (column == 2) return Value::integer(kPortIsName);
    const std::string name = wired_port_name(view.device, row);
    return Value::text(column == 3 ? name : "Port " + name);
  }
};

/// Rows are the address family and the address, with its length.
class LocalAddresses : public ListedTable {
 public:
  LocalAddresses()
      : ListedTable{{1, 0, 8802, 1, 1, 2, 1, 3, 8, 1}, {{3, {}}, {4, {}}, {5, {}}, {6, {}}}} {}

 protected:
  [[nodiscard]] std::size_t count(const View& view) const override {
    return addresses_of(view.device).size();
  }
  void name(const View& view, std::size_t index, Name& into) const override {
    into.clear();
    put_inet_address(into, addresses_of(view.device)[index]);
  }
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t /*index*/) const override {
    if (column == 3) return Value::integer(kManAddrLength);
    if (column == 4) return Value::integer(kIdIsIfIndex);
    if (column == 5) return Value::integer(address_if_index(view.device));
    return Value::object({0, 0});
  }
};

class Remotes : public ListedTable {
 public:
  using ListedTable::ListedTable;

 protected:
  [[nodiscard]] std::size_t count(const View& view) const final {
    return ports_with_neighbours(view, Announces::Lldp).size();
  }
  /// TimeMark 0, the port, and 1.
  static void put_row(const View& view, std::size_t index, Name& into) {
    into = {0, ports_with_neighbours(view, Announces::Lldp)[index], 1};
  }
  static Neighbour neighbour(const View& view, std::size_t index) {
    return neighbour_at(view, ports_with_neighbours(view, Announces::Lldp)[index]);
  }
};

class RemoteSystems : public Remotes {
 public:
  RemoteSystems()
      : Remotes{
            {1, 0, 8802, 1, 1, 2, 1, 4, 1, 1},
            {{4, {}}, {5, {}}, {6, {}}, {7, {}}, {8, {}}, {9, {}}, {10, {}}, {11, {}}, {12, {}}}} {}

 protected:
  void name(const View& view, std::size_t index, Name& into) const override {
    put_row(view, index, into);
  }
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    const Neighbour other = neighbour(view, index);
    switch (column) {
      case 4:
        return Value::integer(kChassisIsMac);
      case 5:
        return Value::text(octets_of(other.mac));
      case 6:
        return Value::integer(kPortIsName);
      case 7:
        return Value::text(other.port);
      case 8:
        return Value::text("Port " + other.port);
      case 9:
        return Value::text(other.name);
      case 10:
        return Value::text(other.description);
      default:
        return Value::text(capabilities_of(other.kind));
    }
  }
};

/// Behind the row of the remote system, its management address; 0.0.0.0 for who has none.
class RemoteAddresses : public Remotes {
 public:
  RemoteAddresses() : Remotes{{1, 0, 8802, 1, 1, 2, 1, 4, 2, 1}, {{3, {}}, {4, {}}, {5, {}}}} {}

 protected:
  void name(const View& view, std::size_t index, Name& into) const override {
    put_row(view, index, into);
    put_inet_address(into, neighbour(view, index).address);
  }
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    if (column == 3) return Value::integer(kIdIsIfIndex);
    return column == 4 ? Value::integer(neighbour(view, index).if_index) : Value::object({0, 0});
  }
};

}  // namespace

void add_lldp_mib(Tables& tables) {
  tables.push_back(std::make_unique<Local>());
  tables.push_back(std::make_unique<LocalPorts>());
  tables.push_back(std::make_unique<LocalAddresses>());
  tables.push_back(std::make_unique<RemoteSystems>());
  tables.push_back(std::make_unique<RemoteAddresses>());
}

}  // namespace market::sim
