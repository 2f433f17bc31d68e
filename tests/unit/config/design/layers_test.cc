// config/design/layers: which file wins, what stays, and where each value says it is from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/design/defaults.h"
#include "config/design/layers.h"
#include "config/design/load.h"
#include "config/yaml/emit.h"
#include "config/yaml/flatten.h"

namespace market {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kExample = MARKET_SOURCE_DIR "/config/share/examples/market-small.yaml";

class Layers : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = "/tmp/market-layers-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void write(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }

  /// "path=value" of everything, and "path=value @file:line" of what is asked for.
  [[nodiscard]] std::vector<std::string> values(const std::string& prefix = {}) const {
    const auto layers = load_layers(at("market.yaml"));
    std::vector<std::string> lines;
    if (!layers.root) return lines;
    for (const auto& leaf : yaml::flatten(*layers.root)) {
      if (!leaf.path.starts_with(prefix)) continue;
      const auto file = std::filesystem::path{leaf.position.file.str()}.filename().string();
      lines.push_back(leaf.path + "=" + leaf.value + " @" + file + ":" +
                      std::to_string(leaf.position.line));
    }
    return lines;
  }
  [[nodiscard]] std::vector<std::string> problems() const {
    std::vector<std::string> lines;
    for (const auto& problem : load_layers(at("market.yaml")).problems) {
      auto text = problem.to_string();
      for (auto found = text.find(folder_.string() + "/"); found != std::string::npos;
           found = text.find(folder_.string() + "/")) {
        text.erase(found, folder_.string().size() + 1);
      }
      lines.push_back(text);
    }
    return lines;
  }

  std::filesystem::path folder_;
};

TEST_F(Layers, LaterFilesWinAndEachValueSaysWhereItIsFrom) {
  write("standard.yaml", "hours: { open: \"09:00\", close: \"18:00\" }\n");
  write("market.yaml", "extends: [standard.yaml]\nhours:\n  close: \"20:00\"\n");
  write("local.d/20-late.yaml", "hours: { close: \"22:00\" }\n");
  write("local.d/10-early.yaml", "hours: { close: \"21:00\", closed: [mon] }\n");
  write("local.d/notes.txt", "not a layer");
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_THAT(values(),
              ElementsAre("hours.open=09:00 @standard.yaml:1", "hours.close=22:00 @20-late.yaml:1",
                          "hours.closed[0]=mon @10-early.yaml:1"));
}

TEST_F(Layers, ListsOfNamedThingsMergeById) {
  write("a.yaml", "zones:\n- { id: mgmt, vid: 10 }\n- { id: guest, vid: 40 }\n");
  write("market.yaml",
        "extends: [a.yaml]\nzones:\n- { id: guest, vid: 41 }\n- { id: cctv, vid: 50 }\n");
  EXPECT_THAT(
      values(),
      ElementsAre("zones[mgmt].id=mgmt @a.yaml:2", "zones[mgmt].vid=10 @a.yaml:2",
                  "zones[guest].id=guest @market.yaml:3", "zones[guest].vid=41 @market.yaml:3",
                  "zones[cctv].id=cctv @market.yaml:4", "zones[cctv].vid=50 @market.yaml:4"));
}

TEST_F(Layers, NullDeletesAndAMapReachesIntoANamedList) {
  write("a.yaml",
        "zones:\n- { id: mgmt, vid: 10, dhcp: { range: x } }\n- { id: parking, vid: 999 }\n"
        "acceptance: { soak: 24h }\n");
  write("market.yaml",
        "extends: [a.yaml]\nzones: { parking: null, mgmt: { dhcp: ~ } }\nacceptance: null\n");
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_THAT(values(),
              ElementsAre("zones[mgmt].id=mgmt @a.yaml:2", "zones[mgmt].vid=10 @a.yaml:2"));
}

TEST_F(Layers, AKeyWithoutAValueDeletesNothing) {
  write("a.yaml", "hours: { open: \"09:00\" }\nzones: [{ id: mgmt }]\n");
  write("market.yaml", "extends: [a.yaml]\nzones:\nhours:\n  open:\n");
  EXPECT_THAT(problems(),
              ElementsAre("market.yaml:2:1: error: D004: 'zones' has no value (see a.yaml:2:1); "
                          "write 'null' to delete what is below, or remove the key",
                          "market.yaml:4:3: error: D004: 'open' has no value (see a.yaml:1:10); "
                          "write 'null' to delete what is below, or remove the key"));
  EXPECT_THAT(values(), ElementsAre("hours.open=09:00 @a.yaml:1", "zones[mgmt].id=mgmt @a.yaml:2"));
}

