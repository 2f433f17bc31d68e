// ENTITY-MIB: one physical entity, the chassis. HOST-RESOURCES-MIB: the system and one device row.

#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

class SingleRow : public NumberedTable {
 public:
  using NumberedTable::NumberedTable;

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& /*view*/,
                                                      std::uint32_t at_least) const override {
    return at_least <= 1 ? std::optional<std::uint32_t>{1} : std::nullopt;
  }
};

class Entity : public SingleRow {
 public:
  Entity()
      : SingleRow{{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1},
                  {{2, {}},
                   {3, {}},
                   {5, {}},
                   {7, {}},
                   {8, {}},
                   {10, {}},
                   {11, {}},
                   {12, {}},
                   {13, {}}}} {}

 protected:
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t /*row*/) const override {
    switch (column) {
      case 2:
        return Value::text(description_of(view.device));
      case 3:
        return Value::object(object_id_of(view.device));
      case 5:
        return Value::integer(3);  // chassis
      case 7:
        return Value::text("chassis");
      case 8:
        return Value::text("A");
      case 10:
        return Value::text(firmware_of(view.device));
      case 11:
        return Value::text(view.device.serial);
      case 12:
        return Value::text("MarketSim");
      default:
        return Value::text(model_of(view.device));
    }
  }
};

class HostSystem : public Scalars {
 public:
  HostSystem() : Scalars{{1, 3, 6, 1, 2, 1, 25, 1}, {{1, {}}, {5, {}}, {6, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    if (column == 1) return Value::ticks(uptime_of(view.device, view.now));
    return Value::gauge(column == 5 ? 0 : 41);  // users, processes
  }
};

class HostMemory : public Scalars {
 public:
  HostMemory() : Scalars{{1, 3, 6, 1, 2, 1, 25, 2}, {{2, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& /*view*/, std::uint32_t /*column*/) const override {
    return Value::integer(524'288);  // kilobytes
  }
};

class HostDevice : public SingleRow {
 public:
  HostDevice()
      : SingleRow{{1, 3, 6, 1, 2, 1, 25, 3, 2, 1},
                  {{1, {}}, {2, {}}, {3, {}}, {4, {}}, {5, {}}, {6, {}}}} {}

 protected:
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    switch (column) {
      case 1:
        return Value::integer(row);
      case 2:
        return Value::object({1, 3, 6, 1, 2, 1, 25, 3, 1, 1});  // hrDeviceOther
      case 3:
        return Value::text(description_of(view.device));
      case 4:
        return Value::object(object_id_of(view.device));
      case 5:
        return Value::integer(2);  // running
      default:
        return Value::counter32(0);
    }
  }
};

}  // namespace

void add_entity_mib(Tables& tables) { tables.push_back(std::make_unique<Entity>()); }

void add_host_mib(Tables& tables) {
  tables.push_back(std::make_unique<HostSystem>());
  tables.push_back(std::make_unique<HostMemory>());
  tables.push_back(std::make_unique<HostDevice>());
}

}  // namespace market::sim
