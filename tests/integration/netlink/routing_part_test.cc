// Rules that choose a table of routes, in a real kernel; iproute2 tells what is there, and which
// way a packet would take.
#include "probes/device/routing_part.h"

#include <gmock/gmock.h>

#include "probes/device/kernel_part.h"
#include "tests/integration/netlink/sandbox.h"

namespace market::device {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FieldValue text(const char* value) { return FieldValue{std::string{value}}; }

const std::string kAll = "route-rule[all]", kPayment = "route-rule[from 10.64.4.0/23]",
                  kVan = "route-rule[from 10.64.4.0/23 to 203.0.113.0/24]";

class RoutingPartTest : public netlink::SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (!kernel_) return;  // skipped
    std::vector<std::unique_ptr<GatewayPart>> parts;
    parts.push_back(make_kernel_part(*kernel_, "marketd:test"));
    parts.push_back(make_routing_part(*kernel_));
    driver_ = make_gateway_driver(std::move(parts));
    add_pair("va0", "vb0");
    add_pair("va1", "vb1");
    for (const auto* link : {"va0", "vb0", "va1", "vb1"})
      ip("link set " + std::string{link} + " up");
    ip("addr add 198.18.0.2/28 dev va0");
    ip("addr add 10.64.4.1/23 dev va1");
    ip("addr add 10.64.8.1/23 dev va1");
    ASSERT_TRUE(kernel_->set_forwarding("va1", true));
  }
  std::string write(const std::vector<FieldChange>& changes) {
    const auto outcome = driver_->write(changes);
    if (std::holds_alternative<Written>(outcome)) return "";
    return std::get<WriteRefused>(outcome).reason;
  }
  FieldMap fields() {
    auto seen = driver_->observe();
    EXPECT_TRUE(seen) << seen.error().message;
    return seen ? seen->fields : FieldMap{};
  }
  bool is_ours(const std::string& field) { return driver_->observe()->ours.contains(field); }
  /// The next router for a packet of that shop to that address.
  static std::string way(const std::string& from, const std::string& to) {
    const auto found = ip_json("route get " + to + " from " + from + " iif va1");
    return found.at(0).value("gateway", "on link");
  }
  /// "15001 10.64.4.0/23 203.0.113.0/24 20 150", without the kernel's own.
  static std::vector<std::string> rules() {
    std::vector<std::string> lines;
    for (const auto& rule : ip_json("rule show")) {
      const auto prefix = [&](const std::string& key) {
        if (!rule.contains(key)) return std::string{"all"};
        const auto length = rule.contains(key + "len") ? rule[key + "len"].dump() : "32";
        const auto address = rule[key].get<std::string>();
        return address == "all" ? address : address + "/" + length;
      };
      if (rule["priority"] == 0 || rule["priority"] >= 32766) continue;
      lines.push_back(rule["priority"].dump() + " " + prefix("src") + " " + prefix("dst") + " " +
                      rule["table"].get<std::string>() + " " + rule.value("protocol", "-") +
                      (rule.contains("suppress_prefixlen") ? " suppress" : ""));
    }
    return lines;
  }

  const std::vector<FieldChange> changes_{
      {"route[default]", Absent{}, text("via 198.18.0.1 dev va0")},
      {"route[default table 20]", Absent{}, text("via 198.18.0.9 dev va0")},
      {kAll, Absent{}, text("priority 15000 table main suppress-default")},
      {kPayment, Absent{}, text("priority 15001 table 20")},
  };
  std::unique_ptr<Driver> driver_;
};

TEST_F(RoutingPartTest, SendsTheShopsOfAZoneByAnotherRouterAndNobodyElse) {
  ASSERT_EQ(write(changes_), "");
  EXPECT_THAT(rules(),
              ElementsAre("15000 all all main 150 suppress", "15001 10.64.4.0/23 all 20 150"));
  EXPECT_EQ(way("10.64.4.9", "203.0.113.9"), "198.18.0.9");
  EXPECT_EQ(way("10.64.8.9", "203.0.113.9"), "198.18.0.1");
  EXPECT_EQ(way("10.64.4.9", "10.64.8.9"), "on link") << "a zone of this market is not outside";
  for (const auto& change : changes_) {
    EXPECT_EQ(fields().at(change.field), change.after) << change.field;
    EXPECT_TRUE(is_ours(change.field)) << change.field;
  }
}

TEST_F(RoutingPartTest, WritingBeforeBackLeavesNothing) {
  const auto before = ip_json("rule show");
  const auto all = everything();
  ASSERT_EQ(write(changes_), "");
  std::vector<FieldChange> undo;
  for (auto each = changes_.rbegin(); each != changes_.rend(); ++each) {
    undo.push_back({each->field, each->after, each->before});
  }
  ASSERT_EQ(write(undo), "");
  EXPECT_EQ(ip_json("rule show"), before);
  EXPECT_EQ(ip_json("route show table 20"), nlohmann::json::array());
  EXPECT_EQ(changed_since(all), "");
}

TEST_F(RoutingPartTest, ARuleMovesToAnotherTableAndPriority) {
  ASSERT_EQ(write(changes_), "");
  ASSERT_EQ(write({{kPayment, text("priority 15001 table 20"), text("priority 15003 table 30")},
                   {kVan, Absent{}, text("priority 15001 table 20")}}),
            "");
  EXPECT_THAT(rules(), ElementsAre("15000 all all main 150 suppress",
                                   "15001 10.64.4.0/23 203.0.113.0/24 20 150",
                                   "15003 10.64.4.0/23 all 30 150"));
  EXPECT_EQ(way("10.64.4.9", "203.0.113.9"), "198.18.0.9");
  EXPECT_EQ(way("10.64.4.9", "192.0.2.9"), "198.18.0.1") << "table 30 is empty";
  ASSERT_EQ(write({{kVan, text("priority 15001 table 20"), text("priority 15001 table 20")}}), "");
}

TEST_F(RoutingPartTest, WhatIsSomebodyElsesStays) {
  ip("rule add pref 100 from 10.64.4.0/23 lookup 7");
  ip("rule add pref 101 from 10.64.4.0/23 fwmark 3 lookup 8");
  EXPECT_EQ(fields().at(kPayment), text("priority 100 table 7"));
  EXPECT_FALSE(is_ours(kPayment));
  EXPECT_THAT(write({{kPayment, text("priority 100 table 7"), text("priority 15001 table 20")}}),
              HasSubstr("is foreign"));
  EXPECT_THAT(rules(), ElementsAre("100 10.64.4.0/23 all 7 -", "101 10.64.4.0/23 all 8 -"));
}

TEST_F(RoutingPartTest, WhatIsNoRuleIsRefusedAndNothingIsWritten) {
  for (const auto* bad : {"table 20", "priority x table 20", "priority 1 table 0",
                          "priority 1 table 253", "priority 1 table main", ""}) {
    EXPECT_THAT(write({{kPayment, Absent{}, text(bad)}}), HasSubstr("refused")) << bad;
  }
  EXPECT_THAT(write({{"route-rule[of 10.64.4.0/23]", Absent{}, text("priority 1 table 20")}}),
              HasSubstr("is not 'from <prefix>"));
  EXPECT_THAT(write({{kPayment, Absent{}, true}}), HasSubstr("wants"));
  EXPECT_THAT(write({{"route[default table 300]", Absent{}, text("via 198.18.0.1 dev va0")}}),
              HasSubstr("no routing table"));
  EXPECT_THAT(rules(), IsEmpty());
}

}  // namespace
}  // namespace market::device
