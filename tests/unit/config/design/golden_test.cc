// Every tests/golden/design/<rule>-<what>.yaml says exactly what <rule>-<what>.expected holds, line
// by line. A new case is two files; nobody needs to read C++ to review one.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "config/design/load.h"
#include "config/yaml/document.h"

namespace market {
namespace {

std::filesystem::path golden() {
  return std::filesystem::path{MARKET_SOURCE_DIR} / "tests/golden/design";
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{golden()}) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// On this day, with these families of devices.
DesignContext context() {
  using namespace std::chrono_literals;
  DesignContext context{.today = 2026y / 6 / 1, .families = {}};
  context.families["sim-switch"] = {};
  context.families["sim-ap"] = {};
  context.families["tiny-switch"] = {
      .ports = 5,
      .vlans = 2,
      .label_bytes = 12,
      .port_speed = BitsPerSecond{100'000'000},
      .isolates_ports = false,
      .pse_groups = {{{"1", "2"}, Milliwatts{20'000}}, {{"3", "4"}, Milliwatts{24'000}}}};
  context.families["tiny-ap"] = {.ssid_slots = 2, .tx_power = CentiDbm{1400}};
  return context;
}

std::string said_about(const std::string& name) {
  const auto text = yaml::read_file((golden() / (name + ".yaml")).string());
  const LoadedDesign loaded = parse_design(*text, name + ".yaml", context());
  std::string lines;
  for (const Diagnostic& problem : loaded.problems) lines += problem.to_string() + "\n";
  EXPECT_EQ(loaded.design.has_value(), !has_errors(loaded.problems));
  return lines;
}

class GoldenDesign : public testing::TestWithParam<std::string> {};

TEST_P(GoldenDesign, SaysWhatIsExpected) {
  const auto expected = yaml::read_file((golden() / (GetParam() + ".expected")).string());
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(said_about(GetParam()), *expected);
}

/// A name that GoogleTest accepts.
std::string test_name(const testing::TestParamInfo<std::string>& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Cases, GoldenDesign, testing::ValuesIn(cases()), test_name);

TEST(GoldenDesigns, CoverEveryRuleThatTheManualLists) {
  const auto manual = yaml::read_file(MARKET_SOURCE_DIR "/packaging/man/market-design.5");
  ASSERT_TRUE(manual);
  std::set<std::string> said;
  for (const std::string& name : cases()) {
    std::istringstream lines{said_about(name)};
    for (std::string line; std::getline(lines, line);) {
      const auto rule = line.find(": D");
      if (rule != std::string::npos) said.insert(line.substr(rule + 2, 4));
    }
  }
  std::set<std::string> listed;
  for (std::size_t at = manual->find("\n.B D"); at != std::string::npos;
       at = manual->find("\n.B D", at + 1)) {
    listed.insert(manual->substr(at + 4, 4));
  }
  EXPECT_EQ(said, listed);
}

TEST(GoldenDesigns, NameTheRuleThatTheyAreAbout) {
  for (const std::string& name : cases()) {
    if (!name.starts_with('D')) continue;
    EXPECT_NE(said_about(name).find(": " + name.substr(0, 4) + ": "), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace market
