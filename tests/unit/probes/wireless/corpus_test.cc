// The shipped maps on recordings of real access points. Each value was read off the recording by
// hand; what a recording does not hold stays empty.
#include <gmock/gmock.h>

#include "recording.h"

namespace market::wireless {
namespace {

using ::testing::ElementsAre;

template <class Get>
auto each(const std::vector<Radio>& radios, Get get) {
  std::vector<decltype(get(radios.front()))> values;
  for (const auto& radio : radios) values.push_back(get(radio));
  return values;
}
std::vector<int> channels(const std::vector<Radio>& radios) {
  return each(radios, [](const Radio& radio) { return radio.channel.value_or(0); });
}
std::vector<std::string> ids(const std::vector<Radio>& radios) {
  return each(radios, [](const Radio& radio) { return radio.id; });
}
std::vector<std::string> names(const std::vector<Ssid>& ssids) {
  std::vector<std::string> values;
  for (const auto& each : ssids) values.push_back(each.ssid);
  return values;
}

TEST(WirelessCorpus, XirrusArrayHasEightRadiosAndNoiseWhereItMeasures) {
  MARKET_FACTS("visible/xirrus_aos");
  EXPECT_EQ(used, "xirrus");
  EXPECT_THAT(ids(facts.radios),
              ElementsAre("iap1", "iap2", "iap3", "iap4", "iap5", "iap6", "iap7", "iap8"));
  EXPECT_THAT(channels(facts.radios), ElementsAre(149, 36, 157, 1, 132, 6, 52, 11));
  EXPECT_EQ(facts.radios[0].noise_dbm, -87);
  EXPECT_EQ(facts.radios[0].band, Band::G5);
  EXPECT_EQ(facts.radios[0].centre_mhz, 5745);
  EXPECT_EQ(facts.radios[3].band, Band::G2);
  EXPECT_FALSE(facts.radios[3].noise_dbm) << "0 dBm is not a measurement";
  EXPECT_EQ(facts.clients.count, 0);
}

TEST(WirelessCorpus, UniFiTellsChannelAndPowerByItsNetworks) {
  MARKET_FACTS("visible/unifi_ukultra");
  EXPECT_EQ(used, "ubiquiti-unifi");
  ASSERT_THAT(ids(facts.radios), ElementsAre("ng", "na"));
  const auto& ng = facts.radios[0];
  EXPECT_EQ(ng.band, Band::G2);
  EXPECT_EQ(ng.channel, 11);
  EXPECT_EQ(ng.centre_mhz, 2462);
  EXPECT_EQ(ng.tx_power_centidbm, 1000);
  EXPECT_DOUBLE_EQ(ng.utilisation.total.value(), 0.13);
  EXPECT_DOUBLE_EQ(ng.utilisation.rx.value(), 0.11);
  EXPECT_DOUBLE_EQ(ng.utilisation.tx.value(), 0.02);
  EXPECT_DOUBLE_EQ(ng.utilisation.other.value(), 0.07);
  EXPECT_EQ(ng.clients, 0);
  EXPECT_EQ(facts.radios[1].band, Band::G5);
  EXPECT_FALSE(facts.radios[1].channel) << "no network, no channel";
  EXPECT_FALSE(facts.radios[1].clients);
  ASSERT_THAT(names(facts.ssids), ElementsAre("myssid"));
  EXPECT_EQ(facts.ssids[0].radio, "ng");
  EXPECT_FALSE(facts.ssids[0].vlan);
}

TEST(WirelessCorpus, OldUniFiAddsUpTheClientsOfItsNetworks) {
  MARKET_FACTS("visible/unifi");
  EXPECT_EQ(used, "ubiquiti-10002");
  ASSERT_THAT(ids(facts.radios), ElementsAre("ng"));
  EXPECT_EQ(facts.radios[0].channel, 11);
  EXPECT_EQ(facts.radios[0].clients, 4) << "0 + 1 + 3 + 0";
  EXPECT_EQ(facts.clients.count, 4);
  EXPECT_THAT(names(facts.ssids), ElementsAre("", "Main SSID", "guest", "Maintenance"));
}

TEST(WirelessCorpus, FortiApHasThreeRadiosOfWhichOneScans) {
  MARKET_FACTS("visible/fortiap_fap831f");
  EXPECT_EQ(used, "fortinet-fortiap");
  EXPECT_THAT(channels(facts.radios), ElementsAre(1, 132, 0));
  EXPECT_EQ(facts.radios[0].tx_power_centidbm, 1200);
  EXPECT_EQ(facts.radios[1].clients, 45) << "CORP 16, GUEST 29, IOT 0";
  EXPECT_FALSE(facts.radios[2].band);
  EXPECT_EQ(facts.clients.count, 48);
  EXPECT_THAT(names(facts.ssids), ElementsAre("GUEST", "IOT", "CORP", "GUEST", "IOT"));
  EXPECT_EQ(facts.ssids[2].radio, "1");
}

TEST(WirelessCorpus, GrandstreamTellsNetworksAndTheApsItIsMasterOf) {
  MARKET_FACTS("visible/grandstream-ap_gwn7660");
  EXPECT_EQ(used, "grandstream-gwn");
  EXPECT_THAT(ids(facts.radios), ElementsAre("wifi0", "wifi1"));
  EXPECT_THAT(channels(facts.radios), ElementsAre(11, 36));
  EXPECT_EQ(facts.radios[1].tx_power_centidbm, 2000);
  ASSERT_EQ(facts.ssids.size(), 8U);
  EXPECT_EQ(facts.ssids[0].ssid, "ssid1");
  EXPECT_EQ(facts.ssids[0].bssid->to_string(), "c0:74:ad:c4:c7:a5");
  EXPECT_FALSE(facts.clients.count) << "not told";
  ASSERT_EQ(facts.access_points.size(), 4U);
  EXPECT_EQ(facts.access_points[0].mac->to_string(), "c0:74:ad:c4:c7:a4");
  EXPECT_EQ(facts.access_points[0].online, true);
}

TEST(WirelessCorpus, LancomSpeaksOfItsRadiosByName) {
  MARKET_FACTS("visible/lcos_oap1700b");
  EXPECT_EQ(used, "lancom-lcos");
  ASSERT_THAT(ids(facts.radios), ElementsAre("WLAN-1", "WLAN-2"));
  EXPECT_THAT(channels(facts.radios), ElementsAre(6, 64));
  EXPECT_EQ(facts.radios[0].noise_dbm, -86);
  EXPECT_EQ(facts.radios[1].noise_dbm, -103);
  EXPECT_DOUBLE_EQ(facts.radios[0].utilisation.total.value(), 0.27);
  EXPECT_EQ(facts.radios[0].tx_power_centidbm, 1200) << "'12 dBm'";
}

TEST(WirelessCorpus, LancomLxHasTheSameTableElsewhere) {
  MARKET_FACTS("visible/lcoslx_lw500");
  EXPECT_EQ(used, "lancom-lcos-lx");
  EXPECT_THAT(channels(facts.radios), ElementsAre(1, 44));
  EXPECT_EQ(facts.radios[1].tx_power_centidbm, 1800);
}

TEST(WirelessCorpus, AerohiveNoiseIsTheOctetOfANegativeNumber) {
  MARKET_FACTS("visible/hiveos-wireless_ap130");
  EXPECT_EQ(used, "aerohive");
  ASSERT_THAT(ids(facts.radios), ElementsAre("wifi0", "wifi1"));
  EXPECT_THAT(channels(facts.radios), ElementsAre(11, 36));
  EXPECT_EQ(facts.radios[0].noise_dbm, -95);
  EXPECT_EQ(facts.radios[0].tx_power_centidbm, 1600);
  EXPECT_EQ(facts.clients.count, 0);
}

TEST(WirelessCorpus, ZyxelCountsClientsByRadio) {
  MARKET_FACTS("visible/zyxelnwa");
  EXPECT_EQ(used, "zyxel-nwa");
  EXPECT_THAT(channels(facts.radios), ElementsAre(4, 124));
  EXPECT_EQ(facts.radios[0].clients, 11);
  EXPECT_EQ(facts.radios[1].clients, 54);
  EXPECT_EQ(facts.clients.count, 65);
}

TEST(WirelessCorpus, AirOsHasAFrequencyBetweenChannels) {
  MARKET_FACTS("fullwalk/network__wifi__ubiquiti-m5");
  EXPECT_EQ(used, "ubiquiti-airos");
  ASSERT_EQ(facts.radios.size(), 1U);
  const auto& radio = facts.radios[0];
  EXPECT_EQ(radio.band, Band::G5);
  EXPECT_FALSE(radio.channel) << "5860 MHz is no channel of 802.11";
  EXPECT_EQ(radio.width_mhz, 40);
  EXPECT_EQ(radio.noise_dbm, -101);
  EXPECT_EQ(radio.tx_power_centidbm, 2700);
  EXPECT_EQ(radio.clients, 1);
  EXPECT_THAT(names(facts.ssids), ElementsAre("patrikeevo"));
  EXPECT_EQ(facts.clients.ids.size(), 1U);
}

TEST(WirelessCorpus, MikroTikTellsFrequencies) {
  MARKET_FACTS("visible/routeros_station");
  EXPECT_EQ(used, "mikrotik");
  ASSERT_EQ(facts.radios.size(), 1U);
  EXPECT_EQ(facts.radios[0].band, Band::G5);
  EXPECT_EQ(facts.radios[0].channel, 149);
  EXPECT_EQ(facts.ssids.at(0).ssid, "pikjo88");
  EXPECT_EQ(facts.ssids.at(0).bssid->to_string(), "00:80:48:70:70:3f");
}

TEST(WirelessCorpus, SixtyGigahertzHasNoChannelOf80211) {
  MARKET_FACTS("visible/routeros_wifi");
  ASSERT_EQ(facts.radios.size(), 1U);
  EXPECT_EQ(facts.radios[0].centre_mhz, 58320);
  EXPECT_FALSE(facts.radios[0].band);
  EXPECT_EQ(facts.ssids.at(0).ssid, "MikroTik-802fc1");
}

TEST(WirelessCorpus, CanopyTellsItsCarrierInKilohertz) {
  MARKET_FACTS("visible/pmp_450i");
  EXPECT_EQ(used, "cambium-pmp");
  ASSERT_EQ(facts.radios.size(), 1U);
  EXPECT_EQ(facts.radios[0].centre_mhz, 3565);
  EXPECT_EQ(facts.radios[0].clients, 34);
}

}  // namespace
}  // namespace market::wireless
