// The profiles that are installed: they load, and each real family says what a sysDescr shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/profile/fact.h"
#include "config/profile/profile.h"

namespace market {
namespace {

const ProfileSet& shipped() {
  static const ProfileSet set = [] {
    auto loaded = load_profiles(std::string{MARKET_SOURCE_DIR} + "/config/share/profiles");
    for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.to_string();
    return loaded.profiles.value_or(ProfileSet{});
  }();
  return set;
}

std::string matched(const std::string& oid, const std::string& descr = "") {
  const auto* found = shipped().match(Oid::parse(oid).value(), descr);
  return found == nullptr ? "" : found->id;
}

/// The first fact of this name that a profile finds in sysDescr.
std::string from_descr(const std::string& profile, const std::string& name,
                       const std::string& descr) {
  for (const auto& rule : shipped().find(profile)->facts.at(name)) {
    if (rule.oid != Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}) continue;
    if (const auto fact = fact_in(name, rule, descr)) return *fact;
  }
  return "";
}

TEST(ShippedProfiles, HoldEveryProfileThatOthersRelyOn) {
  for (const auto* id : {"mib2-system", "ifmib", "qbridge-generic", "sim-switch", "sim-ap",
                         "sim-terminal", "net-snmp-host"}) {
    EXPECT_NE(shipped().find(id), nullptr) << id;
  }
}

TEST(ShippedProfiles, TellTheSimulatedDevicesApart) {
  EXPECT_EQ(matched("1.3.6.1.4.1.32473.1.1"), "sim-switch");
  EXPECT_EQ(matched("1.3.6.1.4.1.32473.1.2"), "sim-ap");
  EXPECT_EQ(matched("1.3.6.1.4.1.32473.1.3"), "sim-terminal");
  EXPECT_EQ(matched("1.3.6.1.4.1.8072.3.2.10"), "net-snmp-host");
}

TEST(ShippedProfiles, GiveASwitchEveryFieldOfTheVocabulary) {
  const auto& attributes = shipped().find("sim-switch")->attributes;
  for (const auto* name :
       {"system.name", "system.location", "system.contact", "port.label", "port.enabled",
        "port.poe", "port.poe-priority", "port.pvid", "port.frames", "port.ingress-filter",
        "vlan.name", "vlan.egress", "vlan.untagged", "vlan.forbidden"}) {
    EXPECT_TRUE(attributes.contains(name)) << name;
  }
  EXPECT_EQ(attributes.at("port.pvid").encoding, Encoding::Unsigned32);
  EXPECT_TRUE(shipped().find("sim-switch")->vlan_row_status.has_value());
  EXPECT_TRUE(shipped().find("sim-switch")->save.has_value());
}

TEST(ShippedProfiles, GiveAnApEveryFieldOfTheVocabulary) {
  const auto* ap = shipped().find("sim-ap");
  for (const auto* name :
       {"system.name", "radio.channel", "radio.channel-width", "radio.tx-power", "ssid.name",
        "ssid.vlan", "ssid.security", "ssid.isolate", "ssid.enabled"}) {
    EXPECT_TRUE(ap->attributes.contains(name)) << name;
  }
  EXPECT_EQ(ap->limits.ssid_slots, 8U);
  EXPECT_EQ(ap->attributes.at("radio.tx-power").scale, 100);
}

TEST(ShippedProfiles, WriteNothingToDevicesTheyOnlyRecognise) {
  for (const auto& profile : shipped().all()) {
    if (!profile.position.file.str().ends_with("families.yaml")) continue;
    EXPECT_FALSE(profile.vlan_row_status || profile.save) << profile.id;
    EXPECT_FALSE(profile.vendor.empty()) << profile.id;
  }
}

TEST(ShippedProfiles, RecogniseRealFamilies) {
  EXPECT_EQ(matched("1.3.6.1.4.1.41112", "UAP-nanoHD 5.60.3.12934"), "ubiquiti-ap");
  EXPECT_EQ(matched("1.3.6.1.4.1.11.2.3.7.11.139"), "hpe-procurve");
  EXPECT_EQ(matched("1.3.6.1.4.1.11.2.3.9.1", "HP ETHERNET MULTI-ENVIRONMENT"), "");
  EXPECT_EQ(matched("1.3.6.1.4.1.9.1.1208", "Cisco IOS Software, C2960X Software"), "cisco-switch");
  EXPECT_EQ(matched("1.3.6.1.4.1.9.1.1017", "Cisco IOS XR Software (Cisco ASR9K Series)"), "cisco");
  EXPECT_EQ(matched("1.3.6.1.4.1.9.6.1.1004.28.5", "CBS350-24P-4G"), "cisco-switch-families");
  EXPECT_EQ(matched("1.3.6.1.4.1.14988.1", "RouterOS CRS317-1G-16S+"), "mikrotik-switch");
  EXPECT_EQ(matched("1.3.6.1.4.1.14988.1", "RouterOS RB951G-2HnD"), "mikrotik");
  EXPECT_EQ(matched("1.3.6.1.4.1.6296.1.2.5.12"), "dasan");
  EXPECT_EQ(matched("1.3.6.1.4.1.36141.1"), "ubiquoss");
  EXPECT_EQ(matched("1.3.6.1.4.1.31859.1"), "hfr");
  EXPECT_EQ(matched("1.3.6.1.4.1.20140.1"), "davolink");
  EXPECT_EQ(matched("1.3.6.1.4.1.12874.1"), "efm-iptime");
  EXPECT_EQ(matched("1.3.6.1.4.1.25053.3.1.4.1"), "ruckus");
  EXPECT_EQ(matched("1.3.6.1.4.1.11863.5.34"), "tp-link");
  EXPECT_EQ(matched("1.3.6.1.4.1.318.1.3.27"), "apc");
}

TEST(ShippedProfiles, ReadFactsFromSysDescr) {
  const std::string dasan = "V5812G NOS 6.07p1/00:d0:cb:f5:b9:8b";
  EXPECT_EQ(from_descr("dasan", "model", dasan), "V5812G");
  EXPECT_EQ(from_descr("dasan", "firmware", dasan), "6.07p1");
  EXPECT_EQ(from_descr("dasan", "mac", dasan), "00:d0:cb:f5:b9:8b");
  const std::string hp = "HP J9775A 2530-48G Switch, revision YA.16.11.0014, ROM YA.15.22";
  EXPECT_EQ(from_descr("hpe-procurve", "model", hp), "J9775A");
  EXPECT_EQ(from_descr("hpe-procurve", "firmware", hp), "YA.16.11.0014");
  EXPECT_EQ(from_descr("mikrotik-switch", "model", "RouterOS CRS317-1G-16S+"), "CRS317-1G-16S+");
  EXPECT_EQ(from_descr("cisco", "firmware", "IOS, Version 15.0(2a)EX5, RELEASE"), "15.0(2a)EX5");
  EXPECT_EQ(from_descr("apc", "serial", "APC (AF1:v7.0.8 SN: ZA1815031283 MD:04)"), "ZA1815031283");
}

TEST(ShippedProfiles, CallMakersByTheirBrand) {
  const auto maker = [](std::uint32_t enterprise) {
    const auto* vendor = shipped().knowledge().by_enterprise(enterprise);
    return vendor == nullptr ? "" : vendor->name;
  };
  EXPECT_EQ(maker(36), "HPE");     // once DEC
  EXPECT_EQ(maker(42), "Oracle");  // once Sun
  EXPECT_EQ(maker(5504), "DZS");   // once Zhone
  EXPECT_EQ(maker(12874), "ipTIME");
  EXPECT_EQ(maker(37425), "Ericsson-LG");
  EXPECT_EQ(maker(9560), "SECUI");
}

/// The first OID of each of the maker's objects for this fact.
std::vector<std::string> places_of(const std::string& maker, const std::string& fact) {
  std::vector<std::string> places;
  for (const auto& objects : shipped().knowledge().objects) {
    const auto rules = objects.facts.find(fact);
    if (objects.maker != maker || rules == objects.facts.end()) continue;
    for (const auto& rule : rules->second) places.push_back(rule.oid.to_string());
  }
  return places;
}

TEST(ShippedProfiles, KnowWhereMakersWriteSerials) {
  using testing::Contains;
  EXPECT_THAT(places_of("DASAN", "serial"), Contains("1.3.6.1.4.1.6296.101.1.1.1.2.0"));
  EXPECT_THAT(places_of("Ruijie", "serial"), Contains("1.3.6.1.4.1.4881.1.1.10.2.1.1.24.0"));
  EXPECT_THAT(places_of("Dahua", "serial"), Contains("1.3.6.1.4.1.1004849.2.1.2.4.0"));
  EXPECT_THAT(places_of("Aruba", "serial"), Contains("1.3.6.1.4.1.14823.2.2.1.2.1.29.0"));
}

TEST(ShippedProfiles, NameObjectsOfMakersThatAreKnown) {
  const auto& knowledge = shipped().knowledge();
  for (const auto& objects : knowledge.objects) {
    const auto known =
        std::any_of(knowledge.vendors.begin(), knowledge.vendors.end(),
                    [&](const Vendor& vendor) { return vendor.name == objects.maker; });
    EXPECT_TRUE(known) << objects.maker;
  }
}

TEST(ShippedProfiles, NameCatalystsBySysObjectId) {
  const auto& products = shipped().knowledge().products;
  EXPECT_EQ(products.at(Oid{1, 3, 6, 1, 4, 1, 9, 1, 717}), "catalyst296048TT");
}

}  // namespace
}  // namespace market
