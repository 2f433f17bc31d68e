// The reader of plain YAML beside the parser of all of it: where it reads at all, both read the
// same.
#include "config/yaml/plain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <sstream>

namespace market::yaml {
namespace {

std::string described(const Node& node);

std::string at(const SourcePosition& position) { return " @" + position.to_string() + "\n"; }

std::string described(const Entry& entry) {
  return "key " + entry.key + at(entry.key_position) + described(entry.value);
}

/// All of a tree.
std::string described(const Node& node) {
  std::string text = std::to_string(static_cast<int>(node.kind)) + (node.quoted ? "'" : " ") +
                     node.text + at(node.position);
  for (const auto& item : node.items) text += described(item);
  for (const auto& entry : node.entries) text += described(entry);
  return text + ".\n";
}

std::string described(const std::vector<Document>& documents) {
  std::string text;
  for (const auto& document : documents) {
    if (document.root) text += described(*document.root);
    for (const auto& problem : document.problems) text += problem.to_string() + "\n";
    text += "---\n";
  }
  return text;
}

/// By the parser of all of YAML: a tab, be it in a comment, is not plain.
std::string described_by_parser(const std::string& text) {
  const auto not_plain = text + (text.ends_with('\n') ? "" : "\n") + "#\t\n";
  EXPECT_FALSE(parse_plain(not_plain, "f.yaml", {}));
  return described(parse_all(not_plain, "f.yaml"));
}

std::vector<std::string> shipped_files() {
  std::vector<std::string> files;
  const std::filesystem::path share{std::string{MARKET_SOURCE_DIR} + "/config/share"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator{share}) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool reads(const std::string& text) { return parse_plain(text, "f.yaml", {}).has_value(); }

TEST(PlainYaml, ReadsTheShippedProfilesAsTheParserDoes) {
  std::size_t bytes = 0;
  std::size_t plain = 0;
  for (const auto& file : shipped_files()) {
    const auto text = read_file(file).value();
    bytes += text.size();
    const auto documents = parse_plain(text, "f.yaml", {});
    if (!documents) continue;
    plain += text.size();
    EXPECT_EQ(described(*documents), described_by_parser(text)) << file;
  }
  EXPECT_GT(plain, bytes * 8 / 10);
}

TEST(PlainYaml, ReadsEachOfItsForms) {
  for (const auto* text : {
           "a: b\n",
           "a: b",
           "# c\n\na: 'it''s' # c\nb: \"c, d\"\n",
           "a:\n  b: c\n  d: [e, 'f', -1, {}, []]\ng: {h: i,\n    j: k }\n",
           "a:\n- b\n- c:  d e \n  f: g#h\n- { i: 'j' }\nk: l\n",
           "---\na: b\n--- # c\n- d\n",
           "- { name: 대구상회, accepts: [card] } # 가\n",
           "- [a, b] # c\n- http://d:80/e?f\n",
           "a:\n    - b:\n        c: d\n      e: f\n    - g\n",
       }) {
    const auto documents = parse_plain(text, "f.yaml", {});
    ASSERT_TRUE(documents) << text;
    EXPECT_EQ(described(*documents), described_by_parser(text)) << text;
  }
}

TEST(PlainYaml, DoesNotReadWhatIsNotPlain) {
  for (const auto* text : {
           "",
           "# nothing\n",
           "a\n",
           "a: ~\n",
           "a: null\n",
           "a:\n",
           "a: b\na: c\n",
           "{ a: b, a: c }\n",
           "a: b\n c\n",
           "a: b\n c: d\n",
           "a: |\n  b\n",
           "a: &b c\n",
           "a: *b\n",
           "a: !b c\n",
           "a: \"\\n\"\n",
           "a: 'b\n  c'\n",
           "a: [b\n",
           "a: [b c\n  d]\n",
           "a: [b, ]\n",
           "a: [b: c]\n",
           "a: b: c\n",
           "<<: b\n",
           "? a\n",
           "a:\tb\n",
           "a: b\r\n",
           "a: b\n...\n",
           "---\n---\na: b\n",
           "%YAML 1.2\n---\na: b\n",
           " a: b\n",
           "a: {\nb: c}\n",
           "이름: a\n",
       }) {
    EXPECT_FALSE(reads(text)) << text;
  }
}

TEST(PlainYaml, KeepsTheLimits) {
  EXPECT_TRUE(parse_plain("- [a]\n", "f.yaml", {.depth = 2}));
  EXPECT_FALSE(parse_plain("- [a]\n", "f.yaml", {.depth = 1}));
  EXPECT_TRUE(parse_plain("a: b\n", "f.yaml", {.nodes = 3}));
  EXPECT_FALSE(parse_plain("a: b\n", "f.yaml", {.nodes = 2}));
}

/// Some lines that follow each other.
std::string piece_of(const std::vector<std::string>& lines, std::mt19937& random) {
  std::string text;
  const auto first = random() % lines.size();
  const auto count = 1 + random() % 6;
  for (auto i = first; i < std::min(first + count, lines.size()); ++i) text += lines[i] + "\n";
  return text;
}

void spoil(std::string& text, std::mt19937& random) {
  static const std::string kSigns = " \n\n  ::--,,[]{}''\"#?&*!|>%@`~\\.a0";
  const auto where = random() % (text.size() + 1);
  const char sign = kSigns[random() % kSigns.size()];
  switch (random() % 3) {
    case 0:
      text.insert(where, 1, sign);
      break;
    case 1:
      text.erase(where, 1);
      break;
    default:
      if (where < text.size()) text[where] = sign;
  }
}

TEST(PlainYaml, ReadsNothingInAnotherWayThanTheParser) {
  std::vector<std::string> lines;
  for (const auto& file : shipped_files()) {
    std::istringstream stream{read_file(file).value()};
    for (std::string line; std::getline(stream, line);) {
      // A spoilt character beyond ASCII is refused before either of them is asked.
      const bool is_ascii = std::all_of(line.begin(), line.end(), [](char c) { return c > 0; });
      if (line.size() < 120 && is_ascii) lines.push_back(line);
    }
  }
  std::mt19937 random{4711};
  std::size_t read = 0;
  constexpr int kPieces = 20'000;
  for (int i = 0; i < kPieces; ++i) {
    auto text = piece_of(lines, random);
    for (auto spoils = random() % 4; spoils > 0; --spoils) spoil(text, random);
    const auto documents = parse_plain(text, "f.yaml", {});
    if (!documents) continue;
    ++read;
    ASSERT_EQ(described(*documents), described_by_parser(text)) << text;
  }
  EXPECT_GT(read, kPieces / 20U);
}

}  // namespace
}  // namespace market::yaml
