#include "daemon/store/device_table.h"

#include <algorithm>
#include <functional>
#include <map>

namespace market::store {
namespace {

Result<inventory::DeviceRecord> device_of(const Row& row, const std::string& path) {
  inventory::DeviceRecord record;
  int column = 0;
  record.key = row.text(column++);
  auto address = IpAddress::parse(row.text(column++));
  if (!address) {
    return fail(Errc::Io,
                "'" + path + "': device '" + record.key + "': " + address.error().message);
  }
  record.address = *address;
  record.port = static_cast<std::uint16_t>(row.number(column++));
  record.credentials = row.text(column++);
  sweep::Identification is;
  is.device_class = parse_device_class(row.text(column++)).value_or(DeviceClass::Unknown);
  is.vendor = row.text(column++);
  is.model = row.text(column++);
  is.firmware = row.text(column++);
  is.serial = row.text(column++);
  is.mac = row.text(column++);
  is.engine_id = row.text(column++);
  is.profile = row.text(column++);
  record.identification = std::move(is);
  record.sys_name = row.text(column++);
  record.sys_descr = row.text(column++);
  record.sys_location = row.text(column++);
  record.first_seen_ms = row.number(column++);
  record.last_seen_ms = row.number(column++);
  record.design_id = row.text(column++);
  record.silent = row.number(column++) != 0;
  return record;
}

/// What the freshest few sources say is enough to go on with after a restart.
constexpr std::size_t kClaimsStored = 16;

template <class T>
std::string text_or_nothing(const std::optional<T>& value) {
  return value ? value->to_string() : std::string{};
}

Result<void> insert_claims(Database& database, const inventory::DeviceRecord& record) {
  std::int64_t position = 0;
  for (const auto& claim : record.claims) {
    if (position == static_cast<std::int64_t>(kClaimsStored)) break;
    auto added = database.run(
        "INSERT INTO device_claim (device, position, source, by, mac, address, port, vlan, name,"
        " first_seen_ms, last_seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.key, ++position, std::string{to_string(claim.source.kind)}, claim.source.by.str(),
        text_or_nothing(claim.mac), text_or_nothing(claim.address), claim.port.str(),
        std::int64_t{claim.vlan ? claim.vlan->number() : std::uint16_t{0}}, claim.name.str(),
        claim.first_seen_ms, claim.last_seen_ms);
    if (!added) return added;
  }
  return {};
}

Result<void> insert_parts(Database& database, const inventory::DeviceRecord& record) {
  for (const auto& seen : record.addresses) {
    auto added = database.run(
        "INSERT INTO device_address (device, address, first_seen_ms, last_seen_ms)"
        " VALUES (?, ?, ?, ?)",
        record.key, seen.address.to_string(), seen.first_seen_ms, seen.last_seen_ms);
    if (!added) return added;
  }
  for (const auto& mac : record.macs) {
    auto added = database.run("INSERT INTO device_mac (device, mac) VALUES (?, ?)", record.key,
                              mac.to_string());
    if (!added) return added;
  }
  for (const auto& community : record.default_communities) {
    auto added =
        database.run("INSERT OR IGNORE INTO device_community (device, community) VALUES (?, ?)",
                     record.key, community);
    if (!added) return added;
  }
  return insert_claims(database, record);
}

/// What cannot be read any more (a source this version does not know) is left out: it comes again.
using RecordOf = std::function<inventory::DeviceRecord*(const Row&)>;

Result<void> read_claims(Database& database, const RecordOf& record_of) {
  std::map<inventory::DeviceRecord*, std::vector<inventory::Claim>> claims;
  SharedTexts texts;
  auto read = database.each(
      "SELECT device, source, by, mac, address, port, vlan, name, first_seen_ms, last_seen_ms"
      " FROM device_claim ORDER BY device, position",
      [&](const Row& row) -> Result<void> {
        const auto kind = inventory::parse_source_kind(row.text(1));
        if (!kind) return {};
        inventory::Claim claim;
        claim.source = {*kind, texts.of(row.text(2))};
        if (const auto mac = MacAddress::parse(row.text(3)); mac) claim.mac = *mac;
        if (const auto address = IpAddress::parse(row.text(4)); address) claim.address = *address;
        claim.port = texts.of(row.text(5));
        const auto vlan = VlanId::from(static_cast<std::uint32_t>(row.number(6)));
        if (vlan) claim.vlan = *vlan;
        claim.name = texts.of(row.text(7));
        claim.first_seen_ms = row.number(8);
        claim.last_seen_ms = row.number(9);
        claims[record_of(row)].push_back(std::move(claim));
        return {};
      });
  for (auto& [record, list] : claims) record->claims = std::move(list);
  return read;
}

Result<void> read_parts(Database& database, const RecordOf& record_of) {
  auto read = database.each(
      "SELECT device, address, first_seen_ms, last_seen_ms FROM device_address",
      [&](const Row& row) -> Result<void> {
        if (const auto address = IpAddress::parse(row.text(1)); address) {
          record_of(row)->addresses.push_back({*address, row.number(2), row.number(3)});
        }
        return {};
      });
  if (!read) return read;
  read = database.each("SELECT device, mac FROM device_mac ORDER BY device, mac",
                       [&](const Row& row) -> Result<void> {
                         if (const auto mac = MacAddress::parse(row.text(1)); mac) {
                           record_of(row)->macs.push_back(*mac);
                         }
                         return {};
                       });
  if (!read) return read;
  read = database.each("SELECT device, community FROM device_community ORDER BY device, community",
                       [&](const Row& row) -> Result<void> {
                         record_of(row)->default_communities.push_back(row.text(1));
                         return {};
                       });
  if (!read) return read;
  return read_claims(database, record_of);
}

Result<void> insert(Database& database, const inventory::DeviceRecord& record) {
  const auto& is = *record.identification;
  auto inserted = database.run(
      "INSERT INTO device (key, address, port, credentials, class, vendor, model, firmware, serial,"
      " mac, engine_id, profile, sys_name, sys_descr, sys_location, first_seen_ms, last_seen_ms,"
      " design_id, silent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      record.key, record.address.to_string(), std::int64_t{record.port}, record.credentials,
      to_string(is.device_class), is.vendor, is.model, is.firmware, is.serial, is.mac, is.engine_id,
      is.profile, record.sys_name, record.sys_descr, record.sys_location, record.first_seen_ms,
      record.last_seen_ms, record.design_id, std::int64_t{record.silent ? 1 : 0});
  if (!inserted) return fail_within(std::move(inserted), "device '" + record.key + "'");
  std::int64_t position = 0;
  for (const auto& text : is.evidence) {
    auto added = database.run("INSERT INTO device_evidence (device, position, text) VALUES (?,?,?)",
                              record.key, ++position, text);
    if (!added) return added;
  }
  return insert_parts(database, record);
}

}  // namespace

Result<std::vector<inventory::DeviceRecord>> read_devices(Database& database) {
  std::vector<inventory::DeviceRecord> records;
  std::map<std::string, std::size_t> by_key;
  auto read = database.each(
      "SELECT key, address, port, credentials, class, vendor, model, firmware, serial, mac,"
      " engine_id, profile, sys_name, sys_descr, sys_location, first_seen_ms, last_seen_ms,"
      " design_id, silent FROM device ORDER BY key",
      [&](const Row& row) -> Result<void> {
        auto record = device_of(row, database.path());
        if (!record) return tl::make_unexpected(std::move(record.error()));
        by_key[record->key] = records.size();
        records.push_back(std::move(*record));
        return {};
      });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  read = database.each(
      "SELECT device, text FROM device_evidence ORDER BY device, position",
      [&](const Row& row) -> Result<void> {
        auto& record = records.at(by_key.at(row.text(0)));
        record.identification.change([&](auto& is) { is.evidence.push_back(row.text(1)); });
        return {};
      });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  read = read_parts(database, [&](const Row& row) { return &records.at(by_key.at(row.text(0))); });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  for (auto& record : records) {
    std::sort(record.addresses.begin(), record.addresses.end(),
              [](const auto& a, const auto& b) { return a.address < b.address; });
  }
  return records;
}

Result<void> replace_devices(Database& database,
                             const std::vector<inventory::DeviceRecord>& records) {
  return database.transaction([&]() -> Result<void> {
    if (auto emptied = database.run("DELETE FROM device"); !emptied) return emptied;
    for (const auto& record : records) {
      if (auto inserted = insert(database, record); !inserted) return inserted;
    }
    return {};
  });
}

}  // namespace market::store
