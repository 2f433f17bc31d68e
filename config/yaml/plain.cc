#include "config/yaml/plain.h"

#include <algorithm>
#include <utility>

namespace market::yaml {
namespace {

/// Thrown at the first thing that is not plain.
struct NotPlain {};

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_of_key(char c) { return is_word(c) || c == '_' || c == '.' || c == '-'; }
/// Bytes beyond ASCII were looked at before.
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_printable(char c) { return (c >= ' ' && c <= '~') || is_beyond_ascii(c); }
bool is_one_of(char c, std::string_view these) { return these.find(c) != std::string_view::npos; }

class PlainReader {
 public:
  PlainReader(std::string_view text, const std::string& file, const Limits& limits)
      : text_{text}, file_{file}, limits_{limits} {}

  std::vector<Document> run() {
    std::vector<Document> documents;
    next_content();
    while (true) {
      if (at_mark()) {
        at_ += kMark.size();
        finish_line();
      }
      if (column() != 0) throw NotPlain{};
      Document document;
      document.root = block();
      documents.push_back(std::move(document));
      if (at_end()) return documents;
      if (!at_mark()) throw NotPlain{};
    }
  }

 private:
  enum class Context { Block, Flow };
  static constexpr std::string_view kMark = "---";
  static constexpr int kOutside = -1;

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// The character so many places on; a line's end at the end.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  [[nodiscard]] bool at_mark() const {
    return at_ == line_start_ && text_.substr(at_).starts_with(kMark);
  }
  /// Of the content here, 0 = the line's begin; kOutside behind the document's end.
  [[nodiscard]] int column() const {
    return at_end() || at_mark() ? kOutside : static_cast<int>(at_ - line_start_);
  }
  [[nodiscard]] bool at_dash() const {
    return peek() == '-' && is_one_of(peek(1), " \n") && column() != kOutside;
  }
  [[nodiscard]] SourcePosition position() const {
    return {file_, line_, static_cast<std::uint32_t>(at_ - line_start_) + 1};
  }

  void skip_spaces() {
    while (!at_end() && text_[at_] == ' ') ++at_;
  }
  /// Comments begin a line or stand behind a space.
  void skip_comment() {
    if (at_end() || text_[at_] != '#') return;
    if (at_ != line_start_ && text_[at_ - 1] != ' ') throw NotPlain{};
    while (!at_end() && is_printable(text_[at_])) ++at_;
  }
  /// To the next character that means something, on this line or a later one.
  void next_content() {
    while (true) {
      skip_spaces();
      skip_comment();
      if (at_end()) return;
      if (text_[at_] != '\n') break;
      ++at_;
      ++line_;
      line_start_ = at_;
    }
    if (!is_printable(text_[at_])) throw NotPlain{};
  }
  /// Behind the last value of a line.
  void finish_line() {
    skip_spaces();
    skip_comment();
    if (peek() != '\n') throw NotPlain{};
    next_content();
  }

  Node node(Kind kind) {
    if (++nodes_ > limits_.nodes) throw NotPlain{};
    Node made;
    made.kind = kind;
    made.position = position();
    return made;
  }
  Node collection(Kind kind) {
    if (++depth_ > limits_.depth) throw NotPlain{};
    return node(kind);
  }
  Node end(Node made) {
    --depth_;
    std::vector<std::string_view> keys;
    for (const auto& entry : made.entries) keys.emplace_back(entry.key);
    std::sort(keys.begin(), keys.end());
    if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) throw NotPlain{};
    return made;
  }

  /// A map or a list, to the content behind it.
  Node block() { return at_dash() ? block_list() : block_map(); }

  Node block_list() {
    auto list = collection(Kind::Sequence);
    const auto indent = column();
    while (column() == indent && at_dash()) {
      ++at_;
      skip_spaces();
      list.items.push_back(at_key() ? block_map() : value_on_line());
    }
    if (column() > indent) throw NotPlain{};
    return end(std::move(list));
  }

  Node block_map() {
    auto map = collection(Kind::Map);
    const auto indent = column();
    while (column() == indent && !at_dash()) {
      if (!at_key()) throw NotPlain{};
      auto key = node(Kind::Scalar);
      key.text = key_text();
      auto held = value_of(indent);
      map.entries.push_back({std::move(key.text), std::move(key.position), std::move(held)});
    }
    if (column() > indent) throw NotPlain{};
    return end(std::move(map));
  }

