// The shipped maps on recordings of controllers: they give their access points.
#include <gmock/gmock.h>

#include <set>

#include "recording.h"

namespace market::wireless {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

std::vector<std::string> names(const std::vector<AccessPoint>& points) {
  std::vector<std::string> values;
  for (const auto& each : points) values.push_back(each.name);
  return values;
}

/// Rows of a recording below `column`.
std::size_t count_below(const std::vector<snmp::VarBind>& rows, const Oid& column) {
  std::size_t count = 0;
  for (const auto& each : rows) count += each.oid.starts_with(column) ? 1U : 0U;
  return count;
}

TEST(WirelessCorpus, ArubaInstantAnswersForItsCluster) {
  MARKET_FACTS("visible/aruba-instant_105");
  EXPECT_EQ(used, "aruba-instant");
  EXPECT_TRUE(facts.radios.empty());
  ASSERT_THAT(names(facts.access_points), ElementsAre("24:de:c6:c3:50:a4", "24:de:c6:c3:52:da"));
  const auto& first = facts.access_points[0];
  EXPECT_EQ(first.serial, "BT0489813");
  EXPECT_EQ(first.model, "105");
  EXPECT_EQ(first.address->to_string(), "10.4.1.27");
  EXPECT_EQ(first.mac->to_string(), "24:de:c6:c3:50:a4");
  EXPECT_EQ(first.online, true);
  ASSERT_EQ(first.radios.size(), 2U);
  EXPECT_EQ(first.radios[0].channel, 132) << "388 is 132 and a width";
  EXPECT_EQ(first.radios[1].channel, 1);
  EXPECT_EQ(first.radios[0].noise_dbm, -93);
  EXPECT_EQ(first.radios[0].tx_power_centidbm, 2200);
  EXPECT_DOUBLE_EQ(first.radios[1].utilisation.total.value(), 0.21);
  ASSERT_EQ(first.ssids.size(), 2U);
  EXPECT_EQ(first.ssids[0].ssid, "instant-test");
  EXPECT_EQ(first.ssids[0].bssid->to_string(), "24:de:c6:b5:0a:48");
}

TEST(WirelessCorpus, ArubaControllerGivesApsRadiosNetworksAndClients) {
  MARKET_FACTS("fullwalk/network__wifi__aruba-7010");
  EXPECT_EQ(used, "aruba-controller");
  EXPECT_THAT(names(facts.access_points), ElementsAre("Test-H", "WRD-ES", "WRD-EN", "WRD-WS-1"));
  const auto& first = facts.access_points.at(0);
  EXPECT_EQ(first.mac->to_string(), "18:64:72:c8:32:0e");
  EXPECT_EQ(first.address->to_string(), "10.123.31.253");
  EXPECT_EQ(first.model, "225");
  ASSERT_EQ(first.radios.size(), 2U);
  EXPECT_EQ(first.radios[0].band, Band::G5);
  EXPECT_EQ(first.radios[0].channel, 149);
  EXPECT_EQ(first.radios[1].band, Band::G2);
  EXPECT_EQ(first.radios[1].channel, 11);
  ASSERT_EQ(first.ssids.size(), 8U);
  EXPECT_EQ(first.ssids[0].ssid, "DHCP-Test-15");
  EXPECT_EQ(first.ssids[0].radio, "1");
  EXPECT_EQ(first.ssids[0].bssid->to_string(), "18:64:72:03:20:f0");
}

TEST(WirelessCorpus, CiscoControllerGivesLevelsAsDbm) {
  MARKET_FACTS("visible/ciscowlc_cbw240ac");
  EXPECT_EQ(used, "cisco-wlc");
  EXPECT_THAT(names(facts.access_points), ElementsAre("ap1", "ap2", "ap3", "ap4"));
  std::int64_t sum = 0;
  for (const auto& point : facts.access_points) {
    ASSERT_EQ(point.radios.size(), 2U);
    EXPECT_EQ(point.radios[0].band, Band::G2);
    EXPECT_EQ(point.radios[0].channel, 1);
    EXPECT_EQ(point.radios[1].channel, 36);
    sum += point.clients.count.value();
  }
  EXPECT_EQ(facts.clients.count, sum);
  const auto& first = facts.access_points[0];
  EXPECT_EQ(first.radios[0].tx_power_centidbm, 1600) << "level 1 of 16,13,10,7,4,1,-1";
  EXPECT_DOUBLE_EQ(first.radios[0].utilisation.total.value(), 0.10);
  EXPECT_DOUBLE_EQ(first.radios[1].utilisation.total.value(), 0.19);
  EXPECT_EQ(first.radios[1].clients, 1);
  ASSERT_EQ(facts.ssids.size(), 5U);
  EXPECT_EQ(facts.ssids[1].ssid, "ssid1");
  EXPECT_EQ(facts.ssids[1].clients, 23);
}

TEST(WirelessCorpus, HuaweiControllerGivesItsAp) {
  MARKET_FACTS("visible/vrp_ac6605-26");
  EXPECT_EQ(used, "huawei-ac");
  ASSERT_THAT(names(facts.access_points), ElementsAre("TestAP-NAME"));
  const auto& point = facts.access_points[0];
  EXPECT_EQ(point.serial, "2102350PKF10J1000078");
  EXPECT_EQ(point.model, "AP7050DN-E");
  EXPECT_EQ(point.mac->to_string(), "50:6f:77:ea:dc:a0");
  ASSERT_EQ(point.radios.size(), 2U);
  EXPECT_EQ(point.radios[0].channel, 6);
  EXPECT_EQ(point.radios[1].channel, 40);
  EXPECT_EQ(point.radios[1].band, Band::G5);
  EXPECT_DOUBLE_EQ(point.radios[0].utilisation.total.value(), 0.07);
  EXPECT_DOUBLE_EQ(point.radios[0].utilisation.other.value(), 0.01);
  EXPECT_EQ(point.radios[1].tx_power_centidbm, 2300);
  ASSERT_EQ(point.ssids.size(), 6U);
  EXPECT_EQ(point.ssids[2].ssid, "acme_Guest_Test");
  EXPECT_EQ(point.ssids[5].bssid->to_string(), "50:6f:77:ea:dc:b2");
  EXPECT_EQ(point.clients.count, 0);
}

TEST(WirelessCorpus, HuaweiRouterHasARadioWithoutABandOrSerial) {
  MARKET_FACTS("visible/vrp_ar169fgwl");
  ASSERT_THAT(names(facts.access_points), ElementsAre("ap-0"));
  EXPECT_EQ(facts.access_points[0].serial, "") << "0xff is no serial";
  EXPECT_EQ(facts.access_points[0].radios.at(0).channel, 6);
  EXPECT_EQ(facts.access_points[0].radios.at(0).band, Band::G2);
}

TEST(WirelessCorpus, CountsTheClientsOfAnArubaControllerByTheirRows) {
  MARKET_FACTS("fullwalk/network__wifi__aruba-7010");
  // Only wlanStaIsAssociated and one more column were recorded: no BSSID, so no AP either.
  const Oid associated{1, 3, 6, 1, 4, 1, 14823, 2, 2, 1, 5, 2, 2, 1, 1, 5};
  EXPECT_EQ(count_below(*rows, associated), 37U);
  EXPECT_FALSE(facts.clients.count) << "no column of the map was recorded";
}

/// Whatever is recorded: a channel is a channel, a ratio a ratio, and nothing is cut off.
TEST(WirelessCorpus, EveryRecordingGivesOnlyPlausibleFacts) {
  std::size_t read = 0;
  std::set<std::string> maps;
  const auto check = [](const Radio& radio) {
    if (radio.channel) {
      EXPECT_TRUE(radio.band && is_channel(*radio.band, *radio.channel));
    }
    if (radio.noise_dbm) {
      EXPECT_LT(*radio.noise_dbm, -50);
    }
    for (const auto& ratio : {radio.utilisation.total, radio.utilisation.tx, radio.utilisation.rx,
                              radio.utilisation.other, radio.retries}) {
      if (ratio) {
        EXPECT_TRUE(*ratio >= 0 && *ratio <= 1) << *ratio;
      }
    }
  };
  for (const auto* file :
       {"airos-af", "airos-af60_v3.4", "allied-tq", "altalabs-ap", "aruba-instant_635", "cnpilote",
        "cnwave60", "dlinkap_1", "ewc", "fortigate_500d", "hiveos-wireless_1", "lcos_oap-321",
        "hiveos-wireless_320-n", "juniper-mss", "merakimr", "ptp600", "unifi_560", "wis-bridge",
        "zyxelwlc_nxc2500"}) {
    const auto rows = recording(std::string{"visible/"} + file);
    if (!rows) GTEST_SKIP() << "../shared/corpus is not here: " << file << " was not read";
    std::string used;
    const auto facts = facts_of(*rows, used);
    maps.insert(used);
    for (const auto& radio : facts.radios) check(radio);
    for (const auto& point : facts.access_points) {
      for (const auto& radio : point.radios) check(radio);
    }
    EXPECT_FALSE(facts.truncated) << file;
    ++read;
  }
  EXPECT_EQ(read, 19U);
  EXPECT_THAT(maps, Contains("ieee802dot11"));
}

}  // namespace
}  // namespace market::wireless
