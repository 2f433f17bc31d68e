// probes/wireless/decode: rows become the model, and nothing a device says breaks it.
#include "probes/wireless/decode.h"

#include <gmock/gmock.h>

#include "recording.h"

namespace market::wireless {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const WirelessMap& map(const std::string& id) {
  for (const auto& each : shipped().wireless_maps_) {
    if (each.id == id) return each;
  }
  ADD_FAILURE() << "no map " << id;
  static const WirelessMap none;
  return none;
}

std::vector<snmp::VarBind> rows(const std::vector<std::string>& lines) {
  std::vector<snmp::VarBind> result;
  for (const auto& line : lines) result.push_back(row(line));
  return result;
}

TEST(WirelessOf, AgentThatTellsNothingHasNoFacts) {
  for (const auto& each : shipped().wireless_maps_) {
    EXPECT_TRUE(wireless_of(each, {}, "key").empty()) << each.id;
  }
}

TEST(WirelessOf, StandardMibPicksThePowerOfTheLevel) {
  const auto facts = wireless_of(
      map("ieee802dot11"),
      rows({"1.3.6.1.2.1.31.1.1.1.1.1|4|eth0", "1.3.6.1.2.1.31.1.1.1.1.7|4|wlan0",
            "1.2.840.10036.4.5.1.1.7|2|6", "1.2.840.10036.4.3.1.10.7|2|2",
            "1.2.840.10036.4.3.1.2.7|2|100", "1.2.840.10036.4.3.1.3.7|2|50",
            "1.2.840.10036.2.2.1.13.7|65|1000", "1.2.840.10036.2.2.1.4.7|65|40",
            "1.2.840.10036.1.1.1.9.7|4|시장 와이파이", "1.2.840.10036.2.1.1.1.7|4x|0200000000a1"}),
      "key");
  ASSERT_EQ(facts.radios.size(), 1U) << "eth0 has a name and no radio";
  const auto& radio = facts.radios[0];
  EXPECT_EQ(radio.id, "wlan0");
  EXPECT_EQ(radio.channel, 6);
  EXPECT_EQ(radio.tx_power_centidbm, 1699) << "50 mW";
  EXPECT_EQ(radio.tx_frames, 1000U);
  EXPECT_EQ(radio.tx_retries, 40U);
  EXPECT_FALSE(radio.clients);
  ASSERT_EQ(facts.ssids.size(), 1U);
  EXPECT_EQ(facts.ssids[0].ssid, "시장 와이파이");
  EXPECT_EQ(facts.ssids[0].radio, "wlan0");
  EXPECT_EQ(facts.ssids[0].bssid->to_string(), "02:00:00:00:00:a1");
  EXPECT_FALSE(facts.clients.count) << "not told is not zero";
}

TEST(WirelessOf, ClientsAreCountedWhereTheyAreAndTheirMacsStayInside) {
  const std::string ap = "36.222.198.195.80.164";
  const auto facts =
      wireless_of(map("aruba-controller"),
                  rows({"1.3.6.1.4.1.14823.2.2.1.5.2.1.4.1.3." + ap + "|4|ap-a1",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.1.5.1.3." + ap + ".1|2|36",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.1.5.1.3." + ap + ".2|2|6",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.1.7.1.2." + ap + ".1.2.0.0.0.0.36|4|pay",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.1.7.1.2." + ap + ".2.2.0.0.0.0.6|4|pay",
                        "1.3.6.1.4.1.14823.2.2.1.5.3.1.6.1.9." + ap + ".1|2|92",
                        "1.3.6.1.4.1.14823.2.2.1.5.3.1.6.1.9." + ap + ".2|2|0",
                        "1.3.6.1.4.1.14823.2.2.1.5.3.1.6.1.12." + ap + ".1|2|14",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.1.5.1.17." + ap + ".1|2|180",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.2.1.1.2.2.17.34.51.68.85|4x|020000000024",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.2.1.1.2.2.17.34.51.68.86|4x|020000000024",
                        "1.3.6.1.4.1.14823.2.2.1.5.2.2.1.1.2.2.17.34.51.68.87|4x|020000000006"}),
                  "key");
  ASSERT_EQ(facts.access_points.size(), 1U);
  const auto& point = facts.access_points[0];
  EXPECT_EQ(point.radios[0].clients, 2);
  EXPECT_EQ(point.radios[1].clients, 1);
  EXPECT_EQ(point.ssids[0].clients, 2);
  EXPECT_EQ(point.radios[0].noise_dbm, -92);
  EXPECT_FALSE(point.radios[1].noise_dbm) << "0 = not reported";
  EXPECT_DOUBLE_EQ(point.radios[0].retries.value(), 0.14);
  EXPECT_EQ(point.radios[0].tx_power_centidbm, 1800);
  EXPECT_EQ(facts.clients.count, 3);
  ASSERT_EQ(facts.clients.ids.size(), 3U);
  for (const auto& id : facts.clients.ids) {
    EXPECT_EQ(id.size(), 16U);
    EXPECT_EQ(id.find("1122"), std::string::npos);
  }
}

TEST(WirelessOf, WithoutAKeyClientsAreOnlyCounted) {
  const auto facts =
      wireless_of(map("mikrotik"),
                  rows({"1.3.6.1.4.1.14988.1.1.1.3.1.7.2|2|2437",
                        "1.3.6.1.4.1.14988.1.1.1.2.1.1.2.0.0.0.0.1.2|4x|020000000001",
                        "1.3.6.1.4.1.14988.1.1.1.2.1.1.2.0.0.0.0.2.2|4x|020000000002"}),
                  "");
  EXPECT_EQ(facts.radios.at(0).clients, 2);
  EXPECT_EQ(facts.clients.count, 2);
  EXPECT_THAT(facts.clients.ids, IsEmpty());
}

TEST(WirelessOf, NoiseOfAChannelIsTheRadiosOnlyOnThatChannel) {
  const std::string ap = "2.0.0.0.0.1";
  const auto facts = wireless_of(map("cisco-wlc"),
                                 rows({"1.3.6.1.4.1.14179.2.2.2.1.2." + ap + ".0|2|1",
                                       "1.3.6.1.4.1.14179.2.2.2.1.4." + ap + ".0|2|6",
                                       "1.3.6.1.4.1.14179.2.2.15.1.21." + ap + ".0.1|2|-80",
                                       "1.3.6.1.4.1.14179.2.2.15.1.21." + ap + ".0.6|2|-91",
                                       "1.3.6.1.4.1.14179.2.2.15.1.21." + ap + ".0.11|2|-70"}),
                                 "");
  EXPECT_EQ(facts.access_points.at(0).radios.at(0).noise_dbm, -91);
}

TEST(WirelessOf, ZoneDirectorNetworksFindTheirApsAndRetriesAreRatios) {
  const std::string ap = "2.0.0.0.0.1";
  const std::string zd = "1.3.6.1.4.1.25053.1.2.2.1.1.";
  const auto facts = wireless_of(
      map("ruckus-zonedirector"),
      rows({zd + "2.1.1.2." + ap + "|4|gate", zd + "2.1.1.3." + ap + "|2|1",
            zd + "2.2.1.3." + ap + ".1|2|4", zd + "2.2.1.4." + ap + ".1|66|44",
            zd + "2.2.1.21." + ap + ".1|66|1250", zd + "2.2.1.40." + ap + ".1|66|37",
            zd + "2.3.1.2.2.0.0.0.0.9|4x|020000000001", zd + "2.3.1.3.2.0.0.0.0.9|4|pay",
            zd + "1.1.1.1.1|4|pay", zd + "1.1.1.7.1|2|30", zd + "1.1.1.12.1|66|5"}),
      "");
  ASSERT_EQ(facts.access_points.size(), 1U);
  const auto& point = facts.access_points[0];
  EXPECT_EQ(point.name, "gate");
  EXPECT_EQ(point.radios.at(0).channel, 44);
  EXPECT_DOUBLE_EQ(point.radios.at(0).retries.value(), 0.125);
  EXPECT_DOUBLE_EQ(point.radios.at(0).utilisation.total.value(), 0.37);
  EXPECT_EQ(point.ssids.at(0).ssid, "pay");
  EXPECT_EQ(facts.ssids.at(0).vlan->number(), 30U);
  EXPECT_EQ(facts.ssids.at(0).clients, 5);
}

TEST(WirelessOf, FortiGateApsAreKnownByTheirSerial) {
  const std::string wtp = ".1.4.70.80.50.49";  // VDOM 1, "FP21"
  const std::string gate = "1.3.6.1.4.1.12356.101.14.";
  const auto facts =
      wireless_of(map("fortinet-fortigate"),
                  rows({gate + "4.4.1.3" + wtp + "|4x|0a010203", gate + "4.4.1.7" + wtp + "|2|2",
                        gate + "4.4.1.17" + wtp + "|66|9", gate + "2.7.0|66|11"}),
                  "");
  ASSERT_EQ(facts.access_points.size(), 1U);
  EXPECT_EQ(facts.access_points[0].name, "FP21");
  EXPECT_EQ(facts.access_points[0].address->to_string(), "10.1.2.3");
  EXPECT_EQ(facts.access_points[0].online, true);
  EXPECT_EQ(facts.access_points[0].clients.count, 9);
  EXPECT_EQ(facts.clients.count, 11) << "as the controller says";
}

TEST(WirelessOf, WhatIsNotPlausibleIsNotTold) {
  const std::string base = "1.3.6.1.4.1.2356.11.1.3.57.1.";
  const std::string name = ".1.65";
  const auto facts =
      wireless_of(map("lancom-lcos"),
                  rows({base + "3" + name + "|2|999", base + "5" + name + "|2|0",
                        base + "6" + name + "|2|300", base + "7" + name + "|4|full"}),
                  "");
  ASSERT_EQ(facts.radios.size(), 1U);
  EXPECT_FALSE(facts.radios[0].channel);
  EXPECT_FALSE(facts.radios[0].band);
  EXPECT_FALSE(facts.radios[0].noise_dbm);
  EXPECT_FALSE(facts.radios[0].utilisation.total);
  EXPECT_FALSE(facts.radios[0].tx_power_centidbm);
}

TEST(WirelessOf, IndexesThatDoNotFitArePassedOver) {
  const std::string base = "1.3.6.1.4.1.2356.11.1.3.57.1.3";
  const auto facts = wireless_of(map("lancom-lcos"),
                                 rows({base + ".200.65|2|6",          // a length beyond the end
                                       base + ".4294967295.65|2|6",   // and one that overflows
                                       base + ".1.65.66|2|6",         // arcs left over
                                       base + ".0|2|6",               // no name at all
                                       base + ".2.4294967295.7|2|6",  // arcs that are no octets
                                       base + ".1.66|2|11"}),
                                 "");
  ASSERT_EQ(facts.radios.size(), 1U);
  EXPECT_EQ(facts.radios.back().channel, 11);
  for (const auto& radio : facts.radios) EXPECT_THAT(radio.id, Not(IsEmpty()));
}

TEST(WirelessOf, EndlessTablesAreCutAndSaidSo) {
  std::vector<snmp::VarBind> many;
  const Oid channel{1, 3, 6, 1, 4, 1, 21013, 1, 2, 24, 7, 1, 3};
  for (std::uint32_t i = 1; i <= 6000; ++i) many.push_back({channel.child(i), snmp::Integer{6}});
  const auto facts = wireless_of(map("xirrus"), many, "");
  EXPECT_EQ(facts.radios.size(), kMaxRadios);
  EXPECT_TRUE(facts.truncated);

  many.clear();
  const Oid name{1, 3, 6, 1, 4, 1, 14179, 2, 2, 1, 1, 3};
  for (std::uint32_t i = 0; i < 3000; ++i) {
    many.push_back({name.child(Oid{2, 0, 0, 0, i / 256, i % 256}), snmp::Octets{"ap"}});
  }
  const auto controller = wireless_of(map("cisco-wlc"), many, "");
  EXPECT_LE(controller.access_points.size(), kMaxAccessPoints);
  EXPECT_TRUE(controller.truncated);
}

TEST(WirelessOf, ValuesOfTheWrongTypeAreHarmless) {
  for (const auto& each : shipped().wireless_maps_) {
    std::vector<snmp::VarBind> odd;
    const std::vector<snmp::Value> values{snmp::Octets{std::string(5000, '9')},
                                          snmp::Octets{std::string("\xff\x00\x01", 3)},
                                          snmp::Octets{""},
                                          snmp::Counter64{0xffffffffffffffffULL},
                                          snmp::Integer{-2147483647 - 1},
                                          Oid{1, 3},
                                          snmp::Null{},
                                          snmp::NoSuchInstance{},
                                          IpAddress::v4(0)};
    std::uint32_t arc = 0;
    for (const auto& column : each.columns()) {
      for (const auto& value : values) {
        odd.push_back({column.child(++arc % 7), value});
        odd.push_back({column.child(Oid{2, 0, 0, 0, 0, 1, arc % 5}), value});
        odd.push_back({column, value});
      }
    }
    const auto facts = wireless_of(each, odd, "key");
    for (const auto& radio : facts.radios) {
      if (radio.channel) {
        EXPECT_TRUE(is_channel(*radio.band, *radio.channel)) << each.id;
      }
    }
  }
}

TEST(WirelessMaps, EachHasATest) {
  std::vector<std::string> ids;
  for (const auto& each : shipped().wireless_maps_) ids.push_back(each.id);
  EXPECT_THAT(ids, ElementsAre("aerohive", "aruba-controller", "aruba-instant", "cambium-cnpilot",
                               "cambium-pmp", "cisco-wlc", "fortinet-fortiap", "fortinet-fortigate",
                               "grandstream-gwn", "huawei-ac", "ieee802dot11", "lancom-lcos",
                               "lancom-lcos-lx", "mikrotik", "ruckus-ap", "ruckus-smartzone",
                               "ruckus-zonedirector", "ubiquiti-10002", "ubiquiti-airos",
                               "ubiquiti-unifi", "xirrus", "zyxel-nwa"));
}

TEST(WirelessMaps, RuckusAndCambiumGiveWhatTheirRowsSay) {
  const auto ruckus = wireless_of(map("ruckus-ap"),
                                  rows({"1.3.6.1.4.1.25053.1.1.12.1.1.1.2.1.4.1|2|11",
                                        "1.3.6.1.4.1.25053.1.1.12.1.1.1.3.1.2.1|65|7",
                                        "1.3.6.1.4.1.25053.1.1.12.1.1.1.3.1.15.1|66|42",
                                        "1.3.6.1.4.1.25053.1.1.6.1.1.1.1.1.1.9|4|pay"}),
                                  "");
  EXPECT_EQ(ruckus.radios.at(0).clients, 7);
  EXPECT_DOUBLE_EQ(ruckus.radios.at(0).utilisation.total.value(), 0.42);
  EXPECT_EQ(ruckus.ssids.at(0).ssid, "pay");
  const auto zone =
      wireless_of(map("ruckus-smartzone"),
                  rows({"1.3.6.1.4.1.25053.1.4.2.1.1.2.2.1.5.2.0.0.0.0.1|4|ap-1",
                        "1.3.6.1.4.1.25053.1.4.2.1.1.2.2.1.15.2.0.0.0.0.1|66|3",
                        "1.3.6.1.4.1.25053.1.4.2.1.1.2.2.1.16.2.0.0.0.0.1|4|Connect"}),
                  "");
  EXPECT_EQ(zone.access_points.at(0).online, true);
  EXPECT_EQ(zone.clients.count, 3);
  const auto cambium = wireless_of(
      map("cambium-cnpilot"),
      rows({"1.3.6.1.4.1.17713.22.1.2.1.3.0|4|2.4GHz", "1.3.6.1.4.1.17713.22.1.2.1.3.1|4|5GHz",
            "1.3.6.1.4.1.17713.22.1.2.1.6.0|4|6", "1.3.6.1.4.1.17713.22.1.2.1.6.1|4|149",
            "1.3.6.1.4.1.17713.22.1.2.1.7.1|4|80MHz", "1.3.6.1.4.1.17713.22.1.2.1.8.1|2|23"}),
      "");
  EXPECT_EQ(cambium.radios.at(0).channel, 6);
  EXPECT_EQ(cambium.radios.at(1).width_mhz, 80);
  EXPECT_EQ(cambium.radios.at(1).centre_mhz, 5775);
  EXPECT_EQ(cambium.radios.at(1).tx_power_centidbm, 2300);
}

}  // namespace
}  // namespace market::wireless
