// daemon/cli/where: what people read about devices, places and findings.
#include "daemon/cli/where.h"

#include <gmock/gmock.h>

namespace market::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Json device(const std::string& id, const std::string& port, const std::string& agreement) {
  return {{"id", id},
          {"class", "payment-terminal"},
          {"state", "unknown"},
          {"silent", true},
          {"address", "10.64.20.9"},
          {"addresses", {"10.64.20.9", "fd00::9"}},
          {"port", "sw-a1/3"},
          {"place",
           {{"agreement", agreement},
            {"device", port.empty() ? Json(nullptr) : Json("sw-a1")},
            {"port", port.empty() ? Json(nullptr) : Json(port)},
            {"stall", port == "7" ? Json("A-102") : Json(nullptr)},
            {"confidence", 0.95},
            {"age_seconds", 61},
            {"text", id + " is on sw-a1/" + port}}},
          {"findings", agreement == "wrong-port" ? Json{"wrong-port:" + id} : Json::array()},
          {"evidence",
           {{{"source", "fdb"},
             {"by", "sw-a1"},
             {"says", "02:00:00:00:0c:01, port 7"},
             {"age_seconds", 7200}}}}};
}

TEST(Where, ShowsPortStallAndWhatTheDesignThinksOfIt) {
  const auto text =
      devices_text({{"devices",
                     {device("T-9001", "7", "wrong-port"), device("T-9002", "3", "as-designed"),
                      device("T-9003", "24", "unproven"), device("T-9004", "", "not-seen")}}});
  EXPECT_THAT(text, HasSubstr("sw-a1/7 (A-102) !"));
  EXPECT_THAT(text, HasSubstr("sw-a1/3 "));
  EXPECT_THAT(text, HasSubstr("sw-a1/24 ..."));
  EXPECT_THAT(text, HasSubstr("sw-a1/3 ?"));
  EXPECT_THAT(text, HasSubstr("10.64.20.9 +1"));
  EXPECT_THAT(text, HasSubstr(" seen ")) << "a device that never spoke SNMP is seen, not unknown";
}

TEST(Where, ShowsEvidenceWithItsAgeWhenAsked) {
  const auto json = device("T-9001", "7", "wrong-port");
  const auto text = device_text(json, true);
  EXPECT_THAT(text, HasSubstr("T-9001 is on sw-a1/7 (confidence 0.95, 61 s ago)"));
  EXPECT_THAT(text, HasSubstr("wrong-port:T-9001"));
  EXPECT_THAT(text, HasSubstr("fdb of sw-a1  02:00:00:00:0c:01, port 7  2 h"));
  EXPECT_THAT(device_text(json, false), Not(HasSubstr("fdb of sw-a1")));
}

Json edge(const std::string& upper, const std::string& upper_port, const std::string& lower,
          const std::string& lower_port = "") {
  return {{"upper", {{"device", upper}, {"port", upper_port}}},
          {"lower", {{"device", lower}, {"port", lower_port}}}};
}

TEST(Where, DrawsTheTopologyAsATreeFromTheGateway) {
  const Json topology{
      {"nodes",
       {{{"id", "T-9001"}, {"kind", "device"}, {"name", "T-9001"}, {"stall", "A-101"}},
        {{"id", "T-9009"}, {"kind", "device"}, {"name", "T-9009"}},
        {{"id", "gw1"}, {"kind", "gateway"}, {"name", "gw1"}},
        {{"id", "sw-a1"}, {"kind", "switch"}, {"name", "sw-a1"}},
        {{"id", "unmanaged behind sw-a1/7"}, {"kind", "unmanaged"}}}},
      {"edges",
       {edge("gw1", "eth1", "sw-a1", "24"), edge("sw-a1", "7", "unmanaged behind sw-a1/7"),
        edge("unmanaged behind sw-a1/7", "", "T-9001")}}};
  EXPECT_EQ(topology_text(topology),
            "gw1  gateway\n"
            "  eth1 - sw-a1/24  switch\n"
            "    7 - unmanaged behind sw-a1/7\n"
            "      T-9001  (A-101)\n"
            "어느 스위치에서도 안 보임 not seen on any switch\n"
            "  T-9009\n");
}

TEST(Where, DrawsARingOnceAndEnds) {
  const Json ring{{"nodes", {{{"id", "a"}}, {{"id", "b"}}, {{"id", "c"}}}},
                  {"edges", {edge("a", "1", "b"), edge("b", "1", "c"), edge("c", "1", "a")}}};
  EXPECT_EQ(topology_text(ring), "a\n  1 - b\n    1 - c\n      1 - a  (see above)\n");
}

TEST(Where, SaysInTwoLanguagesHowGraveAFindingIs) {
  const Json json{{"findings",
                   {{{"kind", "wrong-port"},
                     {"severity", "warning"},
                     {"age_seconds", 300},
                     {"text", "T-9001 is on sw-a1/7"},
                     {"evidence", {"fdb of sw-a1: 02:.."}}}}}};
  EXPECT_EQ(findings_text(json, false),
            "주의 warning  wrong-port  5 min\n  T-9001 is on sw-a1/7\n");
  EXPECT_THAT(findings_text(json, true), HasSubstr("\n    fdb of sw-a1: 02:.."));
  EXPECT_THAT(findings_text({{"findings", Json::array()}}, false), HasSubstr("no finding"));
}

}  // namespace
}  // namespace market::cli
