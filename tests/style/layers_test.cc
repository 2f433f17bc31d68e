#include "tests/style/layers.h"

#include <gmock/gmock.h>

namespace market::style {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two rooms that keep all rules; each test breaks one.
Tree tidy_tree() {
  return {{"config/types/CMakeLists.txt",
           "market_room(config_types\n  HEADERS oid.h\n          field.h\n  SOURCES oid.cc\n)"},
          {"config/types/oid.h", "#pragma once\n#include <string>\n"},
          {"config/types/field.h", "#pragma once\n"},
          {"config/types/oid.cc", "#include \"config/types/oid.h\"\n"},
          {"daemon/store/CMakeLists.txt",
           "market_room(daemon_store HEADERS store.h SOURCES store.cc USES market::config_types)"},
          {"daemon/store/store.h", "#include \"config/types/oid.h\"\n"},
          {"daemon/store/database.h", "#include <sqlite3.h>\n"},
          {"daemon/store/store.cc",
           "#include \"daemon/store/store.h\"\n#include <sqlite3.h>\n"
           "#include \"daemon/store/database.h\"\n"}};
}

std::vector<std::string> all_of(const Tree& tree) {
  auto found = against_direction(tree);
  for (const auto& rule :
       {against_libraries(tree), against_privacy(tree), against_own_first(tree)}) {
    found.insert(found.end(), rule.begin(), rule.end());
  }
  return found;
}

TEST(Layers, OfATidyTreeAreKept) { EXPECT_THAT(all_of(tidy_tree()), IsEmpty()); }

TEST(Layers, RefuseASourceThatDoesNotProveItsOwnHeaderFirst) {
  auto tree = tidy_tree();
  tree["config/types/oid.cc"] = "#include <string>\n#include \"config/types/oid.h\"\n";
  EXPECT_THAT(against_own_first(tree),
              ElementsAre("config/types/oid.cc does not include config/types/oid.h before anything "
                          "else"));
}

TEST(Layers, RefuseAnIncludeThatPointsUp) {
  auto tree = tidy_tree();
  tree["config/types/oid.cc"] += "#include \"daemon/store/store.h\"\n";
  EXPECT_THAT(against_direction(tree),
              ElementsAre("config/types/oid.cc includes daemon/store/store.h: config/types is "
                          "below daemon/store"));
}

TEST(Layers, RefuseANeighbourOnTheSameStepUnlessItIsNamed) {
  auto tree = tidy_tree();
  tree["daemon/audit/audit.h"] = "#include \"daemon/store/store.h\"\n";
  EXPECT_THAT(against_direction(tree), ElementsAre(HasSubstr("daemon/audit is beside")));
  tree["daemon/audit/audit.h"] = "#include \"daemon/reconcile/plan.h\"\n";
  tree["daemon/reconcile/plan.h"] = "";
  EXPECT_THAT(against_direction(tree), IsEmpty());
  tree["daemon/reconcile/plan.h"] = "#include \"daemon/audit/audit.h\"\n";
  EXPECT_THAT(against_direction(tree), ElementsAre(HasSubstr("daemon/reconcile is beside")));
}

TEST(Layers, RefuseARoomThatIsNotOnTheLadder) {
  auto tree = tidy_tree();
  tree["daemon/attic/box.cc"] = "#include \"config/types/oid.h\"\n";
  EXPECT_THAT(against_direction(tree), ElementsAre(HasSubstr("daemon/attic is not on the ladder")));
}

TEST(Layers, RefuseAnIncludeThatIsNotFromTheRoot) {
  auto tree = tidy_tree();
  tree["config/types/oid.cc"] = "#include \"oid.h\"\n#include \"tests/fakes/fake_clock.h\"\n";
  EXPECT_THAT(against_direction(tree),
              ElementsAre(HasSubstr("oid.h: there is no such file"),
                          HasSubstr("fake_clock.h: there is no such file")));
}

TEST(Layers, RefuseALibraryOutsideItsRoom) {
  for (const auto* header : {"yaml-cpp/yaml.h", "net-snmp/net-snmp-config.h", "netlink/netlink.h",
                             "sqlite3.h", "prometheus/registry.h", "boost/beast/core.hpp",
                             "boost/beast.hpp", "boost/asio.hpp", "boost/program_options.hpp"}) {
    auto tree = tidy_tree();
    tree["config/types/oid.cc"] += std::string{"  #  include <"} + header + ">  // why\n";
    EXPECT_THAT(against_libraries(tree), ElementsAre(HasSubstr(header)));
  }
}

TEST(Layers, RefuseALibraryInAPublicHeaderOfItsOwnRoom) {
  auto tree = tidy_tree();
  tree["daemon/store/store.h"] += "#include <sqlite3.h>\n";
  EXPECT_THAT(against_libraries(tree), ElementsAre(HasSubstr("a public header shows no library")));
}

TEST(Layers, RefuseAPrivateHeaderOfAnotherRoom) {
  auto tree = tidy_tree();
  tree["daemon/api/server.cc"] = "#include \"daemon/store/database.h\"\n";
  EXPECT_THAT(against_privacy(tree),
              ElementsAre("daemon/api/server.cc includes daemon/store/database.h: it is not in the "
                          "HEADERS of its room"));
}

TEST(Layers, RefuseAListedHeaderThatDoesNotExist) {
  auto tree = tidy_tree();
  tree.erase("config/types/field.h");
  EXPECT_THAT(against_privacy(tree), ElementsAre(HasSubstr("config/types/field.h is in HEADERS")));
}

TEST(Layers, ReadTheRoomFromThePath) {
  EXPECT_EQ(room_of("config/types/oid.h"), "config/types");
  EXPECT_EQ(room_of("daemon/cli/verbs/plan.cc"), "daemon/cli");
  EXPECT_EQ(room_of("daemon/main.cc"), "daemon/main");
}

TEST(Layers, LeaveOutIncludesInComments) {
  EXPECT_THAT(includes_of("// #include \"a/b/c.h\"\nconst char* s = \"#include\";\n"), IsEmpty());
}

TEST(SourceTree, PointsDownTheLadderOnly) {
  const auto tree = read_tree(MARKET_SOURCE_DIR);
  ASSERT_GT(tree.size(), 60U);
  EXPECT_THAT(against_direction(tree), IsEmpty());
}

TEST(SourceTree, ShowsEachLibraryInItsOwnRoomOnly) {
  EXPECT_THAT(against_libraries(read_tree(MARKET_SOURCE_DIR)), IsEmpty());
}

TEST(SourceTree, KeepsPrivateHeadersPrivate) {
  EXPECT_THAT(against_privacy(read_tree(MARKET_SOURCE_DIR)), IsEmpty());
  EXPECT_THAT(against_own_first(read_tree(MARKET_SOURCE_DIR)), IsEmpty());
}

}  // namespace
}  // namespace market::style
