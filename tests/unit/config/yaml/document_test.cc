// config/yaml: what a text becomes, where each node says it is, and what is refused.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "config/yaml/document.h"

namespace market::yaml {
namespace {

using std::string_literals::operator""s;

std::string first_rule(const Document& document) {
  return document.problems.empty() ? "" : document.problems.front().rule;
}
std::string where(const SourcePosition& position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}
std::string first_place(const Document& document) {
  return document.problems.empty() ? "" : where(document.problems.front().position);
}

TEST(Document, IsATreeWithThePlaceOfEveryNode) {
  const auto document = parse("site:\n  id: x\nzones:\n  - { id: a, vid: 20 }\n", "m.yaml");
  ASSERT_TRUE(document.root);
  EXPECT_TRUE(document.problems.empty());
  const Node* zones = document.root->find("zones");
  ASSERT_NE(zones, nullptr);
  ASSERT_EQ(zones->items.size(), 1U);
  EXPECT_EQ(where(zones->items[0].position), "4:5");
  EXPECT_EQ(where(zones->items[0].find("vid")->position), "4:19");
  EXPECT_EQ(zones->items[0].entries[1].key_position.to_string(), "m.yaml:4:14");
  EXPECT_EQ(document.root->find("nothing"), nullptr);
}

TEST(Document, CountsColumnsInBytes) {
  const auto document = parse("{ name: 대구상회, accepts: [card] }", "m.yaml");
  ASSERT_TRUE(document.root);
  // 8 columns before the name, 12 bytes of name, ", " and the key.
  EXPECT_EQ(where(document.root->entries[1].key_position), "1:23");
  EXPECT_EQ(where(document.root->find("accepts")->items[0].position), "1:33");
}

TEST(Document, LeavesScalarsAsText) {
  const auto document = parse("a: 010\nb: on\nc: '20'\nd: |\n  x\ne: ~\nf:\ng: \"\"\n", "m.yaml");
  ASSERT_TRUE(document.root);
  EXPECT_EQ(document.root->find("a")->text, "010");
  EXPECT_FALSE(document.root->find("a")->quoted);
  EXPECT_EQ(document.root->find("b")->text, "on");
  EXPECT_TRUE(document.root->find("c")->quoted);
  EXPECT_TRUE(document.root->find("d")->quoted);
  EXPECT_EQ(document.root->find("e")->kind, Kind::Null);
  EXPECT_EQ(document.root->find("f")->kind, Kind::Null);
  EXPECT_EQ(where(document.root->find("f")->position), "7:1");
  EXPECT_EQ(document.root->find("g")->kind, Kind::Scalar);
}

TEST(Document, RefusesTheSecondUseOfAKeyAndNamesTheFirst) {
  const auto document = parse("a: 1\nb: 2\na: 3\n", "m.yaml");
  ASSERT_EQ(document.problems.size(), 1U);
  EXPECT_EQ(document.problems[0].rule, "D002");
  EXPECT_EQ(where(document.problems[0].position), "3:1");
  EXPECT_EQ(where(*document.problems[0].other), "1:1");
  EXPECT_EQ(document.root->find("a")->text, "1");
}

TEST(Document, RefusesAnchorsAliasesTagsAndMergeKeysAndReportsThemAll) {
  const auto document =
      parse("a: &x { k: 1 }\nb: *x\nc: !!str 5\nd: { <<: { z: 1 } }\ne: !mine {}\n", "m.yaml");
  ASSERT_TRUE(document.root);
  ASSERT_EQ(document.problems.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(document.problems[i].rule, "D008");
    EXPECT_EQ(document.problems[i].position.line, i + 1);
  }
  EXPECT_TRUE(document.root->find("d")->entries.empty());
}

TEST(Document, RefusesAFurtherDocument) {
  EXPECT_EQ(first_rule(parse("a: 1\n---\nb: 2\n", "m.yaml")), "D008");
  EXPECT_EQ(first_rule(parse("---\na: 1\n...\n", "m.yaml")), "");
}

TEST(Document, ReadsSeveralDocumentsWhereTheyAreAllowed) {
  const auto documents = parse_all("---\na: 1\n---\nb: 2\n---\nb: [\n", "m.yaml");
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(documents[0].root->find("a")->text, "1");
  EXPECT_EQ(where(documents[1].root->find("b")->position), "4:4");
  EXPECT_FALSE(documents[2].root);
  EXPECT_EQ(first_rule(documents[2]), "D001");
}

TEST(Document, SaysWhereTextIsNotYaml) {
  EXPECT_EQ(first_place(parse("a: 1\nb: [1, 2\nc: 3\n", "m.yaml")).substr(0, 2), "3:");
  for (const auto* text : {"a: [1", "{", "a: 'x", "a: b: c", "\t- x\n\ty", "]", "a: 1\n]", "}{",
                           "- a\nb", "[a]b", "%YAML 9.0\n---\na", "a: \"\\q\"", "? [a]\n: b"}) {
    const auto document = parse(text, "m.yaml");
    EXPECT_EQ(first_rule(document), "D001") << text;
    EXPECT_FALSE(first_place(document).empty());
  }
}

TEST(Document, OfAnEmptyTextIsNull) {
  for (const auto* text : {"", "\n\n", "# nothing\n", "\xef\xbb\xbf"}) {
    const auto document = parse(text, "m.yaml");
    ASSERT_TRUE(document.root) << text;
    EXPECT_EQ(document.root->kind, Kind::Null);
    EXPECT_TRUE(document.problems.empty());
  }
}

TEST(Document, TakesAByteOrderMarkAndWindowsLineEnds) {
  const auto document = parse(
      "\xef\xbb\xbf"
      "a: 1\r\nb:\r\n  - x\r\n",
      "m.yaml");
  ASSERT_TRUE(document.root);
  EXPECT_TRUE(document.problems.empty());
  EXPECT_EQ(document.root->find("a")->text, "1");
  EXPECT_EQ(where(document.root->entries[0].key_position), "1:1");
  EXPECT_EQ(where(document.root->find("b")->items[0].position), "3:5");
}

TEST(Document, RefusesBytesThatAreNotText) {
  EXPECT_EQ(first_place(parse("a: 1\nb: \0\n"s, "m.yaml")), "2:4");
  EXPECT_EQ(first_place(parse("a: \x04", "m.yaml")), "1:4");
  for (const auto& text : {"a: \xff\n"s, "a: \xc0\x80"s, "\xfe\xff\0a"s, "a: \xed\xa0\x80"s,
                           "a: \xf4\x90\x80\x80"s, "a: \xe0\x80\xaf"s, "a: \xe3\x85"s, "a\0:\0 \0"s,
                           "a: \x1b[0m"s, "a: \x7f"s, "\"\\0\""s, "a: \"\\e[0m\""s}) {
    EXPECT_EQ(first_rule(parse(text, "m.yaml")), "D001") << text;
  }
}

TEST(Document, SurvivesDeepNesting) {
  for (const auto* open : {"[", "{", "- ", "? ", "{a: ", "[a: "}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    const auto document = parse(text, "m.yaml");
    EXPECT_EQ(first_rule(document), "D008") << open;
    EXPECT_FALSE(document.root);
  }
  EXPECT_EQ(first_rule(parse("[[[[1]]]]", "m.yaml", {.depth = 3})), "D008");
  EXPECT_EQ(first_rule(parse("[[[1]]]", "m.yaml", {.depth = 3})), "");
}

TEST(Document, NeverExpandsAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x]\n";
  for (int i = 1; i < 60; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 6; ++k) text += "*a" + std::to_string(i - 1) + ", ";
    text += "]\n";
  }
  EXPECT_EQ(first_rule(parse(text, "m.yaml")), "D008");
}

