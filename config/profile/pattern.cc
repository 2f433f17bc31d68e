#include "config/profile/pattern.h"

#include <memory>
#include <unordered_map>

#include <re2/re2.h>

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

}  // namespace market::profile
