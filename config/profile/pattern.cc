#include "config/profile/pattern.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <utility>

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

struct PatternList::Compiled {
  std::vector<std::string> patterns;
  std::vector<std::size_t> places;  ///< in patterns, of each in set
  std::unique_ptr<RE2::Set> set;    ///< one automaton; null when it would take too much room

  [[nodiscard]] std::vector<std::size_t> found_by_turns(std::string_view text) const {
    std::vector<std::size_t> found;
    std::copy_if(places.begin(), places.end(), std::back_inserter(found),
                 [&](std::size_t place) { return pattern_found(patterns[place], text); });
    return found;
  }
};

PatternList::PatternList(std::vector<std::string> patterns) {
  auto options = quiet();
  options.set_max_mem(kSetMemory);
  Compiled made{std::move(patterns), {}, std::make_unique<RE2::Set>(options, RE2::UNANCHORED)};
  for (std::size_t i = 0; i < made.patterns.size(); ++i) {
    const auto& pattern = made.patterns[i];
    if (!pattern.empty() && made.set->Add(pattern, nullptr) >= 0) made.places.push_back(i);
  }
  if (!made.set->Compile()) made.set.reset();
  compiled_ = std::make_shared<const Compiled>(std::move(made));
}

std::size_t PatternList::size() const { return compiled_ ? compiled_->patterns.size() : 0; }

std::vector<std::size_t> PatternList::found_in(std::string_view text) const {
  if (!compiled_) return {};
  std::vector<int> numbers;
  RE2::Set::ErrorInfo error{RE2::Set::kNotCompiled};
  if (!compiled_->set ||
      (!compiled_->set->Match(piece(text), &numbers, &error) && error.kind != RE2::Set::kNoError)) {
    return compiled_->found_by_turns(text);
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::size_t> found;
  for (const int number : numbers) {
    found.push_back(compiled_->places[static_cast<std::size_t>(number)]);
  }
  return found;
}

}  // namespace market::profile
