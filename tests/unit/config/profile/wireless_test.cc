// config/profile/wireless: maps are read strictly, and a device gets the one that fits best.
#include "config/profile/wireless.h"

#include <gmock/gmock.h>

#include "config/profile/profile.h"
#include "profile_dir.h"

namespace market {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kProfile =
    "schema: 1\nkind: device-profile\nid: any\nclass: access-point\nmatch: { sysObjectID: 1.3.9 "
    "}\n";

std::string with(const std::string& body) {
  return "schema: 1\nkind: wireless-map\nid: acme\nmatch: { sysObjectID: 1.3.9 }\n" + body;
}

LoadedProfiles load(const std::string& map) {
  const ProfileDir directory;
  directory.write("any.yaml", kProfile);
  directory.write("map.yaml", map);
  return load_profiles(directory.path());
}

std::string text(const Diagnostics& problems) {
  std::string all;
  for (const auto& problem : problems) all += problem.to_string() + "\n";
  return all;
}

std::string problem_of(const std::string& body) { return text(load(with(body)).problems); }

TEST(WirelessMap, IsReadBesideTheProfiles) {
  const auto loaded =
      load(with("tables:\n"
                "  - row: radios\n"
                "    index: [access-point mac, radio]\n"
                "    columns:\n"
                "      channel: { oid: 1.3.9.1, mask: 255, absent: ['0'] }\n"
                "      noise: { oid: 1.3.9.2, unit: -dBm }\n"
                "      tx-power: [1.3.9.3, { oid: 1.3.9.4, pick: 1.3.9.5 }]\n"));
  ASSERT_TRUE(loaded.profiles) << text(loaded.problems);
  ASSERT_EQ(loaded.profiles->wireless_maps_.size(), 1U);
  EXPECT_NE(loaded.profiles->find("any"), nullptr);
  EXPECT_EQ(loaded.profiles->find("acme"), nullptr) << "a map is no profile";
  const auto& map = loaded.profiles->wireless_maps_[0];
  const auto& table = map.tables.at(0);
  EXPECT_EQ(table.row, WirelessRow::Radio);
  ASSERT_EQ(table.index.size(), 2U);
  EXPECT_EQ(table.index[0].shape, WirelessIndexPart::Shape::Mac);
  ASSERT_EQ(table.columns.size(), 4U);
  EXPECT_EQ(table.columns[0].mask, 255U);
  EXPECT_EQ(table.columns[1].unit.factor, -1.0);
  EXPECT_THAT(map.columns(), ElementsAre(Oid{1, 3, 9, 1}, Oid{1, 3, 9, 2}, Oid{1, 3, 9, 3},
                                         Oid{1, 3, 9, 4}, Oid{1, 3, 9, 5}));
}

TEST(WirelessMap, SaysWhereAFactIsInTheWrongTable) {
  EXPECT_THAT(problem_of("tables:\n"
                         "  - row: radios\n"
                         "    index: [radio]\n"
                         "    columns: { serial: 1.3.9.1 }\n"),
              AllOf(HasSubstr(":8:"), HasSubstr("P030"), HasSubstr("'serial'")));
}

TEST(WirelessMap, SaysWhereAUnitOrWordCannotBe) {
  const std::string head = "tables:\n  - row: radios\n    index: [radio]\n    columns:\n";
  EXPECT_THAT(problem_of(head + "      noise: { oid: 1.3.9.1, unit: percent }\n"),
              HasSubstr("P031"));
  EXPECT_THAT(problem_of(head + "      band: { oid: 1.3.9.1, values: { 1: 2.4GHz } }\n"),
              AllOf(HasSubstr("P031"), HasSubstr("2G, 5G, 6G")));
  EXPECT_THAT(problem_of(head + "      noise: { oid: 1.3.9.1, unit: dbm }\n"),
              AllOf(HasSubstr("P002"), HasSubstr("dBm")));
  EXPECT_THAT(problem_of(head + "      chanel: 1.3.9.1\n"),
              AllOf(HasSubstr("P002"), HasSubstr("'channel'")));
  EXPECT_THAT(problem_of(head + "      channel: { oid: 1.3.9.1, regex: '(' }\n"),
              HasSubstr("P012"));
  EXPECT_THAT(problem_of(head + "      channel: { regex: '6' }\n"), HasSubstr("P003"));
}

TEST(WirelessMap, SaysWhereAnIndexCannotBe) {
  const std::string tail = "\n    columns: { clients: 1.3.9.1 }\n";
  EXPECT_THAT(problem_of("tables:\n  - row: radios\n    index: [skip]" + tail), HasSubstr("P032"));
  EXPECT_THAT(problem_of("tables:\n  - row: device\n    index: [skip]" + tail), HasSubstr("P032"));
  EXPECT_THAT(problem_of("tables:\n  - row: ssids" + tail), HasSubstr("P032"));
  EXPECT_THAT(problem_of("tables:\n  - row: ssids\n    index: [ssid rest, radio]" + tail),
              HasSubstr("P032"));
  EXPECT_THAT(problem_of("tables:\n  - row: ssids\n    index: [ssid words]" + tail),
              HasSubstr("P002"));
  EXPECT_THAT(problem_of("tables:\n  - row: radio\n    index: [radio]" + tail), HasSubstr("P002"));
}

TEST(WirelessMap, TwoForTheSameDevicesAreAnError) {
  const std::string one = with("tables: [{ row: device, columns: { clients: 1.3.9.1.0 } }]\n");
  std::string other = one;
  other.replace(other.find("acme"), 4, "zeta");
  EXPECT_THAT(text(load(one + "---\n" + other).problems), HasSubstr("P009"));
  EXPECT_THAT(text(load(one + "---\n" + one).problems), HasSubstr("P006"));
}

TEST(WirelessMap, LongestPrefixWinsThenSysDescrThenClass) {
  std::vector<WirelessMap> maps(4);
  maps[0].id = "vendor";
  maps[0].sys_object_id = {Oid{1, 3, 9}};
  maps[1].id = "family";
  maps[1].sys_object_id = {Oid{1, 3, 9, 4}};
  maps[2].id = "by-text";
  maps[2].sys_object_id = {Oid{1, 3, 9}};
  maps[2].sys_descr = "Controller";
  maps[3].id = "standard";
  maps[3].device_class = {"access-point"};
  const auto found = [&](const Oid& oid, const char* descr, const char* device_class) {
    const auto* map = find_wireless_map(maps, oid, descr, device_class);
    return map == nullptr ? std::string{} : map->id;
  };
  EXPECT_EQ(found(Oid{1, 3, 9, 1}, "AP", "switch"), "vendor");
  EXPECT_EQ(found(Oid{1, 3, 9, 4, 2}, "Controller", "switch"), "family");
  EXPECT_EQ(found(Oid{1, 3, 9, 1}, "A Controller", "switch"), "by-text");
  EXPECT_EQ(found(Oid{1, 3, 8}, "AP", "access-point"), "standard");
  EXPECT_EQ(found(Oid{1, 3, 8}, "AP", "switch"), "");
}

}  // namespace
}  // namespace market