TEST(Document, HasLimitsOnSizeAndCount) {
  EXPECT_EQ(first_rule(parse("[1, 2, 3, 4]", "m.yaml", {.nodes = 4})), "D008");
  EXPECT_EQ(first_rule(parse("[1, 2, 3]", "m.yaml", {.nodes = 4})), "");
  EXPECT_EQ(first_rule(parse("abcdef", "m.yaml", {.bytes = 5})), "D008");
}

TEST(Document, OfAnyBytesIsATreeOrAProblem) {
  const std::string base = "a: [1, {b: 'c', d: \"e\\n\"}]\nf: |\n  text\ng:\n  - &x h\n  - *x\n";
  std::mt19937 random{20'26};
  for (int round = 0; round < 4000; ++round) {
    std::string text = base;
    for (auto edits = random() % 6; edits <= 6; ++edits) {
      text[random() % text.size()] = "[]{}:,-?&*!|>'\"%@`#\n\r\t \\\x80\0x"[random() % 27];
    }
    text.resize(random() % text.size());
    const auto document = parse(text, "m.yaml");
    EXPECT_TRUE(document.root || !document.problems.empty()) << text;
    EXPECT_FALSE(parse_all(text, "m.yaml").empty());
  }
}

TEST(Load, ReportsAnUnreadableFileAtLineZero) {
  for (const auto* path : {"/nonexistent/m.yaml", "/"}) {
    const auto document = load(path);
    EXPECT_FALSE(document.root);
    EXPECT_EQ(first_rule(document), "D001");
    EXPECT_EQ(first_place(document), "0:0");
    EXPECT_EQ(load_all(path).size(), 1U);
  }
}

TEST(Load, StopsReadingAtTheLimit) {
  EXPECT_EQ(read_file("/dev/zero", {.bytes = 1000})->size(), 1001U);
  EXPECT_EQ(first_rule(load("/dev/zero", {.bytes = 1000})), "D008");
}

TEST(DidYouMean, FindsTheWordAPersonMistyped) {
  const std::vector<std::string> keys{"gateway", "isolate-hosts", "prefix", "vid", "id"};
  EXPECT_EQ(did_you_mean("gatway", keys), "gateway");
  EXPECT_EQ(did_you_mean("gatewya", keys), "gateway");
  EXPECT_EQ(did_you_mean("isolate_host", keys), "isolate-hosts");
  EXPECT_EQ(did_you_mean("vdi", keys), "vid");
  EXPECT_EQ(did_you_mean("colour", keys), std::nullopt);
  EXPECT_EQ(did_you_mean("ab", keys), std::nullopt);
  EXPECT_EQ(did_you_mean("", keys), std::nullopt);
  EXPECT_EQ(did_you_mean(std::string(100'000, 'x'), keys), std::nullopt);
}
TEST(DidYouMean, CountsCharactersNotBytes) {
  EXPECT_EQ(did_you_mean("대구상호", {"대구상회"}), "대구상회");
  EXPECT_EQ(did_you_mean("가", {"나"}), std::nullopt);
}

}  // namespace
}  // namespace market::yaml
