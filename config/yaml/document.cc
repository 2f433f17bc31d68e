#include "config/yaml/document.h"

#include <istream>
#include <map>
#include <streambuf>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "config/yaml/encoding.h"

namespace market::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Thrown through yaml-cpp, from our events, when reading on makes no sense. Its diagnostic is
/// recorded already.
struct Stop {};

/// Text as a stream, without a copy.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // a get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

SourcePosition position_of(const YAML::Mark& mark, const SharedText& file) {
  if (mark.is_null()) return {file, 0, 0};
  return {file, static_cast<std::uint32_t>(mark.line) + 1,
          static_cast<std::uint32_t>(mark.column) + 1};
}

SourcePosition position_of(std::string_view text, std::size_t offset, const SharedText& file) {
  SourcePosition position{file, 1, 1};
  for (const char c : text.substr(0, offset)) {
    ++position.column;
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    }
  }
  return position;
}

/// Builds the trees of a stream from yaml-cpp's events.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::string_view text, const SharedText& file, const Limits& limits)
      : text_{text}, file_{file}, limits_{limits} {}

  std::vector<Document> take() { return std::move(documents_); }
  Document& current() {
    if (documents_.empty()) documents_.emplace_back();
    return documents_.back();
  }
  void problem(std::string rule, SourcePosition position, std::string message,
               std::string fix = {}) {
    current().problems.push_back({std::move(rule), Severity::Error, std::move(position),
                                  one_line(std::move(message)), std::move(fix), std::nullopt});
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp starts a document at any leftover token, and again at the same one.
    const bool marked = mark.pos >= 0 && static_cast<std::size_t>(mark.pos) < text_.size() &&
                        text_.substr(static_cast<std::size_t>(mark.pos)).starts_with("---");
    if (!documents_.empty() && !marked) {
      problem("D001", position_of(mark, file_), "this does not belong to the document before it",
              "check the indentation and the brackets above");
      throw Stop{};
    }
    documents_.emplace_back();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = begin(Kind::Null, mark, "?", anchor);
    if (is_written_null(mark)) node.text = "null";
    // A key without value: yaml-cpp's mark is already at the next token.
    if (!stack_.empty() && stack_.back().has_key) {
      const SourcePosition& key = stack_.back().key_position;
      if (node.position.line != key.line) node.position = key;
    }
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Node node = begin(Kind::Null, mark, "?", 0);
    problem("D008", node.position, "an alias ('*') is not accepted",
            "write the value out where it is used");
    add(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = begin(Kind::Scalar, mark, tag, anchor);
    node.quoted = tag == "!";
    node.text = value;
    if (const auto bad = first_bad_byte(value)) {
      problem("D001", node.position, "in this text, " + bad->why, "remove the escape");
    }
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(begin(Kind::Sequence, mark, tag, anchor));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(begin(Kind::Map, mark, tag, anchor));
  }
  void OnMapEnd() override { close(); }

 private:
  /// A collection that is not complete yet.
  struct Frame {
    Node node;
    bool has_key = false;  ///< a map that waits for the value of `key`
    bool drop = false;     ///< ... which is not kept: the key was refused
    std::string key;
    SourcePosition key_position;
    std::map<std::string, SourcePosition> seen;
  };

  /// `~` or `null`, and not just nothing.
  [[nodiscard]] bool is_written_null(const YAML::Mark& mark) const {
    if (mark.pos < 0 || static_cast<std::size_t>(mark.pos) >= text_.size()) return false;
    const auto rest = text_.substr(static_cast<std::size_t>(mark.pos));
    return rest.starts_with("~") || rest.starts_with("null") || rest.starts_with("Null") ||
           rest.starts_with("NULL");
  }

  Node begin(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Node node;
    node.kind = kind;
    node.position = position_of(mark, file_);
    if (++nodes_ > limits_.nodes) {
      problem("D008", node.position, fmt::format("the file has more than {} values", limits_.nodes),
              "split the file");
      throw Stop{};
    }
    if (anchor != 0) {
      problem("D008", node.position, "an anchor ('&') is not accepted",
              "write the value out where it is used");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      problem("D008", node.position, fmt::format("a tag ('{}') is not accepted", tag),
              "remove the tag");
    }
    return node;
  }

  void open(Node node) {
    if (stack_.size() >= limits_.depth) {
      problem("D008", node.position,
              fmt::format("values are nested deeper than {} levels", limits_.depth),
              "check the brackets");
      throw Stop{};
    }
    Frame frame;
    frame.node = std::move(node);
    stack_.push_back(std::move(frame));
  }

  void close() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (stack_.empty()) {
      current().root = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.kind == Kind::Sequence) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      add_key(frame, std::move(node));
    } else {
      if (!frame.drop) {
        frame.node.entries.push_back(
            {std::move(frame.key), std::move(frame.key_position), std::move(node)});
      }
      frame.has_key = frame.drop = false;
    }
  }

  void add_key(Frame& frame, Node node) {
    frame.has_key = true;
    frame.drop = true;
    frame.key_position = node.position;
    if (node.kind != Kind::Scalar) {
      problem("D001", node.position, "a key must be a word", "write 'key: value'");
    } else if (node.text == "<<" && !node.quoted) {
      problem("D008", node.position, "a merge key ('<<') is not accepted", "write the keys out");
    } else if (const auto [first, fresh] = frame.seen.emplace(node.text, node.position); !fresh) {
      problem("D002", node.position, fmt::format("key '{}' is here a second time", node.text),
              "keep one of the two");
      current().problems.back().other = first->second;
    } else {
      frame.drop = false;
      frame.key = std::move(node.text);
    }
  }

  std::string_view text_;
  SharedText file_;
  Limits limits_;
  std::size_t nodes_ = 0;
  std::vector<Frame> stack_;
  std::vector<Document> documents_;
};

void run(std::string_view text, const std::string& file, Builder& builder) {
  TextBuffer buffer{text};
  std::istream stream{&buffer};
  try {
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
    return;
  } catch (const Stop&) {
  } catch (const YAML::Exception& error) {
    builder.problem("D001", position_of(error.mark, file), "this is not YAML: " + error.msg);
  } catch (const std::exception& error) {
    builder.problem("D001", {file, 0, 0}, std::string{"the YAML parser failed: "} + error.what());
  }
  builder.current().root.reset();
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::vector<Document> parse_all(std::string_view text, const std::string& file, Limits limits) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Builder builder{text, file, limits};
  if (text.size() > limits.bytes) {
    builder.problem("D008", {file, 0, 0},
                    fmt::format("the file is larger than {} bytes", limits.bytes),
                    "split the file");
  } else if (const auto bad = first_bad_byte(text)) {
    builder.problem("D001", position_of(text, bad->offset, file), bad->why,
                    "save the file as UTF-8 text");
  } else {
    run(text, file, builder);
    if (auto& document = builder.current(); !document.root && document.problems.empty()) {
      document.root = Node{};
      document.root->position = {file, 1, 1};
    }
  }
  return builder.take();
}

Document parse(std::string_view text, const std::string& file, Limits limits) {
  std::vector<Document> documents = parse_all(text, file, limits);
  Document first = std::move(documents.front());
  if (documents.size() == 1) return first;
  const Document& second = documents[1];
  SourcePosition position{file, 0, 0};
  if (second.root) position = second.root->position;
  if (!second.problems.empty()) position = second.problems.front().position;
  first.problems.push_back({"D008", Severity::Error, position,
                            "a second document ('---') begins before this",
                            "put it into a file of its own", std::nullopt});
  return first;
}

}  // namespace market::yaml
