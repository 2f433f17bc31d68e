// The audit: what it calls the same, changed, missing, extra - and what it does not know.
#include "daemon/audit/audit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace market::audit {
namespace {

using reconcile::Desired;
using reconcile::DesiredField;
using reconcile::Observed;

FieldValue text(const char* value) { return std::string{value}; }
FieldValue number(std::int64_t value) { return value; }
DesiredField want(FieldValue value) { return {std::move(value), {"market.yaml", 42, 7}, ""}; }

struct Market {
  Desired desired;
  Observed observed;

  Market() {
    desired["sw-a1"].fields = {{"system.name", want(text("dg-sw-a1"))},
                               {"port[3].pvid", want(number(20))},
                               {"vlan[20].name", want(text("payment"))},
                               {"vlan[20].port[3]", want(text("untagged"))},
                               {"vlan[1].port[3]", want(text("none"))}};
    observed["sw-a1"].reached = true;
    observed["sw-a1"].fields = {
        {"system.name", text("dg-sw-a1")},  {"port[3].pvid", number(20)},
        {"vlan[1].name", text("default")},  {"vlan[1].port[3]", text("none")},
        {"vlan[20].name", text("payment")}, {"vlan[20].port[3]", text("untagged")}};
  }
  FieldMap& seen() { return observed["sw-a1"].fields; }
  [[nodiscard]] AsBuilt audit() const { return compare(desired, observed, {}); }
  [[nodiscard]] Item item(const std::string& field) const {
    for (const auto& item : audit().items) {
      if (item.field == field) return item;
    }
    ADD_FAILURE() << "no item for " << field;
    return {};
  }
};

TEST(Audit, FindsAConvergedSwitchTheSame) {
  const auto as_built = Market{}.audit();
  EXPECT_EQ(as_built.count(Verdict::Same), 5U);
  EXPECT_EQ(as_built.items.size(), 5U);
}

TEST(Audit, MissesAVlanOnABridgePortUnlessTheKernelCannotFilter) {
  Market market;
  market.desired["gw1"].fields = {{"link[eth1].vlan[20]", want(text("tagged"))},
                                  {"link[br].vlan-filtering", want(true)}};
  auto& seen = market.observed["gw1"];
  seen.reached = true;
  seen.fields = {{"link[eth1].up", true}, {"link[br].vlan-filtering", false}};
  EXPECT_EQ(market.item("link[eth1].vlan[20]").verdict, Verdict::Missing);
  EXPECT_EQ(market.item("link[br].vlan-filtering").verdict, Verdict::Changed);
  seen.fields.erase("link[br].vlan-filtering");
  seen.unable["bridge-vlan"] = "this kernel cannot";
  for (const auto* field : {"link[eth1].vlan[20]", "link[br].vlan-filtering"}) {
    EXPECT_EQ(market.item(field).verdict, Verdict::NotVerified) << field;
    EXPECT_EQ(market.item(field).reason, "this kernel cannot");
  }
}

TEST(Audit, SaysWhatChangedAndWhoAskedForIt) {
  Market market;
  market.seen()["port[3].pvid"] = number(1);
  const auto item = market.item("port[3].pvid");
  EXPECT_EQ(item.verdict, Verdict::Changed);
  EXPECT_EQ(item.designed, "20");
  EXPECT_EQ(item.built, "1");
  EXPECT_EQ(item.origin, "market.yaml:42:7");
}

TEST(Audit, CallsAMissingRowAndItsMembersMissing) {
  Market market;
  market.seen().erase("vlan[20].name");
  market.seen().erase("vlan[20].port[3]");
  EXPECT_EQ(market.item("vlan[20].name").verdict, Verdict::Missing);
  EXPECT_EQ(market.item("vlan[20].port[3]").verdict, Verdict::Missing);
}

TEST(Audit, TakesAPortOutOfAVlanThatDoesNotExistAsDesigned) {
  Market market;
  market.seen().erase("vlan[1].name");
  market.seen().erase("vlan[1].port[3]");
  EXPECT_EQ(market.item("vlan[1].port[3]").verdict, Verdict::Same);
}

TEST(Audit, CallsAMemberOfAnExistingVlanChanged) {
  Market market;
  market.seen()["vlan[20].port[3]"] = text("none");
  market.seen()["vlan[1].port[3]"] = text("untagged");
  EXPECT_EQ(market.item("vlan[20].port[3]").verdict, Verdict::Changed);
  EXPECT_EQ(market.item("vlan[1].port[3]").verdict, Verdict::Changed);
}

TEST(Audit, DoesNotVerifyWhatWasNotRead) {
  Market market;
  market.seen().erase("port[3].pvid");
  const auto item = market.item("port[3].pvid");
  EXPECT_EQ(item.verdict, Verdict::NotVerified);
  EXPECT_EQ(item.reason, "this device has no such field");
  EXPECT_EQ(item.built, "");
}

TEST(Audit, DoesNotVerifyAMembershipOfAPortThatIsNotThere) {
  Market market;
  market.desired["sw-a1"].fields["vlan[20].port[48]"] = want(text("untagged"));
  market.desired["sw-a1"].fields["vlan[30].port[48]"] = want(text("none"));
  EXPECT_EQ(market.item("vlan[20].port[48]").verdict, Verdict::NotVerified);
  EXPECT_EQ(market.item("vlan[30].port[48]").verdict, Verdict::NotVerified);
}

TEST(Audit, VerifiesNothingOfASilentDevice) {
  Market market;
  market.observed["sw-a1"].reached = false;
  market.observed["sw-a1"].reason = "no answer within 4500 ms";
  const auto as_built = market.audit();
  EXPECT_EQ(as_built.count(Verdict::NotVerified), 6U);
  EXPECT_EQ(as_built.items.front().field, "");
  for (const auto& item : as_built.items) {
    EXPECT_EQ(item.built, "");
    EXPECT_EQ(item.reason, "no answer within 4500 ms");
  }
}

TEST(Audit, VerifiesNothingOfADeviceThatWasNeverAsked) {
  Market market;
  market.observed.clear();
  EXPECT_EQ(market.audit().count(Verdict::NotVerified), 6U);
  EXPECT_EQ(market.audit().items.front().reason, "not read");
}

TEST(Audit, FindsAVlanThatNobodyDesignedWithItsPorts) {
  Market market;
  market.seen()["vlan[66].name"] = text("cctv-old");
  market.seen()["vlan[66].port[3]"] = text("tagged");
  market.seen()["vlan[66].port[10]"] = text("untagged");
  market.seen()["vlan[66].port[9]"] = text("none");
  const auto as_built = market.audit();
  EXPECT_EQ(as_built.count(Verdict::Extra), 1U);
  EXPECT_EQ(market.item("vlan[66].name").built, "'cctv-old', ports 3 tagged, 10 untagged");
}

TEST(Audit, FindsAPortInAZoneThatTheDesignDoesNotPutThere) {
  Market market;
  market.seen()["vlan[20].port[9]"] = text("tagged");
  market.seen()["vlan[20].port[8]"] = text("none");
  const auto as_built = market.audit();
  EXPECT_EQ(as_built.count(Verdict::Extra), 1U);
  EXPECT_EQ(market.item("vlan[20].port[9]").built, "'tagged'");
}

TEST(Audit, KeepsQuietAboutTheSystemVlanAndThingsTheDesignNeverSpeaksOf) {
  Market market;
  market.seen()["vlan[1].port[9]"] = text("untagged");
  market.seen()["system.contact"] = text("kim");
  market.seen()["port[9].enabled"] = true;
  EXPECT_EQ(market.audit().count(Verdict::Extra), 0U);
  market.desired["gw1"].kind = reconcile::DeviceKind::Gateway;
  market.observed["gw1"].reached = true;
  market.observed["gw1"].fields = {{"link[docker0].kind", text("bridge")},
                                   {"vlan[5].name", text("x")}};
  EXPECT_EQ(market.audit().count(Verdict::Extra), 0U);
}

TEST(Audit, FindsANetworkOnTheAirThatNobodyDesigned) {
  Market market;
  market.desired["ap-a1"].fields["ssid[1].enabled"] = want(true);
  market.observed["ap-a1"].reached = true;
  market.observed["ap-a1"].fields = {{"ssid[1].enabled", true},
                                     {"ssid[4].enabled", true},
                                     {"ssid[4].name", text("setup")},
                                     {"ssid[5].enabled", false}};
  EXPECT_EQ(market.audit().count(Verdict::Extra), 1U);
  EXPECT_EQ(market.item("ssid[4].enabled").built, "SSID 'setup'");
}

TEST(Audit, CallsAnAddressOrALinkThatIsNotThereMissing) {
  Market market;
  market.desired["gw1"].fields = {{"link[br].kind", want(text("bridge"))},
                                  {"link[br].up", want(true)},
                                  {"link[eth1].up", want(true)},
                                  {"link[eth1].master", want(text("br"))},
                                  {"address[br 10.0.0.1/24]", want(true)},
                                  {"route[default]", want(text("via 10.0.0.9 dev eth0"))}};
  market.observed["gw1"].reached = true;
  market.observed["gw1"].fields = {{"link[eth1].up", false},
                                   {"link[eth1].master", text("")},
                                   {"address[br 10.0.0.1/24]", false},
                                   {"route[default]", text("via 10.0.0.8 dev eth0")}};
  EXPECT_EQ(market.item("link[br].kind").verdict, Verdict::Missing);
  EXPECT_EQ(market.item("link[br].up").verdict, Verdict::Missing);
  EXPECT_EQ(market.item("link[eth1].up").verdict, Verdict::Changed);
  EXPECT_EQ(market.item("link[eth1].master").verdict, Verdict::Changed);
  EXPECT_EQ(market.item("address[br 10.0.0.1/24]").verdict, Verdict::Missing);
  EXPECT_EQ(market.item("route[default]").verdict, Verdict::Changed);
}

TEST(Audit, ListsDevicesThatNobodyDesigned) {
  const auto as_built = compare({}, {}, {{"mac:02:00:00:00:0f:01", "router at 10.64.0.99"}});
  ASSERT_EQ(as_built.items.size(), 1U);
  EXPECT_EQ(as_built.items[0].verdict, Verdict::Extra);
  EXPECT_EQ(as_built.items[0].built, "router at 10.64.0.99");
}

TEST(Audit, SortsAsPeopleCount) {
  Market market;
  market.desired["sw-a10"] = market.desired["sw-a1"];
  market.desired["sw-a2"] = market.desired["sw-a1"];
  market.desired["sw-a1"].fields["port[10].pvid"] = want(number(1));
  const auto items = market.audit().items;
  EXPECT_EQ(items.front().field, "port[3].pvid");
  EXPECT_EQ(items[1].field, "port[10].pvid");
  EXPECT_EQ(items.back().device, "sw-a10");
}

AsBuilt sample() {
  Market market;
  market.seen()["port[3].pvid"] = number(1);
  market.seen().erase("vlan[20].name");
  market.seen().erase("vlan[20].port[3]");
  market.desired["sw-b1"] = market.desired["sw-a1"];
  market.observed["sw-b1"].reason = "no answer within 4500 ms";
  auto as_built = compare(market.desired, market.observed, {{"printer", "printer at 10.64.8.9"}});
  as_built.site = "서문시장 1지구 (dg-seomun1)";
  as_built.design_digest = "abc";
  as_built.read_at_ms = 1'767'225'600'000;
  health::MethodReadiness card;
  card.method = "card";
  card.state = health::MethodState::Available;
  health::MethodReadiness onnuri;
  onnuri.method = "onnuri";
  onnuri.state = health::MethodState::Unavailable;
  onnuri.reason = "van-a does not answer";
  as_built.stalls.push_back({"A-101", {card, onnuri}});
  return as_built;
}

TEST(AuditText, HasTheCountsFirstThenWhatIsNotTheSame) {
  EXPECT_EQ(to_text(sample()),
            "준공 대조 As-built audit\n"
            "  현장 site: 서문시장 1지구 (dg-seomun1)\n"
            "  설계 design: abc\n"
            "  판독 read at: 2026-01-01T00:00:00Z\n"
            "\n"
            "항목 items 12: 일치 same 2, 변경 changed 1, 누락 missing 2, 추가 extra 1, "
            "미확인 not-verified 6\n"
            "\n"
            "변경 changed 1\n"
            "  sw-a1 port[3].pvid: 설계 designed 20, 현장 built 1 (market.yaml:42:7)\n"
            "\n"
            "누락 missing 2\n"
            "  sw-a1 vlan[20].name: 설계 designed 'payment' (market.yaml:42:7)\n"
            "  sw-a1 vlan[20].port[3]: 설계 designed 'untagged' (market.yaml:42:7)\n"
            "\n"
            "추가 extra 1\n"
            "  printer: 현장 built printer at 10.64.8.9\n"
            "\n"
            "미확인 not-verified 6\n"
            "  sw-b1: no answer within 4500 ms (5 항목 items)\n"
            "\n"
            "점포별 결제수단 Stalls and payment methods\n"
            "  A-101\n"
            "    card: 가능 available\n"
            "    onnuri: 불가 unavailable: van-a does not answer\n");
}

TEST(AuditText, CountsEveryItemOnce) {
  const auto as_built = sample();
  std::size_t sum = 0;
  for (const auto verdict :
       {Verdict::Same, Verdict::Changed, Verdict::Missing, Verdict::Extra, Verdict::NotVerified}) {
    sum += as_built.count(verdict);
  }
  EXPECT_EQ(sum, as_built.items.size());
}

TEST(AuditText, DoesNotLetADeviceSteerTheTerminal) {
  Market market;
  market.seen()["system.name"] = std::string{"\x1b[2J\xB4\xEB"};
  const auto shown = to_text(market.audit());
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_NE(shown.find("\\x1b[2J\\xb4\\xeb"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::parse(to_json(market.audit()), nullptr, false).is_object());
}

TEST(AuditText, TellsWhoAnswersForWhatAndWhatHasEnded) {
  AsBuilt as_built;
  EXPECT_EQ(to_text(as_built).find("waived"), std::string::npos);
  as_built.waived = {
      {"market.yaml:7:52: waived: D306: ...; waived by 김감리 until 2026-12-31: x", false},
      {"market.yaml:8:52: waived: D306: ...", true}};
  const auto text = to_text(as_built);
  EXPECT_NE(text.find("예외 승인 waived 2\n  market.yaml:7:52: waived: D306"), std::string::npos);
  EXPECT_NE(text.find("\n  기한 지남 ENDED: market.yaml:8:52"), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(as_built));
  EXPECT_EQ(json["waived"][1]["ended"], true);
}

TEST(AuditJson, HasTheSameAsTheText) {
  const auto as_built = sample();
  const auto json = nlohmann::json::parse(to_json(as_built));
  EXPECT_EQ(json["site"], as_built.site);
  EXPECT_EQ(json["design_digest"], "abc");
  EXPECT_EQ(json["read_at_ms"], 1'767'225'600'000);
  EXPECT_EQ(json["counts"]["not-verified"], 6);
  EXPECT_EQ(json["counts"]["same"], 2);
  ASSERT_EQ(json["items"].size(), as_built.items.size());
  EXPECT_EQ(json["items"][0]["device"], "printer");
  EXPECT_EQ(json["items"][1]["verdict"], "changed");
  EXPECT_EQ(json["stalls"][0]["methods"][1]["state"], "unavailable");
  EXPECT_EQ(json["stalls"][0]["methods"][1]["reason"], "van-a does not answer");
}

}  // namespace
}  // namespace market::audit
