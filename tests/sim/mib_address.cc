// IP-MIB: a device's own addresses (ipAddrTable of RFC 2011, ipAddressTable of RFC 4293), and on a
// switch with a cable to the gateway who has which address (ipNetToMediaTable,
// ipNetToPhysicalTable). An address of a switch is on the interface that leads to the gateway.

#include "tests/sim/addresses.h"
#include "tests/sim/interfaces.h"
#include "tests/sim/listed_table.h"
#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::int64_t kUnicast = 1, kManual = 2, kPreferred = 1;  // ipAddressEntry
constexpr std::int64_t kActive = 1, kPermanent = 4;                // RowStatus, StorageType
constexpr std::int64_t kDynamic = 3, kReachable = 1;               // ipNetToPhysicalEntry
constexpr std::int64_t kLongestDatagram = 65'535;

class Own : public ListedTable {
 public:
  using ListedTable::ListedTable;

 protected:
  [[nodiscard]] std::size_t count(const View& view) const final {
    return addresses_of(view.device).size();
  }
  static std::uint32_t address(const View& view, std::size_t index) {
    return addresses_of(view.device)[index];
  }
};

class IpAddrTable : public Own {
 public:
  IpAddrTable()
      : Own{{1, 3, 6, 1, 2, 1, 4, 20, 1}, {{1, {}}, {2, {}}, {3, {}}, {4, {}}, {5, {}}}} {}

 protected:
  void name(const View& view, std::size_t index, Name& into) const override {
    into.clear();
    put_address(into, address(view, index));
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    const std::uint32_t own = address(view, index);
    const Subnet* const subnet = view.world.subnet_of(own);
    switch (column) {
      case 1:
        return Value::address(own);
      case 2:
        return Value::integer(address_if_index(view.device));
      case 3:
        return Value::address(subnet == nullptr ? ~std::uint32_t{0} : subnet->mask);
      case 4:
        return Value::integer(1);  // the broadcast address ends in ones
      default:
        return Value::integer(kLongestDatagram);
    }
  }
};

class IpAddressTable : public Own {
 public:
  IpAddressTable()
      : Own{{1, 3, 6, 1, 2, 1, 4, 34, 1},
            {{3, {}}, {4, {}}, {5, {}}, {6, {}}, {7, {}}, {8, {}}, {9, {}}, {10, {}}, {11, {}}}} {}

 protected:
  void name(const View& view, std::size_t index, Name& into) const override {
    into.clear();
    put_inet_address(into, address(view, index));
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t /*index*/) const override {
    switch (column) {
      case 3:
        return Value::integer(address_if_index(view.device));
      case 4:
        return Value::integer(kUnicast);
      case 5:
        return Value::object({0, 0});  // ipAddressPrefix: no ipAddressPrefixTable here
      case 6:
        return Value::integer(kManual);
      case 7:
        return Value::integer(kPreferred);
      case 10:
        return Value::integer(kActive);
      case 11:
        return Value::integer(kPermanent);
      default:
        return Value::ticks(0);  // created, last changed: before the device started
    }
  }
};

class Neighbours : public ListedTable {
 public:
  using ListedTable::ListedTable;

 protected:
  [[nodiscard]] std::size_t count(const View& view) const final {
    return view.world.resolved(view.device).size();
  }
  static const Resolved& at(const View& view, std::size_t index) {
    return view.world.resolved(view.device)[index];
  }
  static std::uint32_t if_index(const Resolved& entry) {
    return static_cast<std::uint32_t>(entry.port) + kFirstPortIfIndex - 1;
  }
};

class IpNetToMedia : public Neighbours {
 public:
  IpNetToMedia() : Neighbours{{1, 3, 6, 1, 2, 1, 4, 22, 1}, {{1, {}}, {2, {}}, {3, {}}, {4, {}}}} {}

 protected:
  void name(const View& view, std::size_t index, Name& into) const override {
    into.assign(1, if_index(at(view, index)));
    put_address(into, at(view, index).address);
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    const Resolved& entry = at(view, index);
    if (column == 1) return Value::integer(if_index(entry));
    if (column == 2) return Value::text(octets_of(entry.mac));
    return column == 3 ? Value::address(entry.address) : Value::integer(kDynamic);
  }
};

class IpNetToPhysical : public Neighbours {
 public:
  IpNetToPhysical()
      : Neighbours{{1, 3, 6, 1, 2, 1, 4, 35, 1}, {{4, {}}, {5, {}}, {6, {}}, {7, {}}, {8, {}}}} {}

 protected:
  void name(const View& view, std::size_t index, Name& into) const override {
    into.assign(1, if_index(at(view, index)));
    put_inet_address(into, at(view, index).address);
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    switch (column) {
      case 4:
        return Value::text(octets_of(at(view, index).mac));
      case 5:
        return Value::ticks(uptime_of(view.device, view.now));  // last updated: now
      case 6:
        return Value::integer(kDynamic);
      case 7:
        return Value::integer(kReachable);
      default:
        return Value::integer(kActive);
    }
  }
};

}  // namespace

void add_address_mib(Tables& tables) {
  tables.push_back(std::make_unique<IpAddrTable>());
  tables.push_back(std::make_unique<IpAddressTable>());
}

void add_neighbour_mib(Tables& tables) {
  tables.push_back(std::make_unique<IpNetToMedia>());
  tables.push_back(std::make_unique<IpNetToPhysical>());
}

}  // namespace market::sim
