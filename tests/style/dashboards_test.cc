// Dashboards, rules and runbooks speak of metrics that exist, and of each other.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "daemon/metrics/exposition.h"

namespace market::style {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

const fs::path kDashboards = fs::path{MARKET_SOURCE_DIR} / "dashboards";

std::string text_of(const fs::path& path) {
  std::ifstream file{path};
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex{pattern};
  std::set<std::string> found;
  for (std::sregex_iterator it{text.begin(), text.end(), regex}, end; it != end; ++it) {
    found.insert((*it)[1]);
  }
  return found;
}

std::map<std::string, std::set<std::string>> labels_by_metric() {
  std::map<std::string, std::set<std::string>> labels;
  for (const auto& entry : metrics::catalogue()) {
    labels[entry.name] = {entry.labels.begin(), entry.labels.end()};
    labels[entry.name].insert({"job", "instance"});
  }
  return labels;
}

json dashboard() { return json::parse(text_of(kDashboards / "grafana/market.json")); }
std::string rules() { return text_of(kDashboards / "prometheus/market.rules.yml"); }
std::string rule_tests() { return text_of(kDashboards / "prometheus/market.rules.test.yml"); }

std::set<std::string> alerts() { return matches(rules(), R"(- alert: (\w+))"); }

/// Every PromQL expression of the dashboard, Grafana's variables filled in.
std::vector<std::string> expressions() {
  std::vector<std::string> found;
  const json board = dashboard();
  for (const auto& panel : board.at("panels")) {
    if (panel.at("type") == "row") continue;
    for (const auto& target : panel.at("targets")) {
      std::string expression = target.at("expr");
      expression = std::regex_replace(expression, std::regex{R"(\$__rate_interval)"}, "5m");
      found.push_back(std::regex_replace(expression, std::regex{R"(\$\w+)"}, ".*"));
    }
  }
  return found;
}

bool has_promtool() { return std::system("command -v promtool >/dev/null 2>&1") == 0; }

TEST(Dashboards, NameOnlyMetricsOfTheCatalogue) {
  const auto known = labels_by_metric();
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator{kDashboards}) {
    if (!entry.is_regular_file()) continue;
    ++files;
    for (const auto& metric : matches(text_of(entry.path()), R"(\b(marketd?_[a-z_]+))")) {
      EXPECT_TRUE(known.contains(metric)) << entry.path() << " names " << metric;
    }
  }
  EXPECT_GE(files, 3U + alerts().size());
}