TEST_F(Layers, OtherListsAreReplacedAndPlusAppends) {
  write("a.yaml", "roles: { tagged: [mgmt, staff], dns: [1, 2] }\n");
  write("market.yaml", "extends: [a.yaml]\nroles: { tagged+: [cctv], dns: [3], new+: [4] }\n");
  EXPECT_THAT(values(),
              ElementsAre("roles.tagged[0]=mgmt @a.yaml:1", "roles.tagged[1]=staff @a.yaml:1",
                          "roles.tagged[2]=cctv @market.yaml:2", "roles.dns[0]=3 @market.yaml:2",
                          "roles.new[0]=4 @market.yaml:2"));
}

TEST_F(Layers, AnIdThatOneFileHasTwiceStaysTwice) {
  write("a.yaml", "zones:\n- { id: mgmt, vid: 10 }\n");
  write("market.yaml",
        "extends: [a.yaml]\nzones:\n- { id: mgmt, vid: 11 }\n- { id: mgmt, vid: 12 }\n");
  EXPECT_THAT(values("zones[mgmt].vid"), ElementsAre("zones[mgmt].vid=11 @market.yaml:3",
                                                     "zones[mgmt].vid=12 @market.yaml:4"));
}

TEST_F(Layers, FilesThatExtendEachOtherCountOnce) {
  write("base.yaml", "x: [1]\n");
  write("a.yaml", "extends: [base.yaml]\nx+: [2]\n");
  write("sub/b.yaml", "extends: [../base.yaml]\nx+: [3]\n");
  write("market.yaml", "extends: [a.yaml, sub/b.yaml]\n");
  EXPECT_THAT(values(), ElementsAre("x[0]=1 @base.yaml:1", "x[1]=2 @a.yaml:2", "x[2]=3 @b.yaml:2"));
  std::vector<std::string> files;
  for (const auto& file : load_layers(at("market.yaml")).files) {
    files.push_back(std::filesystem::path{file.path}.filename().string());
  }
  EXPECT_THAT(files, ElementsAre("base.yaml", "a.yaml", "b.yaml", "market.yaml"));
}

TEST_F(Layers, MistakesSayWhereTheyAreAndWhatToDo) {
  write("a.yaml", "extends: [market.yaml]\nzones: [{ id: mgmt }]\nvid: 7\n");
  write("market.yaml",
        "extends: [a.yaml, 'none.yaml', { a: b }]\n"
        "zones: { gone: null, mgmt: 7 }\nvid+: [8]\nlist+: 9\n");
  EXPECT_THAT(
      problems(),
      ElementsAre(
          "a.yaml:1:11: error: D006: 'market.yaml' extends itself in a circle; take it out of one "
          "'extends'",
          "market.yaml:1:19: error: D006: 'extends': cannot read 'none.yaml': No such file or "
          "directory; paths are relative to the file that names them",
          "market.yaml:1:32: error: D004: 'extends' names files; write it as "
          "[standards/market.yaml]",
          "market.yaml:2:10: error: D006: 'gone' is in none of the layers below; write a new item "
          "as one of a list, with its 'id'",
          "market.yaml:2:28: error: D004: 'mgmt' must be a map or null",
          "market.yaml:3:1: error: D004: 'vid+' appends to 'vid', which is no list (see "
          "a.yaml:3:6); remove the '+' to replace it",
          "market.yaml:4:8: error: D004: 'list+' appends, so it must be a list; write it as [a, "
          "b]"));
}

TEST_F(Layers, ANewerStandardIsRefusedAndNothingElseIsSaid) {
  write("a.yaml", "schema: 2\nbeyond: { our: [understanding] }\n");
  write("market.yaml", "schema: 1\nkind: market-design\nextends: [a.yaml]\nsite: { id: m1 }\n");
  const auto loaded = load_design(at("market.yaml"));
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_THAT(loaded.problems[0].to_string(), HasSubstr("a.yaml:1:9: error: D009: schema 2"));
}

