// daemon/inventory: devices whose identity is partial, copied, or changes.
#include <gmock/gmock.h>

#include "daemon/inventory/inventory.h"

namespace market::inventory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = InventoryEvent::Kind;

struct Plate {
  std::string engine_id, serial, mac;
};

sweep::Sighting seen(const std::string& address, const Plate& plate = {},
                     const std::string& profile = "sim-switch") {
  sweep::Sighting sighting;
  sighting.address = *IpAddress::parse(address);
  sighting.identification.engine_id = plate.engine_id;
  sighting.identification.serial = plate.serial;
  sighting.identification.mac = plate.mac;
  sighting.identification.profile = profile;
  return sighting;
}

std::vector<std::string> texts(const std::vector<InventoryEvent>& events) {
  std::vector<std::string> list;
  for (const auto& event : events) list.push_back(event.text);
  return list;
}

TEST(InventoryMerge, GivesARecordABetterKeyWhenItTellsMore) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1"), 1);
  EXPECT_THAT(inventory.merge(seen("10.0.0.1", {"", "SN-1", ""}), 2), IsEmpty());
  EXPECT_EQ(inventory.by_key("address:10.0.0.1"), nullptr);
  ASSERT_NE(inventory.by_key("serial:SN-1"), nullptr);
  EXPECT_THAT(inventory.merge(seen("10.0.0.1", {"80aa", "SN-1", ""}), 3), IsEmpty());
  EXPECT_EQ(inventory.records().size(), 1U);
  EXPECT_EQ(inventory.by_key("engine:80aa")->first_seen_ms, 1);
}

TEST(InventoryMerge, KeepsWhatASightingDoesNotTell) {
  Inventory inventory;
  auto whole = seen("10.0.0.1", {"80aa", "SN-1", "02:00:00:00:00:01"});
  whole.identification.model = "SW-24P";
  whole.sys_descr = "a switch";
  inventory.merge(whole, 1);
  EXPECT_THAT(inventory.merge(seen("10.0.0.1", {"", "sn-1", ""}), 2), IsEmpty());
  ASSERT_EQ(inventory.records().size(), 1U);
  const auto& record = inventory.records().front();
  EXPECT_EQ(record.key, "engine:80aa");
  EXPECT_EQ(record.identification->model, "SW-24P");
  EXPECT_EQ(record.identification->mac, "02:00:00:00:00:01");
  EXPECT_EQ(record.sys_descr, "a switch");
  EXPECT_EQ(record.last_seen_ms, 2);
}

TEST(InventoryMerge, TakesANamelessAnswerOfTheSameFamilyForTheKnownDevice) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {"80aa", "", ""}), 1);
  EXPECT_THAT(inventory.merge(seen("10.0.0.1"), 2), IsEmpty());
  EXPECT_EQ(inventory.records().size(), 1U);
  const auto events = inventory.merge(seen("10.0.0.1", {}, "sim-ap"), 3);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, Kind::Swapped);
}

TEST(InventoryMerge, NeverTakesTwoNamelessDevicesForOneByTheirFamily) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1"), 1);
  inventory.merge(seen("10.0.0.2"), 1);
  EXPECT_EQ(inventory.records().size(), 2U);
}

TEST(InventoryMerge, TellsDevicesWithACopiedEngineIdApart) {
  Inventory inventory;
  for (const int sweep : {1, 2}) {
    inventory.merge(seen("10.0.0.1", {"80aa", "SN-1", ""}), sweep);
    inventory.merge(seen("10.0.0.2", {"80aa", "SN-2", ""}), sweep);
    inventory.merge(seen("10.0.0.3", {"80cc", "", "02:00:00:00:00:03"}), sweep);
    inventory.merge(seen("10.0.0.4", {"80cc", "", "02:00:00:00:00:04"}), sweep);
  }
  EXPECT_EQ(inventory.by_key("engine:80aa")->address.to_string(), "10.0.0.1");
  EXPECT_EQ(inventory.by_key("serial:SN-2")->address.to_string(), "10.0.0.2");
  EXPECT_EQ(inventory.by_key("engine:80cc")->address.to_string(), "10.0.0.3");
  EXPECT_EQ(inventory.by_key("mac:02:00:00:00:00:04")->address.to_string(), "10.0.0.4");
  EXPECT_EQ(inventory.records().size(), 4U);
}

