#include "config/profile/pattern.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <utility>

#include <re2/re2.h>
#include <re2/set.h>

#include "config/profile/needle_index.h"
#include "config/profile/needles.h"

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

/// Compiled when a text comes in which it may be found: of a thousand that is some dozens.
class Expression {
 public:
  explicit Expression(const std::string& pattern)
      : pattern_{pattern}, needles_{needles_of(pattern)} {}

  [[nodiscard]] bool may_be_in(std::string_view text) const {
    if (needles_.empty()) return true;
    return std::any_of(needles_.begin(), needles_.end(),
                       [text](const auto& needle) { return may_contain(text, needle); }) ||
           has_foreign_case(text);
  }
  [[nodiscard]] const RE2& compiled() {
    if (!compiled_) compiled_ = std::make_unique<RE2>(pattern_, quiet());
    return *compiled_;
  }

 private:
  std::string pattern_;
  std::vector<std::string> needles_;
  std::unique_ptr<RE2> compiled_;
};

Expression& known(const std::string& pattern) {
  thread_local std::unordered_map<std::string, Expression> memo;
  const auto found = memo.find(pattern);
  if (found != memo.end()) return found->second;
  if (memo.size() >= kMemoMax) memo.clear();
  return memo.emplace(pattern, pattern).first->second;
}

/// Null when it cannot be found in `text`, or does not compile.
const RE2* to_be_searched(const std::string& pattern, std::string_view text) {
  auto& expression = known(pattern);
  if (!expression.may_be_in(text)) return nullptr;
  const auto& compiled = expression.compiled();
  return compiled.ok() ? &compiled : nullptr;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// Room for the states of some hundred expressions side by side.
constexpr std::int64_t kSetMemory = 16 << 20;

}  // namespace

std::optional<std::string> pattern_error(const std::string& pattern) {
  const RE2 expression{pattern, quiet()};
  if (expression.ok()) return std::nullopt;
  return expression.error();
}

std::optional<std::string> pattern_match(const std::string& pattern, std::string_view text) {
  const auto* expression = to_be_searched(pattern, text);
  if (expression == nullptr) return std::nullopt;
  re2::StringPiece groups[2];
  const int wanted = expression->NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (!expression->Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups, wanted)) {
    return std::nullopt;
  }
  return groups[wanted - 1].as_string();
}

bool is_rewrite_of(const std::string& pattern, const std::string& rewrite) {
  std::string ignored;
  return known(pattern).compiled().CheckRewriteString(rewrite, &ignored);
}

std::optional<std::string> pattern_rewrite(const std::string& pattern, const std::string& rewrite,
                                           std::string_view text) {
  const auto* expression = to_be_searched(pattern, text);
  std::string written;
  if (expression == nullptr || !RE2::Extract(piece(text), *expression, rewrite, &written)) {
    return std::nullopt;
  }
  return written;
}

bool pattern_found(const std::string& pattern, std::string_view text) {
  const auto* expression = to_be_searched(pattern, text);
  return expression != nullptr &&
         expression->Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

struct PatternList::Compiled {
  std::vector<std::string> patterns;
  NeedleIndex needles;              ///< of most, by their places in patterns
  std::vector<std::size_t> others;  ///< the places of those that have none, in the order of set
  std::unique_ptr<RE2::Set> set;    ///< one automaton; null when it would take too much room

  explicit Compiled(std::vector<std::string> all) : patterns{std::move(all)} {
    auto options = quiet();
    options.set_max_mem(kSetMemory);
    set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
    for (std::size_t place = 0; place < patterns.size(); ++place) add(place);
    if (!set->Compile()) set.reset();
  }

  void add(std::size_t place) {
    const auto& pattern = patterns[place];
    if (pattern.empty()) return;
    const auto needles_of_it = needles_of(pattern);
    for (const auto& needle : needles_of_it) needles.add(needle, place);
    if (needles_of_it.empty() && set->Add(pattern, nullptr) >= 0) others.push_back(place);
  }

  /// Of these places those whose expression is found.
  [[nodiscard]] std::vector<std::size_t> found_by_turns(const std::vector<std::size_t>& places,
                                                        std::string_view text) const {
    std::vector<std::size_t> found;
    std::copy_if(places.begin(), places.end(), std::back_inserter(found),
                 [&](std::size_t place) { return pattern_found(patterns[place], text); });
    return found;
  }

  [[nodiscard]] std::vector<std::size_t> others_found(std::string_view text) const {
    std::vector<int> numbers;
    RE2::Set::ErrorInfo error{RE2::Set::kNotCompiled};
    if (!set || (!set->Match(piece(text), &numbers, &error) && error.kind != RE2::Set::kNoError)) {
      return found_by_turns(others, text);
    }
    std::vector<std::size_t> found;
    for (const int number : numbers) found.push_back(others[static_cast<std::size_t>(number)]);
    return found;
  }
};

PatternList::PatternList(std::vector<std::string> patterns)
    : compiled_{std::make_shared<const Compiled>(std::move(patterns))} {}

std::size_t PatternList::size() const { return compiled_ ? compiled_->patterns.size() : 0; }

std::vector<std::size_t> PatternList::found_in(std::string_view text) const {
  if (!compiled_) return {};
  const auto& all = *compiled_;
  auto found = all.others_found(text);
  const auto likely = has_foreign_case(text) ? all.needles.places() : all.needles.places_in(text);
  const auto of_them = all.found_by_turns(likely, text);
  found.insert(found.end(), of_them.begin(), of_them.end());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace market::profile
