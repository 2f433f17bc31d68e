// tests/golden/plan: design and observation as files, the plan as text (see its README.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/design/load.h"
#include "config/profile/profile.h"
#include "config/yaml/document.h"
#include "daemon/reconcile/desired.h"
#include "daemon/reconcile/lockout.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {
namespace {

namespace fs = std::filesystem;

fs::path golden() { return fs::path{MARKET_SOURCE_DIR} / "tests" / "golden" / "plan"; }

FieldValue value_of(const yaml::Node& node) {
  if (node.kind == yaml::Kind::Null) return Absent{};
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  std::int64_t number = 0;
  const auto* end = node.text.data() + node.text.size();
  if (std::from_chars(node.text.data(), end, number).ptr == end) return number;
  return node.text;
}

/// "port[1-4].pvid" is four fields; a name without such a range is itself.
std::vector<std::string> expand(const std::string& field) {
  for (auto open = field.find('['); open != std::string::npos; open = field.find('[', open + 1)) {
    int first = 0;
    int last = 0;
    const auto* end = field.data() + field.size();
    const auto from = std::from_chars(field.data() + open + 1, end, first);
    if (from.ec != std::errc{} || from.ptr == end || *from.ptr != '-') continue;
    const auto to = std::from_chars(from.ptr + 1, end, last);
    if (to.ec != std::errc{} || to.ptr == end || *to.ptr != ']') continue;
    std::vector<std::string> fields;
    for (int i = first; i <= last; ++i) {
      fields.push_back(field.substr(0, open + 1) + std::to_string(i) + to.ptr);
    }
    return fields;
  }
  return {field};
}

ObservedDevice device_of(const yaml::Node& node) {
  ObservedDevice device;
  device.reached = node.find("unreached") == nullptr;
  for (const auto& entry : node.entries) {
    if (entry.key == "unreached") device.reason = entry.value.text;
    if (entry.key == "engine-id") device.engine_id = entry.value.text;
    if (entry.key == "serial") device.serial = entry.value.text;
    if (entry.key == "mac") device.mac = entry.value.text;
    if (entry.key == "max-changes-per-write") {
      device.max_changes_per_write =
          static_cast<std::size_t>(std::get<std::int64_t>(value_of(entry.value)));
    }
    if (entry.key == "ours") {
      for (const auto& item : entry.value.items) device.ours.insert(item.text);
    }
    if (entry.key != "fields") continue;
    for (const auto& field : entry.value.entries) {
      for (const auto& name : expand(field.key)) device.fields[name] = value_of(field.value);
    }
  }
  return device;
}

Observed load_observed(const fs::path& path) {
  const auto document = yaml::load(path.string());
  for (const auto& problem : document.problems) ADD_FAILURE() << problem.to_string();
  Observed observed;
  if (!document.root) return observed;
  for (const auto& entry : document.root->entries) observed[entry.key] = device_of(entry.value);
  return observed;
}

std::string line_of(const Change& change) {
  std::ostringstream text;
  text << "    " << change.field << ": " << to_string(change.before) << " -> "
       << to_string(change.after) << "   # ";
  if (!change.subject.empty()) text << change.subject << ", ";
  text << "design.yaml:" << change.origin.line << "\n";
  return text.str();
}

std::string render(const Plan& plan) {
  std::ostringstream text;
  if (plan.empty()) text << "nothing to do\n";
  for (const auto& step : plan.steps) {
    text << step.number << ". " << step.device << " (risk " << to_string(step.risk) << ")\n";
    for (const auto& change : step.changes) text << line_of(change);
  }
  for (const auto& impact : plan.impact) {
    text << "impact: " << impact.device << " (" << to_string(impact.risk) << "): " << impact.words
         << "\n";
  }
  for (const auto& skipped : plan.skipped) {
    text << "skipped: " << skipped.device << (skipped.field.empty() ? "" : " ") << skipped.field
         << ": " << skipped.reason << "\n";
  }
  for (const auto& manual : plan.manual) {
    text << "by hand: " << manual.device << " " << manual.field << ": "
         << (manual.readable ? to_string(manual.reading) : "not readable") << " -> "
         << to_string(manual.wanted) << (manual.words.empty() ? "" : " (") << manual.words
         << (manual.words.empty() ? "" : ")") << "\n";
  }
  for (const auto& one : plan.lockouts) {
    text << "cuts us off: " << one.device << " " << one.field << ": " << one.words << "\n";
  }
  for (const auto& [device, identity] : plan.identities) {
    text << "for: " << device << (identity.empty() ? "" : " = ") << identity << "\n";
  }
  return text.str();
}

std::string read(const fs::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{golden()}) {
    if (fs::exists(entry.path() / "observed.yaml")) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class GoldenPlan : public testing::TestWithParam<std::string> {};

TEST_P(GoldenPlan, IsAsReviewed) {
  const auto folder = golden() / GetParam();
  const auto profiles = load_profiles((golden() / "profiles").string());
  for (const auto& problem : profiles.problems) ADD_FAILURE() << problem.to_string();
  const auto loaded = load_design((folder / "design.yaml").string());
  for (const auto& problem : loaded.problems) {
    EXPECT_EQ(problem.severity, Severity::Warning) << problem.to_string();
  }
  ASSERT_TRUE(profiles.profiles && loaded.design);
  const auto desired = make_desired(*loaded.design, *profiles.profiles);
  ASSERT_TRUE(desired) << desired.error().message;
  const auto ways = ways_of(*loaded.design);
  const auto plan = make_plan(*desired, load_observed(folder / "observed.yaml"), "", &ways);
  const auto text = render(plan);
  if (std::getenv("MARKET_UPDATE_GOLDEN") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream{folder / "plan.txt"} << text;
  }
  EXPECT_EQ(text, read(folder / "plan.txt"));
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenPlan, testing::ValuesIn(cases()),
                         [](const auto& golden_case) {
                           auto name = golden_case.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(GoldenPlans, AreThere) { EXPECT_GE(cases().size(), 8U); }

}  // namespace
}  // namespace market::reconcile