TEST(InventoryMerge, SaysInWordsWhatChanged) {
  Inventory inventory;
  auto first = seen("10.0.0.1", {"80aa", "", ""});
  first.sys_name = "sw-a1";
  EXPECT_THAT(texts(inventory.merge(first, 1)), ElementsAre("sw-a1 found at 10.0.0.1"));
  first.address = *IpAddress::parse("10.0.0.2");
  EXPECT_THAT(texts(inventory.merge(first, 2)),
              ElementsAre("sw-a1 moved from 10.0.0.1 to 10.0.0.2"));
  EXPECT_THAT(
      texts(inventory.merge(seen("10.0.0.2", {"80bb", "", ""}), 3)),
      ElementsAre("10.0.0.2 was sw-a1 and is engine:80bb now", "engine:80bb found at 10.0.0.2"));
}

TEST(InventoryMerge, TwoDevicesMayTradePlaces) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {"80aa", "", ""}), 1);
  inventory.merge(seen("10.0.0.2", {"80bb", "", ""}), 1);
  inventory.merge(seen("10.0.0.1", {"80bb", "", ""}), 2);
  inventory.merge(seen("10.0.0.2", {"80aa", "", ""}), 2);
  EXPECT_EQ(inventory.by_key("engine:80aa")->address.to_string(), "10.0.0.2");
  EXPECT_EQ(inventory.by_key("engine:80bb")->address.to_string(), "10.0.0.1");
  EXPECT_THAT(inventory.merge(seen("10.0.0.1", {"80bb", "", ""}), 3), IsEmpty());
  EXPECT_THAT(inventory.merge(seen("10.0.0.2", {"80aa", "", ""}), 3), IsEmpty());
}

TEST(InventoryMerge, FollowsADeviceThatLostTheFirstOfItsTwoAddresses) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {"80aa", "", ""}), 1);
  inventory.merge(seen("10.0.4.1", {"80aa", "", ""}), 1);
  const auto events = inventory.merge(seen("10.0.4.1", {"80aa", "", ""}), 2);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Kind::Moved);
}

TEST(InventoryMerge, GivesNamelessDevicesThatMetAtOneAddressDifferentKeys) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {}, "a"), 1);
  inventory.merge(seen("10.0.0.1", {}, "b"), 2);
  ASSERT_EQ(inventory.records().size(), 2U);
  EXPECT_NE(inventory.records()[0].key, inventory.records()[1].key);
  EXPECT_EQ(inventory.by_key("address:10.0.0.1#2")->identification->profile, "b");
}

Design with_switch(const std::string& serial) {
  Design design;
  Switch device{.id = "sw-1",
                .profile = {},
                .serial = serial,
                .mac = {},
                .address = *IpAddress::parse("10.0.0.1"),
                .place = {},
                .poe_budget = {},
                .firmware_min = {},
                .ports = {},
                .position = {}};
  design.switches.push_back(std::move(device));
  return design;
}

TEST(InventoryMatch, MatchesTheReplacementAndNotTheDeviceItReplaced) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {"80aa", "", ""}), 1);
  inventory.merge(seen("10.0.0.1", {"80bb", "", ""}), 2);
  inventory.match(with_switch(""));
  EXPECT_EQ(inventory.by_design_id("sw-1")->key, "engine:80bb");
}

TEST(InventoryMatch, StillKnowsADeviceWhoseEngineIdAResetChanged) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {"80aa", "SN-1", ""}), 1);
  inventory.merge(seen("10.0.0.1", {"80bb", "SN-1", ""}), 2);
  inventory.match(with_switch("sn-1"));
  ASSERT_NE(inventory.by_design_id("sw-1"), nullptr);
  EXPECT_EQ(inventory.by_design_id("sw-1")->key, "engine:80bb");
}

TEST(InventoryMatch, KnowsTheGatewayByAnyOfItsAddresses) {
  Design design;
  design.gateway.emplace();
  design.gateway->id = "gw1";
  design.gateway->uplink_addresses.push_back(*InterfaceAddress::parse("198.18.0.2/30"));
  design.zones.push_back({.id = "mgmt",
                          .vid = *VlanId::from(10),
                          .prefix = {},
                          .gateway = *IpAddress::parse("10.64.0.1"),
                          .interface = {},
                          .dhcp_range = {},
                          .position = {}});
  Inventory inventory;
  inventory.merge(seen("10.64.0.1", {"80aa", "", ""}, "net-snmp-host"), 1);
  inventory.match(design);
  EXPECT_NE(inventory.by_design_id("gw1"), nullptr);
}

TEST(InventoryMatch, ForgetsTheOldDesign) {
  Inventory inventory;
  inventory.merge(seen("10.0.0.1", {"80aa", "", ""}), 1);
  inventory.match(with_switch(""));
  ASSERT_NE(inventory.by_design_id("sw-1"), nullptr);
  inventory.match(Design{});
  EXPECT_EQ(inventory.by_design_id("sw-1"), nullptr);
  EXPECT_EQ(inventory.by_design_id(""), nullptr);
  EXPECT_EQ(inventory.records().front().design_id, "");
}

}  // namespace
}  // namespace market::inventory
