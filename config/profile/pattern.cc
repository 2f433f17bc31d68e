#include "config/profile/pattern.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include <re2/re2.h>
#include <re2/set.h>

namespace market::profile {
namespace {

/// Expressions kept per thread: more than any profile directory has.
constexpr std::size_t kMemoMax = 8192;

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  return options;
}

const RE2& compiled(const std::string& pattern) {
  thread_local std::unordered_map<std::string, std::unique_ptr<RE2>> memo;
  auto found = memo.find(pattern);
  if (found != memo.end()) return *found->second;
  if (memo.size() >= kMemoMax) memo.clear();
  return *memo.emplace(pattern, std::make_unique<RE2>(pattern, quiet())).first->second;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// Room for the states of some hundred expressions side by side.
constexpr std::int64_t kSetMemory = 16 << 20;

/// A list of expressions as one automaton.
class PatternSet {
 public:
  explicit PatternSet(const std::vector<std::string_view>& patterns)
      : patterns_{patterns.begin(), patterns.end()} {
    auto options = quiet();
    options.set_max_mem(kSetMemory);
    set_ = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
      if (!patterns_[i].empty() && set_->Add(patterns_[i], nullptr) >= 0) places_.push_back(i);
    }
    compiled_ = set_->Compile();
  }

  [[nodiscard]] bool is_of(const std::vector<std::string_view>& patterns) const {
    return std::equal(patterns_.begin(), patterns_.end(), patterns.begin(), patterns.end());
  }
  [[nodiscard]] std::optional<std::size_t> first_in(std::string_view text) const {
    std::vector<int> found;
    RE2::Set::ErrorInfo error{RE2::Set::kNotCompiled};
    if (!compiled_ ||
        (!set_->Match(piece(text), &found, &error) && error.kind != RE2::Set::kNoError)) {
      return first_by_turns(text);
    }
    const auto first = std::min_element(found.begin(), found.end());
    if (first == found.end()) return std::nullopt;
    return places_[static_cast<std::size_t>(*first)];
  }

 private:
  /// When the automaton would take more room than it may.
  [[nodiscard]] std::optional<std::size_t> first_by_turns(std::string_view text) const {
    const auto found = std::find_if(places_.begin(), places_.end(), [&](std::size_t place) {
      return pattern_found(patterns_[place], text);
    });
    if (found == places_.end()) return std::nullopt;
    return *found;
  }

  std::vector<std::string> patterns_;
  std::vector<std::size_t> places_;  ///< in patterns_, of each in set_
  std::unique_ptr<RE2::Set> set_;
  bool compiled_ = false;
};

}  // namespace

std::optional<std::string> pattern_error(const std::string& pattern) {
  const RE2 expression{pattern, quiet()};
  if (expression.ok()) return std::nullopt;
  return expression.error();
}

std::optional<std::string> pattern_match(const std::string& pattern, std::string_view text) {
  const RE2& expression = compiled(pattern);
  if (!expression.ok()) return std::nullopt;
  re2::StringPiece groups[2];
  const int wanted = expression.NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (!expression.Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups, wanted)) {
    return std::nullopt;
  }
  return groups[wanted - 1].as_string();
}

bool is_rewrite_of(const std::string& pattern, const std::string& rewrite) {
  std::string ignored;
  return compiled(pattern).CheckRewriteString(rewrite, &ignored);
}

std::optional<std::string> pattern_rewrite(const std::string& pattern, const std::string& rewrite,
                                           std::string_view text) {
  std::string written;
  if (!RE2::Extract(piece(text), compiled(pattern), rewrite, &written)) return std::nullopt;
  return written;
}

bool pattern_found(const std::string& pattern, std::string_view text) {
  const RE2& expression = compiled(pattern);
  return expression.ok() &&
         expression.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::optional<std::size_t> first_found(const std::vector<std::string_view>& patterns,
                                       std::string_view text) {
  thread_local std::optional<PatternSet> last;
  if (!last || !last->is_of(patterns)) last.emplace(patterns);
  return last->first_in(text);
}

}  // namespace market::profile
