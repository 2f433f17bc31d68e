// SNMPv2-MIB system group; snmpEngine of SNMP-FRAMEWORK-MIB; usmStats of
// SNMP-USER-BASED-SM-MIB.

#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::uint32_t kDescr = 1, kObjectId = 2, kUpTime = 3, kContact = 4, kName = 5,
                        kLocation = 6, kServices = 7;
constexpr Writable kText{Tag::Octets, 0, 255};

std::vector<Column> system_columns(Kind kind) {
  const auto text = kind == Kind::Terminal ? std::nullopt : std::optional{kText};
  return {{kDescr, {}},  {kObjectId, {}},   {kUpTime, {}},  {kContact, text},
          {kName, text}, {kLocation, text}, {kServices, {}}};
}

class System : public Scalars {
 public:
  explicit System(Kind kind) : Scalars{{1, 3, 6, 1, 2, 1, 1}, system_columns(kind)} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    if (view.device.quirks && view.device.quirks->pose) {
      const Quirks::Pose& pose = *view.device.quirks->pose;
      if (column == kDescr) return Value::text(pose.description);
      if (column == kObjectId) return Value::object(pose.object_id);
      if (column == kServices) return Value::integer(pose.services);
    }
    switch (column) {
      case kDescr:
        return Value::text(description_of(view.device));
      case kObjectId:
        return Value::object(object_id_of(view.device));
      case kUpTime:
        return Value::ticks(uptime_of(view.device, view.now));
      case kServices:
        // RFC 3418: 2 for a bridge, 72 for a host that offers applications.
        return Value::integer(view.device.kind == Kind::Terminal ? 72 : 2);
      default:
        return Value::text(text(view, column));
    }
  }

  [[nodiscard]] ErrorStatus write(Draft& draft, std::uint32_t column,
                                  const Value& value) const override {
    if (column == kName) draft.settings.name = value.octets;
    if (column == kContact) draft.settings.contact = value.octets;
    if (column == kLocation) draft.settings.location = value.octets;
    return ErrorStatus::NoError;
  }

 private:
  static std::string text(const View& view, std::uint32_t column) {
    if (view.settings == nullptr) return column == kName ? view.device.serial : "";
    if (column == kName) return view.settings->name;
    return column == kContact ? view.settings->contact : view.settings->location;
  }
};

class EngineGroup : public Scalars {
 public:
  EngineGroup() : Scalars{{1, 3, 6, 1, 6, 3, 10, 2, 1}, {{1, {}}, {2, {}}, {3, {}}, {4, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    const Engine engine = view.world.engine(view.device, view.now);
    switch (column) {
      case 1:
        return Value::text(engine.id);
      case 2:
        return Value::integer(engine.boots);
      case 3:
        return Value::integer(engine.time);
      default:
        return Value::integer(1472);
    }
  }
};

/// RFC 3414, section 5: why messages were refused, since the start.
class UsmStats : public Scalars {
 public:
  UsmStats()
      : Scalars{{1, 3, 6, 1, 6, 3, 15, 1, 1},
                {{1, {}}, {2, {}}, {3, {}}, {4, {}}, {5, {}}, {6, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    return Value::counter32(view.device.usm_faults.at(column));
  }
};

}  // namespace

void add_system_mib(Tables& tables, Kind kind) {
  tables.push_back(std::make_unique<System>(kind));
  tables.push_back(std::make_unique<EngineGroup>());
  tables.push_back(std::make_unique<UsmStats>());
}

}  // namespace market::sim
