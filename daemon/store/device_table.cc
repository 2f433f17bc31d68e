#include "daemon/store/device_table.h"

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
  auto& is = record.identification;
  is.device_class = parse_device_class(row.text(column++)).value_or(DeviceClass::Unknown);
  is.vendor = row.text(column++);
  is.model = row.text(column++);
  is.firmware = row.text(column++);
  is.serial = row.text(column++);
  is.mac = row.text(column++);
  is.engine_id = row.text(column++);
  is.profile = row.text(column++);
  record.sys_name = row.text(column++);
  record.sys_descr = row.text(column++);
  record.sys_location = row.text(column++);
  record.first_seen_ms = row.number(column++);
  record.last_seen_ms = row.number(column++);
  record.design_id = row.text(column++);
  return record;
}

Result<void> insert(Database& database, const inventory::DeviceRecord& record) {
  const auto& is = record.identification;
  auto inserted = database.run(
      "INSERT INTO device (key, address, port, credentials, class, vendor, model, firmware, serial,"
      " mac, engine_id, profile, sys_name, sys_descr, sys_location, first_seen_ms, last_seen_ms,"
      " design_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      record.key, record.address.to_string(), std::int64_t{record.port}, record.credentials,
      to_string(is.device_class), is.vendor, is.model, is.firmware, is.serial, is.mac, is.engine_id,
      is.profile, record.sys_name, record.sys_descr, record.sys_location, record.first_seen_ms,
      record.last_seen_ms, record.design_id);
  if (!inserted) return fail_within(std::move(inserted), "device '" + record.key + "'");
  std::int64_t position = 0;
  for (const auto& text : is.evidence) {
    auto added = database.run("INSERT INTO device_evidence (device, position, text) VALUES (?,?,?)",
                              record.key, ++position, text);
    if (!added) return added;
  }
  return {};
}

}  // namespace

Result<std::vector<inventory::DeviceRecord>> read_devices(Database& database) {
  std::vector<inventory::DeviceRecord> records;
  std::map<std::string, std::size_t> by_key;
  auto read = database.each(
      "SELECT key, address, port, credentials, class, vendor, model, firmware, serial, mac,"
      " engine_id, profile, sys_name, sys_descr, sys_location, first_seen_ms, last_seen_ms,"
      " design_id FROM device ORDER BY key",
      [&](const Row& row) -> Result<void> {
        auto record = device_of(row, database.path());
        if (!record) return tl::make_unexpected(std::move(record.error()));
        by_key[record->key] = records.size();
        records.push_back(std::move(*record));
        return {};
      });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  read = database.each("SELECT device, text FROM device_evidence ORDER BY device, position",
                       [&](const Row& row) -> Result<void> {
                         auto& record = records.at(by_key.at(row.text(0)));
                         record.identification.evidence.push_back(row.text(1));
                         return {};
                       });
  if (!read) return tl::make_unexpected(std::move(read.error()));
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
