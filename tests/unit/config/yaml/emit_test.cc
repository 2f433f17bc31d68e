#include "config/yaml/emit.h"

#include <gtest/gtest.h>

namespace market::yaml {
namespace {

Node tree(std::string_view text) { return parse(text, "x.yaml").root.value_or(Node{}); }

TEST(EmitCompact, PutsOnOneLineWhatHoldsNothingButValues) {
  EXPECT_EQ(emit_compact(
                tree("zones: [{id: a, vid: 20, tagged: [b, c]}]\nsite: {id: x, work: {a: b}}\n")),
            "zones:\n  - {id: a, vid: 20, tagged: [b, c]}\nsite:\n  id: x\n  work: {a: b}\n");
}

TEST(EmitCompact, KeepsTheRootInBlocksAndQuotesNumbersThatAreKeys) {
  EXPECT_EQ(emit_compact(tree("ports: {\"7\": {role: t}}\nkind: d\n")),
            "ports:\n  \"7\": {role: t}\nkind: d\n");
}

TEST(EmitCompact, IsReadAsTheSameTree) {
  const std::string text = "a: \"yes: \\\"x\\\" # no\"\nb: \"\"\nc: [\"010\", \"가, 나\"]\n";
  const auto again = tree(emit_compact(tree(text)));
  EXPECT_EQ(again.find("a")->text, "yes: \"x\" # no");
  EXPECT_TRUE(again.find("b")->quoted);
  EXPECT_EQ(again.find("c")->items.at(1).text, "가, 나");
}

}  // namespace
}  // namespace market::yaml