/// "metric{a="x", b=~"y"}" of a text, as metric -> label -> value.
struct Selector {
  std::string metric, label, value;
};
std::vector<Selector> selectors(const std::string& text) {
  static const std::regex kSelector{R"((marketd?_[a-z_]+)\{([^}]*)\})"};
  static const std::regex kMatcher{R"re(([a-z_]+)\s*[=!]~?\s*"([^"]*)")re"};
  std::vector<Selector> found;
  for (std::sregex_iterator it{text.begin(), text.end(), kSelector}, end; it != end; ++it) {
    const std::string inside = (*it)[2];
    for (std::sregex_iterator each{inside.begin(), inside.end(), kMatcher}; each != end; ++each) {
      found.push_back({(*it)[1], (*each)[1], (*each)[2]});
    }
  }
  return found;
}

std::vector<Selector> all_selectors() {
  auto found = selectors(rules() + rule_tests());
  for (const auto& expression : expressions()) {
    for (auto& each : selectors(expression)) found.push_back(std::move(each));
  }
  return found;
}

TEST(Dashboards, SelectOnlyByLabelsThatTheMetricHas) {
  const auto known = labels_by_metric();
  const auto all = all_selectors();
  EXPECT_GT(all.size(), 50U);
  for (const auto& each : all) {
    ASSERT_TRUE(known.contains(each.metric)) << each.metric;
    EXPECT_TRUE(known.at(each.metric).contains(each.label)) << each.metric << " " << each.label;
  }
}

TEST(Dashboards, SelectOnlyStatesThatExist) {
  const std::set<std::string> device{"unknown", "up", "suspect", "down", "unreachable"};
  const std::set<std::string> payment{"available",  "degraded",     "unavailable",
                                      "unverified", "not-enrolled", "closed"};
  const std::set<std::string> verdict{"converged", "drifted", "unreachable", "unknown"};
  const std::map<std::string, std::set<std::string>> states{{"market_device_state", device},
                                                            {"market_devices", device},
                                                            {"market_stall_payment_state", payment},
                                                            {"market_stalls_payment", payment},
                                                            {"market_verdict", verdict}};
  std::size_t checked = 0;
  for (const auto& each : all_selectors()) {
    if (each.label != "state") continue;
    std::istringstream words{each.value};
    for (std::string word; std::getline(words, word, '|'); ++checked) {
      EXPECT_TRUE(states.at(each.metric).contains(word)) << each.metric << " " << word;
    }
  }
  EXPECT_GT(checked, 10U);
}

TEST(Dashboards, ParseAsPromql) {
  if (!has_promtool()) {
    GTEST_SKIP() << "promtool is missing (Debian package prometheus): expressions NOT parsed";
  }
  json file{{"groups", json::array({{{"name", "dashboard"}, {"rules", json::array()}}})}};
  for (const auto& expression : expressions()) {
    file["groups"][0]["rules"].push_back(
        {{"record", "e" + std::to_string(file["groups"][0]["rules"].size())},
         {"expr", expression}});
  }
  const auto path = fs::path{testing::TempDir()} / "market_dashboard_rules.json";  // JSON is YAML
  std::ofstream{path} << file;
  EXPECT_EQ(std::system(("promtool check rules '" + path.string() + "' >&2").c_str()), 0);
  fs::remove(path);
}

TEST(Dashboard, HasAStableUidAndADataSourceVariableThatEverythingUses) {
  const auto board = dashboard();
  EXPECT_EQ(board.at("uid"), "market-noc");
  bool has_variable = false;
  for (const auto& variable : board.at("templating").at("list")) {
    has_variable |= variable.at("name") == "datasource" && variable.at("type") == "datasource";
  }
  EXPECT_TRUE(has_variable);
  for (const auto& panel : board.at("panels")) {
    if (panel.at("type") == "row") continue;
    EXPECT_EQ(panel.at("datasource").at("uid"), "${datasource}") << panel.at("title");
    for (const auto& target : panel.at("targets")) {
      EXPECT_EQ(target.at("datasource").at("uid"), "${datasource}") << panel.at("title");
    }
  }
}

TEST(Dashboard, HasPanelsWithTheirOwnIdATitleInTwoLanguagesAndADescription) {
  const std::regex hangul{"[\xEA-\xED][\x80-\xBF][\x80-\xBF]"};
  const std::regex latin{"[A-Za-z]{2}"};
  std::set<int> ids;
  const json board = dashboard();
  for (const auto& panel : board.at("panels")) {
    const std::string title = panel.at("title");
    EXPECT_TRUE(ids.insert(panel.at("id").get<int>()).second) << title;
    EXPECT_TRUE(std::regex_search(title, hangul)) << title;
    EXPECT_TRUE(std::regex_search(title, latin)) << title;
    if (panel.at("type") == "row") continue;
    EXPECT_THAT(panel.at("description").get<std::string>(), Not(IsEmpty())) << title;
  }
}

TEST(Dashboard, BeginsWithTheStallsThatCannotPay) {
  const json board = dashboard();
  const std::string first = board.at("panels").at(1).at("targets").at(0).at("expr");
  EXPECT_THAT(first, ::testing::HasSubstr("market_stalls_payment"));
  EXPECT_THAT(first, ::testing::HasSubstr("unavailable"));
}

/// Calls `look(text, colour)` for every word that the dashboard gives a colour.
template <class Look>
void for_each_coloured_word(const json& node, const Look& look) {
  if (node.is_object()) {
    if (node.contains("text") && node.contains("color") && node.at("color").is_string()) {
      look(node.at("text").get<std::string>(), node.at("color").get<std::string>());
    }
    if (node.contains("matcher") && node.at("matcher").at("id") == "byName") {
      look(node.at("matcher").at("options").get<std::string>(), node.at("properties").dump());
    }
  }
  if (node.is_structured()) {
    for (const auto& child : node) for_each_coloured_word(child, look);
  }
}

TEST(Dashboard, ShowsWhatIsNotKnownInGreyNeverInGreen) {
  const std::regex not_known{"unknown|unverified|미확인"};
  std::size_t checked = 0;
  for_each_coloured_word(dashboard(), [&](const std::string& word, const std::string& colour) {
    if (!std::regex_search(word, not_known)) return;
    ++checked;
    EXPECT_EQ(colour.find("green"), std::string::npos) << word << " is " << colour;
    EXPECT_NE(colour.find("#8e8e8e"), std::string::npos) << word << " is " << colour;
  });
  EXPECT_GT(checked, 10U);
}

TEST(Dashboard, GivesNoPanelOfCountsAGreenZero) {
  // No stall is unavailable while none is verified: a green zero would be a lie.
  const json board = dashboard();
  for (const auto& panel : board.at("panels")) {
    if (panel.at("type") != "stat") continue;
    const std::string expression = panel.at("targets").at(0).at("expr");
    if (expression.find("market_stalls_payment") == std::string::npos) continue;
    const auto thresholds = panel.at("fieldConfig").at("defaults").at("thresholds").dump();
    EXPECT_EQ(thresholds.find("green"), std::string::npos) << panel.at("title");
  }
}

TEST(Rules, AreValidAndPassTheirTests) {
  if (!has_promtool()) {
    GTEST_SKIP() << "promtool is missing (Debian package prometheus): alert rules NOT tested";
  }
  const auto in_folder = "cd '" + (kDashboards / "prometheus").string() + "' && promtool ";
  EXPECT_EQ(
      std::system((in_folder + "check rules --lint=all --lint-fatal market.rules.yml >&2").c_str()),
      0);
  EXPECT_EQ(std::system((in_folder + "test rules market.rules.test.yml >&2").c_str()), 0);
}

TEST(Rules, HaveARunbookPerAlertAndNoOther) {
  std::set<std::string> runbooks;
  for (const auto& entry : fs::directory_iterator{kDashboards / "runbooks"}) {
    runbooks.insert(entry.path().stem().string());
  }
  EXPECT_EQ(runbooks, alerts());
  EXPECT_EQ(matches(rules(), R"(runbook_url: runbooks/(\w+)\.md)"), alerts());
  for (const auto& alert : alerts()) {
    EXPECT_TRUE(
        text_of(kDashboards / "runbooks" / (alert + ".md")).starts_with("# " + alert + "\n"));
  }
}

TEST(Rules, HaveAFiringAndASilentCasePerAlert) {
  const auto text = rule_tests();
  EXPECT_EQ(matches(text, R"(alertname: (\w+), exp_alerts: \[\])"), alerts());
  EXPECT_EQ(matches(text, R"(alertname: (\w+)\s+exp_alerts:\s+- exp_labels)"), alerts());
}

TEST(Rules, SayInBothLanguagesWhatIsWrongAndHowBad) {
  const auto text = rules();
  const auto count = [&text](const std::string& word) {
    std::size_t times = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++times;
    return times;
  };
  for (const auto* word : {" summary:", " summary_ko:", " description:", " description_ko:",
                           " runbook_url:", " severity:"}) {
    EXPECT_EQ(count(word), alerts().size()) << word;
  }
  EXPECT_THAT(matches(text, R"(severity: (\w+))"),
              ::testing::ElementsAre("critical", "info", "warning"));
}

}  // namespace
}  // namespace market::style