TEST_F(Layers, ADesignOfSeveralFilesHasADigestOfAllOfThem) {
  write("a.yaml", "hours: { open: \"09:00\", close: \"18:00\" }\n");
  write("market.yaml", "schema: 1\nkind: market-design\nextends: [a.yaml]\nsite: { id: m1 }\n");
  const auto before = load_design(at("market.yaml"));
  ASSERT_TRUE(before.design);
  EXPECT_EQ(before.design->hours->close, std::chrono::hours{18});
  write("a.yaml", "hours: { open: \"09:00\", close: \"19:00\" }\n");
  const auto after = load_design(at("market.yaml"));
  ASSERT_TRUE(after.design);
  EXPECT_NE(after.design->digest, before.design->digest);
  write("local.d/a.yaml", "# nothing, and yet a layer\n{}\n");
  EXPECT_NE(load_design(at("market.yaml")).design->digest, after.design->digest);
}

TEST_F(Layers, AFindingPointsIntoTheFileThatHasTheFault) {
  write("a.yaml", "zones:\n- { id: mgmt, vid: 5000, trust: infrastructure }\n");
  write("market.yaml", "schema: 1\nkind: market-design\nextends: [a.yaml]\nsite: { id: m1 }\n");
  const auto loaded = load_design(at("market.yaml"));
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].position.to_string(), at("a.yaml") + ":2:20");
}

TEST(DesignText, ReadsAsTheSameDesignWhenItIsShown) {
  auto layers = load_layers(kExample);
  ASSERT_TRUE(layers.root);
  for (const bool with_origin : {false, true}) {
    const auto text = yaml::emit(*layers.root, with_origin);
    const auto again = parse_layers(text, "shown.yaml");
    ASSERT_TRUE(again.problems.empty()) << again.problems.front().to_string();
    const auto ours = yaml::flatten(*layers.root), theirs = yaml::flatten(*again.root);
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_EQ(ours[i].path, theirs[i].path);
      EXPECT_EQ(ours[i].value, theirs[i].value);
    }
    EXPECT_TRUE(parse_design(text, "shown.yaml").design);
  }
  const auto with = yaml::emit(*layers.root, true);
  EXPECT_THAT(with, HasSubstr("id: small-market  # " + kExample + ":"));
}

/// Every default that people are shown is what the readers take when nothing is written.
TEST(DesignDefaults, AreThoseThatTheReadersHave) {
  auto layers = load_layers(kExample);
  ASSERT_TRUE(layers.root);
  auto filled = *layers.root;
  fill_defaults(filled);
  const auto plain = parse_design(yaml::emit(*layers.root, false), "m.yaml");
  const auto full = parse_design(yaml::emit(filled, false), "m.yaml");
  ASSERT_TRUE(plain.design && full.design);
  EXPECT_GT(yaml::flatten(filled).size(), yaml::flatten(*layers.root).size());
  const auto& a = *plain.design;
  const auto& b = *full.design;
  EXPECT_EQ(a.site.timezone, b.site.timezone);
  for (std::size_t i = 0; i < a.zones.size(); ++i) {
    EXPECT_EQ(a.zones[i].isolate_hosts, b.zones[i].isolate_hosts) << a.zones[i].id;
  }
  for (std::size_t i = 0; i < a.methods.size(); ++i) {
    EXPECT_EQ(a.methods[i].customer_side, b.methods[i].customer_side);
  }
  for (std::size_t i = 0; i < a.gateway->qos.size(); ++i) {
    EXPECT_EQ(a.gateway->qos[i].priority, b.gateway->qos[i].priority);
  }
  for (std::size_t i = 0; i < a.port_roles.size(); ++i) {
    EXPECT_EQ(a.port_roles[i].enabled, b.port_roles[i].enabled) << a.port_roles[i].id;
  }
  for (std::size_t i = 0; i < a.aps.size(); ++i) {
    for (std::size_t j = 0; j < a.aps[i].radios.size(); ++j) {
      EXPECT_EQ(a.aps[i].radios[j].channel_width, b.aps[i].radios[j].channel_width);
    }
  }
  for (std::size_t i = 0; i < a.ssids.size(); ++i) {
    EXPECT_EQ(a.ssids[i].isolate_clients, b.ssids[i].isolate_clients);
  }
  for (std::size_t i = 0; i < a.stalls.size(); ++i) {
    EXPECT_EQ(a.stalls[i].state, b.stalls[i].state);
    for (std::size_t j = 0; j < a.stalls[i].terminals.size(); ++j) {
      EXPECT_EQ(a.stalls[i].terminals[j].snmp, b.stalls[i].terminals[j].snmp);
    }
  }
  EXPECT_EQ(a.acceptance.wired_full_duplex, b.acceptance.wired_full_duplex);
  for (const auto& [service, limit] : a.acceptance.services) {
    EXPECT_EQ(limit.samples_min, b.acceptance.services.at(service).samples_min);
  }
}

}  // namespace
}  // namespace market
