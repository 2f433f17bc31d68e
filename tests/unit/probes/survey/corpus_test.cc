// Surveys of recorded devices against the table sizes that others counted in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "probes/survey/survey_of.h"
#include "tests/unit/probes/survey/recording.h"

namespace market::survey {
namespace {

const std::string kCorpus = std::string{MARKET_SOURCE_DIR} + "/../shared/corpus/visible";

std::vector<std::string> words(const std::string& line) {
  std::vector<std::string> found;
  std::istringstream rest{line};
  for (std::string word; std::getline(rest, word, '\t');) found.push_back(word);
  return found;
}

struct Counted {
  std::size_t fdb, lldp, arp;
};

std::map<std::string, Counted> read_labels() {
  std::map<std::string, Counted> labels;
  std::ifstream file{kCorpus + "/labels.tsv"};
  std::string line;
  std::getline(file, line);
  const auto head = words(line);
  const auto at = [&head](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(head, name) - head.begin());
  };
  const auto fdb = at("fdb_rows"), lldp = at("lldp_rows"), arp = at("arp_rows");
  while (std::getline(file, line)) {
    const auto row = words(line);
    if (row.size() <= std::max({fdb, lldp, arp})) continue;
    const auto number = [&row](std::size_t i) { return std::strtoul(row[i].c_str(), nullptr, 10); };
    labels[row[0]] = {number(fdb), number(lldp), number(arp)};
  }
  return labels;
}

class SurveyCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kCorpus)) {
      GTEST_SKIP() << "SKIPPED: no recordings at " << kCorpus;
    }
  }
  static DeviceSurvey survey(const std::string& name) {
    const auto rows = test::read_recording(kCorpus + "/" + name + ".snmprec");
    EXPECT_TRUE(rows) << name;
    return rows ? survey_of(*rows) : DeviceSurvey{};
  }
};

struct Told {
  std::size_t fdb = 0, named_fdb = 0, lldp = 0, named_lldp = 0, arp = 0;
};

Told count(const DeviceSurvey& survey) {
  Told told;
  const auto is_named = [&survey](const std::string& port) {
    return std::ranges::any_of(survey.interfaces, [&](const auto& i) { return i.name == port; });
  };
  for (const auto& entry : survey.forwarding) {
    ++told.fdb;
    if (!entry.port.starts_with("base-port ")) ++told.named_fdb;
  }
  for (const auto& link : survey.links) {
    if (link.protocol != LinkNeighbor::Protocol::Lldp) continue;
    ++told.lldp;
    if (is_named(link.local_port)) ++told.named_lldp;
  }
  told.arp = survey.neighbors.size();
  return told;
}

// The labels count all rows that were recorded. Group addresses, rows without a port, neighbours
// without a word and addresses without a MAC are not in a survey; both ARP tables often say the
// same.
TEST_F(SurveyCorpus, FindsTheTablesThatTheLabelsPromise) {
  struct Expected {
    const char* name;
    double fdb, named, lldp, arp;  // at least so much of what the label counts, or of what is told
  };
  const std::vector<Expected> expected{{"procurve", 0.94, 1, 1, 0},
                                       {"voss_8608", 1, 0.6, 1, 0.9},
                                       {"dlink_dgs-3620-28sc", 0.97, 1, 1, 0.48},
                                       {"ciscosb_cbs350-4x", 0.98, 1, 1, 0},
                                       {"fortiswitch_148f-fpoe", 0.92, 0, 1, 0},
                                       {"slxos_slx9150", 0, 0, 1, 0},
                                       {"fs-centec_s5850-48s2q4c", 0, 0, 1, 0},
                                       {"jetstream_vlans", 1, 1, 1, 0},
                                       {"zynos_mgs3712", 1, 1, 0.8, 0},
                                       {"ubiquoss-pon_9500", 0.99, 0.99, 0, 1},
                                       {"fortigate_webfilter", 0, 0, 0, 0.9},
                                       {"arubaos-cx_6300_vsf_stack", 0.99, 1, 1, 0},
                                       {"microsens-g6", 1, 1, 0, 0}};
  const auto labels = read_labels();
  for (const auto& each : expected) {
    ASSERT_TRUE(labels.contains(each.name)) << each.name;
    const auto& label = labels.at(each.name);
    const auto told = count(survey(each.name));
    const auto share = [](double part, std::size_t whole) {
      return static_cast<std::size_t>(part * static_cast<double>(whole));
    };
    std::printf(
        "%-28s fdb %5zu of %5zu, %5zu named   lldp %2zu of %2zu, %2zu named   arp %4zu of %4zu\n",
        each.name, told.fdb, label.fdb, told.named_fdb, told.lldp, label.lldp, told.named_lldp,
        told.arp, label.arp);
    EXPECT_GE(told.fdb, share(each.fdb, label.fdb)) << each.name;
    EXPECT_GE(told.named_fdb, share(each.named, told.fdb)) << each.name;
    EXPECT_GE(told.lldp, share(each.lldp, label.lldp)) << each.name;
    EXPECT_GE(told.named_lldp, told.lldp) << each.name;
    EXPECT_GE(told.arp, share(each.arp, label.arp)) << each.name;
    EXPECT_LE(told.fdb, label.fdb) << each.name;
  }
}

TEST_F(SurveyCorpus, NamesThePortsOfLldpNeighboursOnRouterOs) {
  const auto told = count(survey("routeros_crs317"));
  EXPECT_EQ(told.lldp, 18U);
  EXPECT_EQ(told.named_lldp, 18U);
}

TEST_F(SurveyCorpus, FindsTheAccessPointsThatACiscoSwitchSeesByCdp) {
  const auto told = survey("ios_2960x");
  const auto points = std::ranges::count_if(told.links, [](const LinkNeighbor& link) {
    return link.is_access_point && link.local_port.starts_with("Gi") &&
           !link.management_addresses.empty();
  });
  EXPECT_EQ(points, 5);
}

}  // namespace
}  // namespace market::survey
