// MarketSim's radios (32473.2.1), SSID slots (.2.2) and associated stations (.2.3).

#include <algorithm>

#include "tests/sim/mibs.h"
#include "tests/sim/stations.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

/// Channels a radio of the band can be set to, whatever the country allows.
bool has_channel(Band band, std::int64_t channel) {
  switch (band) {
    case Band::G2:
      return channel >= 1 && channel <= 13;
    case Band::G5:
      return (channel >= 36 && channel <= 64 && channel % 4 == 0) ||
             (channel >= 100 && channel <= 144 && channel % 4 == 0) ||
             (channel >= 149 && channel <= 177 && channel % 4 == 1);
    case Band::G6:
      return channel >= 1 && channel <= 233 && channel % 4 == 1;
  }
  return false;
}

bool has_width(Band band, std::int64_t megahertz) {
  if (megahertz == 20 || megahertz == 40) return true;
  if (megahertz == 80 || megahertz == 160) return band != Band::G2;
  return megahertz == 320 && band == Band::G6;
}

class Radios : public NumberedTable {
 public:
  Radios()
      : NumberedTable{{1, 3, 6, 1, 4, 1, kEnterprise, 2, 1, 1},
                      {{1, {}},
                       {2, Writable{Tag::Integer, 1, 233}},
                       {3, Writable{Tag::Integer, 20, 320}},
                       {4, Writable{Tag::Integer, 0, 30}},
                       {5, {}},
                       {6, {}}}} {}

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    auto& radios = draft.settings.radios;
    if (change.row.size() != 1 || change.row[0] == 0 || change.row[0] > radios.size()) {
      return ErrorStatus::NoCreation;
    }
    if (stage != Stage::Write) return ErrorStatus::NoError;
    RadioSettings& radio = radios[change.row[0] - 1];
    const std::int64_t number = change.value.number;
    if (change.column == 2) {
      if (!has_channel(radio.band, number)) return ErrorStatus::WrongValue;
      radio.channel = number;
    } else if (change.column == 3) {
      if (!has_width(radio.band, number)) return ErrorStatus::WrongValue;
      radio.width = number;
    } else {
      radio.power = number;
    }
    return ErrorStatus::NoError;
  }

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& view,
                                                      std::uint32_t at_least) const override {
    const std::uint32_t row = std::max(at_least, 1U);
    if (row > view.settings->radios.size()) return std::nullopt;
    return row;
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const RadioSettings& radio = view.settings->radios[row - 1];
    switch (column) {
      case 1:
        return Value::integer(static_cast<std::int64_t>(radio.band));
      case 2:
        return Value::integer(radio.channel);
      case 3:
        return Value::integer(radio.width);
      case 4:
        return Value::integer(radio.power);
      case 5:
        return Value::gauge(static_cast<std::uint32_t>(stations_of(view, row - 1).size()));
      default:
        return Value::integer(utilisation_of(view, row - 1));
    }
  }
};

class Ssids : public NumberedTable {
 public:
  Ssids()
      : NumberedTable{{1, 3, 6, 1, 4, 1, kEnterprise, 2, 2, 1},
                      {{1, Writable{Tag::Octets, 0, 32}},
                       {2, Writable{Tag::Unsigned32, 1, 4094}},
                       {3, Writable{Tag::Integer, 1, 6}},
                       {4, Writable{Tag::Integer, 1, 2}},
                       {5, Writable{Tag::Integer, 1, 2}}}} {}

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    if (change.row.size() != 1 || change.row[0] == 0 || change.row[0] > kSsidSlots) {
      return ErrorStatus::NoCreation;
    }
    SsidSettings& slot = draft.settings.ssids[change.row[0] - 1];
    if (stage == Stage::Write) write(slot, change);
    // An enabled slot has a name.
    const bool nameless = stage == Stage::Finish && slot.enabled && slot.name.empty();
    return nameless ? ErrorStatus::InconsistentValue : ErrorStatus::NoError;
  }

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& /*view*/,
                                                      std::uint32_t at_least) const override {
    const std::uint32_t row = std::max(at_least, 1U);
    if (row > kSsidSlots) return std::nullopt;
    return row;
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const SsidSettings& slot = view.settings->ssids[row - 1];
    switch (column) {
      case 1:
        return Value::text(slot.name);
      case 2:
        return Value::gauge(static_cast<std::uint32_t>(slot.vlan));
      case 3:
        return Value::integer(slot.security);
      case 4:
        return truth(slot.isolate);
      default:
        return truth(slot.enabled);
    }
  }

 private:
  static void write(SsidSettings& slot, const Change& change) {
    switch (change.column) {
      case 1:
        slot.name = change.value.octets;
        break;
      case 2:
        slot.vlan = change.value.number;
        break;
      case 3:
        slot.security = change.value.number;
        break;
      case 4:
        slot.isolate = change.value.number == 1;
        break;
      default:
        slot.enabled = change.value.number == 1;
    }
  }
};

/// Rows are the radio and the six octets of the station's MAC.
class Stations : public Table {
 public:
  Stations() : Table{{1, 3, 6, 1, 4, 1, kEnterprise, 2, 3, 1}, {{1, {}}, {2, {}}}} {}

  [[nodiscard]] bool next_row(const View& view, Name& row) const override {
    const std::size_t radios = view.settings->radios.size();
    for (std::size_t radio = row.empty() || row[0] == 0 ? 0 : row[0] - 1; radio < radios; ++radio) {
      for (const Station& station : stations_of(view, radio)) {
        const Name name = name_of(radio, station);
        if (compare(name, row) <= 0) continue;
        row = name;
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const override {
    if (row.empty() || row[0] == 0 || row[0] > view.settings->radios.size()) {
      return Value::missing(Tag::NoSuchInstance);
    }
    for (const Station& station : stations_of(view, row[0] - 1)) {
      if (compare(name_of(row[0] - 1, station), row) != 0) continue;
      return Value::integer(column == 1 ? station.rssi : station.slot);
    }
    return Value::missing(Tag::NoSuchInstance);
  }

 private:
  static Name name_of(std::size_t radio, const Station& station) {
    Name name{static_cast<std::uint32_t>(radio) + 1};
    name.insert(name.end(), station.mac.begin(), station.mac.end());
    return name;
  }
};

}  // namespace

void add_access_point_mib(Tables& tables) {
  tables.push_back(std::make_unique<Radios>());
  tables.push_back(std::make_unique<Ssids>());
  tables.push_back(std::make_unique<Stations>());
}

}  // namespace market::sim
