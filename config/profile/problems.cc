#include "config/profile/problems.h"

#include <algorithm>
#include <tuple>

namespace market::profile {
namespace {

auto order(const Diagnostic& problem) {
  return std::tie(problem.position, problem.rule, problem.message);
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void Problems::add_unknown(SourcePosition position, std::string_view what, const std::string& word,
                           const std::vector<std::string>& known) {
  const auto meant = yaml::did_you_mean(word, known);
  add("P002", std::move(position), std::string{what} + " '" + word + "' is not known",
      meant ? "did you mean '" + *meant + "'?" : "known here: " + listed(known));
}

Diagnostics Problems::sorted() const {
  Diagnostics problems = found_;
  std::stable_sort(problems.begin(), problems.end(),
                   [](const auto& a, const auto& b) { return order(a) < order(b); });
  problems.erase(std::unique(problems.begin(), problems.end(),
                             [](const auto& a, const auto& b) { return order(a) == order(b); }),
                 problems.end());
  return problems;
}

}  // namespace market::profile