  [[nodiscard]] std::size_t key_length() const {
    std::size_t length = 0;
    while (is_of_key(peek(length))) ++length;
    return length;
  }
  [[nodiscard]] bool at_key() const {
    const auto length = key_length();
    return is_word(peek()) && peek(length) == ':' && is_one_of(peek(length + 1), " \n");
  }
  /// Behind its colon.
  std::string key_text() {
    std::string key{text_.substr(at_, key_length())};
    at_ += key.size() + 1;
    refuse_null(key);
    return key;
  }

  /// Behind the colon of a key that stands at `indent`: on the same line, or a block below.
  Node value_of(int indent) {
    skip_spaces();
    skip_comment();
    if (peek() != '\n') return value_on_line();
    next_content();
    if (column() > indent || (column() == indent && at_dash())) return block();
    throw NotPlain{};
  }

  Node value_on_line() {
    auto made = value(Context::Block);
    finish_line();
    return made;
  }

  Node value(Context context) {
    switch (peek()) {
      case '[':
        return flow_list();
      case '{':
        return flow_map();
      case '\'':
      case '"':
        return quoted();
      default:
        return plain(context);
    }
  }

  /// Spaces, lines' ends and comments between brackets. At the begin of a line stands no content.
  void skip_in_flow() {
    const auto line = line_;
    next_content();
    if (at_end() || (line_ != line && at_ == line_start_)) throw NotPlain{};
  }

  Node flow_list() {
    auto list = collection(Kind::Sequence);
    each_in_flow(']', [&] { list.items.push_back(value(Context::Flow)); });
    return end(std::move(list));
  }

  Node flow_map() {
    auto map = collection(Kind::Map);
    each_in_flow('}', [&] {
      auto key = plain(Context::Flow);
      if (peek() != ':' || peek(1) != ' ') throw NotPlain{};
      ++at_;
      skip_in_flow();
      auto held = value(Context::Flow);
      map.entries.push_back({std::move(key.text), std::move(key.position), std::move(held)});
    });
    return end(std::move(map));
  }

  template <class Take>
  void each_in_flow(char closing, Take take) {
    ++at_;
    skip_in_flow();
    if (peek() == closing) {
      ++at_;
      return;
    }
    while (true) {
      take();
      skip_in_flow();
      const char c = peek();
      ++at_;
      if (c == closing) return;
      if (c != ',') throw NotPlain{};
      skip_in_flow();
    }
  }

  /// In one line and without escapes, but for '' between single quotes.
  Node quoted() {
    auto scalar = node(Kind::Scalar);
    scalar.quoted = true;
    const char quote = peek();
    while (true) {
      ++at_;
      const char c = peek();
      if (!is_printable(c) || (c == '\\' && quote == '"')) throw NotPlain{};
      if (c == quote) {
        ++at_;
        if (quote == '"' || peek() != quote) return scalar;
      }
      scalar.text += c;
    }
  }

  Node plain(Context context) {
    const bool negative = peek() == '-' && is_word(peek(1));
    const bool begins = is_word(peek()) || is_beyond_ascii(peek()) || is_one_of(peek(), "./(^$+_=");
    if (!begins && !negative) throw NotPlain{};
    auto scalar = node(Kind::Scalar);
    const auto begin = at_;
    while (!ends_plain(context)) ++at_;
    const auto written = text_.substr(begin, at_ - begin);
    scalar.text.assign(written.substr(0, written.find_last_not_of(' ') + 1));
    refuse_null(scalar.text);
    return scalar;
  }

  [[nodiscard]] bool ends_plain(Context context) const {
    const char c = peek();
    if (c == '\n' || (c == ' ' && peek(1) == '#')) return true;
    if (!is_printable(c)) throw NotPlain{};
    const bool in_flow = context == Context::Flow;
    if (c == ':') return is_one_of(peek(1), in_flow ? " \n,]}" : " \n");
    if (in_flow && is_one_of(c, "?[{")) throw NotPlain{};
    return in_flow && is_one_of(c, ",]}");
  }

  static void refuse_null(std::string_view text) {
    if (text == "null" || text == "Null" || text == "NULL") throw NotPlain{};
  }

  std::string_view text_;
  const std::string& file_;
  const Limits& limits_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint32_t line_ = 1;
  std::size_t nodes_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<std::vector<Document>> parse_plain(std::string_view text, const std::string& file,
                                                 const Limits& limits) {
  try {
    return PlainReader{text, file, limits}.run();
  } catch (const NotPlain&) {
    return std::nullopt;
  }
}

}  // namespace market::yaml
