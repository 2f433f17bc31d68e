// daemon/inventory: one record per device, whatever addresses it had.
#include "daemon/inventory/inventory.h"

#include <gtest/gtest.h>

namespace market::inventory {
namespace {

using Kind = InventoryEvent::Kind;

sweep::Sighting seen(const std::string& address, const std::string& engine_id,
                     const std::string& serial = "", const std::string& mac = "") {
  sweep::Sighting sighting{.address = *IpAddress::parse(address),
                           .port = 161,
                           .credentials = {},
                           .sys_name = {},
                           .sys_descr = {},
                           .sys_location = {},
                           .sys_object_id = {},
                           .round_trip = {},
                           .identification = {}};
  sighting.identification.engine_id = engine_id;
  sighting.identification.serial = serial;
  sighting.identification.mac = mac;
  return sighting;
}

std::vector<Kind> kinds(const std::vector<InventoryEvent>& events) {
  std::vector<Kind> list;
  for (const auto& event : events) list.push_back(event.kind);
  return list;
}

TEST(Inventory, IdentityIsTheStrongestThingADeviceTells) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", "80aa", "SN-1", "02:00:00:00:00:01"), 1);
  inventory.merge(seen("10.0.0.2", "", "SN-2", "02:00:00:00:00:02"), 1);
  inventory.merge(seen("10.0.0.3", "", "", "02:00:00:00:00:03"), 1);
  inventory.merge(seen("10.0.0.4", ""), 1);
  for (const auto* key :
       {"engine:80aa", "serial:SN-2", "mac:02:00:00:00:00:03", "address:10.0.0.4"}) {
    EXPECT_NE(inventory.by_key(key), nullptr) << key;
  }
}

TEST(Inventory, ADeviceThatMovesStaysTheSameRecord) {
  Inventory inventory;
  EXPECT_EQ(kinds(inventory.merge(seen("10.0.0.1", "80aa"), 1)), std::vector{Kind::Found});
  EXPECT_EQ(kinds(inventory.merge(seen("10.0.0.9", "80aa"), 2)), std::vector{Kind::Moved});
  ASSERT_EQ(inventory.records().size(), 1U);
  EXPECT_EQ(inventory.records()[0].address.to_string(), "10.0.0.9");
  EXPECT_EQ(inventory.records()[0].first_seen_ms, 1);
  EXPECT_EQ(inventory.records()[0].last_seen_ms, 2);
}

TEST(Inventory, AnotherDeviceAtAKnownAddressIsASwap) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", "80aa"), 1);
  const auto events = inventory.merge(seen("10.0.0.1", "80bb"), 2);
  EXPECT_EQ(kinds(events), (std::vector{Kind::Swapped, Kind::Found}));
  EXPECT_EQ(inventory.records().size(), 2U) << "the old one is not forgotten";
  EXPECT_TRUE(inventory.merge(seen("10.0.0.1", "80bb"), 3).empty()) << "told once";
}

TEST(Inventory, TwoAddressesInOneSweepAreOneDevice) {
  Inventory inventory;
  for (const int sweep : {1, 2, 3}) {
    inventory.merge(seen("10.0.0.1", "80aa"), sweep);
    EXPECT_TRUE(inventory.merge(seen("10.0.4.1", "80aa"), sweep).empty()) << sweep;
  }
  ASSERT_EQ(inventory.records().size(), 1U);
  EXPECT_EQ(inventory.records()[0].address.to_string(), "10.0.0.1");
}

Design one_of_each() {
  Design design;
  const auto address = [](const char* text) { return *IpAddress::parse(text); };
  design.switches.push_back({.id = "sw-1",
                             .profile = {},
                             .serial = "SN-1",
                             .mac = {},
                             .address = address("10.0.0.1"),
                             .place = {},
                             .poe_budget = {},
                             .firmware_min = {},
                             .ports = {},
                             .position = {}});
  design.aps.push_back({.id = "ap-1",
                        .profile = {},
                        .serial = {},
                        .mac = *MacAddress::parse("02:00:00:00:00:02"),
                        .address = address("10.0.0.2"),
                        .place = {},
                        .radios = {},
                        .ssids = {},
                        .position = {}});
  Stall stall;
  stall.id = "A-1";
  Terminal terminal;
  terminal.serial = "T-1";
  terminal.address = address("10.0.4.1");
  stall.terminals.push_back(terminal);
  design.stalls.push_back(stall);
  return design;
}

TEST(Inventory, MatchesTheDesignBySerialThenMacThenAddress) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.77", "80aa", "SN-1"), 1);
  inventory.merge(seen("10.0.0.88", "80bb", "SN-9", "02:00:00:00:00:02"), 1);
  inventory.merge(seen("10.0.4.1", "80cc"), 1);
  inventory.merge(seen("10.0.4.2", "80dd"), 1);
  inventory.match(one_of_each());
  ASSERT_NE(inventory.by_design_id("sw-1"), nullptr);
  EXPECT_EQ(inventory.by_design_id("sw-1")->address.to_string(), "10.0.0.77");
  EXPECT_EQ(inventory.by_design_id("ap-1")->key, "engine:80bb");
  EXPECT_EQ(inventory.by_design_id("T-1")->key, "engine:80cc");
  EXPECT_EQ(inventory.by_key("engine:80dd")->design_id, "");
}

TEST(Inventory, AForeignSerialAtTheDesignedAddressIsNotTheDesignedDevice) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", "80aa", "SN-666"), 1);
  inventory.match(one_of_each());
  EXPECT_EQ(inventory.by_design_id("sw-1"), nullptr);
}

TEST(Inventory, ASerialToldByTwoDevicesIsNoEvidence) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.8", "80aa", "SN-1"), 1);
  inventory.merge(seen("10.0.0.9", "80bb", "SN-1"), 1);
  inventory.match(one_of_each());
  EXPECT_EQ(inventory.by_design_id("sw-1"), nullptr);
}

TEST(Inventory, StartsFromWhatWasRemembered) {
  Inventory first;
  first.merge(seen("10.0.0.1", "80aa"), 1);
  Inventory second{first.records()};
  EXPECT_EQ(kinds(second.merge(seen("10.0.0.2", "80aa"), 2)), std::vector{Kind::Moved});
}

}  // namespace
}  // namespace market::inventory
