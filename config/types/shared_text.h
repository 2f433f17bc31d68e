// A text that never changes and that all its copies share: the file of ten thousand positions, the
// key of a switch in all that it says. An empty one holds nothing.
//
// A copy is two words and no memory of its own, so this is for what is copied often; a text that
// is held once is better a std::string, and becomes one by itself.
//
// Threads:  as std::shared_ptr: each object belongs to one thread, the text to any number.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>

namespace market {

class SharedText {
 public:
  SharedText() = default;
  // NOLINTBEGIN(google-explicit-constructor): it is the same text
  SharedText(std::string text)
      : text_{text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))} {}
  SharedText(const char* text) : SharedText{std::string{text}} {}
  operator const std::string&() const { return str(); }
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const std::string& str() const { return text_ ? *text_ : kEmpty; }
  [[nodiscard]] bool empty() const { return !text_; }
  /// Nobody but this object holds it; true of an empty one.
  [[nodiscard]] bool alone() const { return text_.use_count() <= 1; }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ || a.str() == b.str();
  }
  friend bool operator==(const SharedText& a, const std::string& b) { return a.str() == b; }
  friend bool operator==(const SharedText& a, const char* b) { return a.str() == b; }
  friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
    if (a.text_ == b.text_) return std::strong_ordering::equal;
    return a.str() <=> b.str();
  }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) {
    return out << text.str();
  }

 private:
  static inline const std::string kEmpty;
  std::shared_ptr<const std::string> text_;  ///< null = empty
};

/// Texts that come again and again, each once.
class SharedTexts {
 public:
  [[nodiscard]] SharedText of(const std::string& text) {
    if (text.empty()) return {};
    const auto known = texts_.find(text);
    return known == texts_.end() ? *texts_.emplace(text).first : *known;
  }
  /// Gives up those that nobody else holds.
  void tidy() {
    std::erase_if(texts_, [](const SharedText& text) { return text.alone(); });
  }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  struct ByText {
    using is_transparent = void;
    bool operator()(const SharedText& a, const SharedText& b) const { return a < b; }
    bool operator()(const SharedText& a, const std::string& b) const { return a.str() < b; }
    bool operator()(const std::string& a, const SharedText& b) const { return a < b.str(); }
  };
  std::set<SharedText, ByText> texts_;
};

}  // namespace market
