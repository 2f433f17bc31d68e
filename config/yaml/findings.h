// What one check of one file collects: diagnostics, the places of values, and whether a value was
// lost, so that later checks do not complain about the consequences of what is reported already.
//
// Threads:  none; one object per file and run.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "config/types/diagnostic.h"

namespace market::yaml {

/// Ids of the rules that every kind of file has. The defaults are those of a design.
struct RuleIds {
  std::string unknown_key = "D003";
  std::string type = "D004";  ///< wrong type or unit; a missing key
  std::string range = "D005";
  std::string limit = "D008";    ///< too many of something
  std::string decimal = "D010";  ///< a number that is not plain decimal
};

class Findings {
 public:
  explicit Findings(RuleIds rules = {}) : rules_{std::move(rules)} {}

  [[nodiscard]] const RuleIds& rules() const { return rules_; }

  void error(std::string rule, SourcePosition position, std::string message, std::string fix = {},
             std::optional<SourcePosition> other = {});
  void warning(std::string rule, SourcePosition position, std::string message, std::string fix = {},
               std::optional<SourcePosition> other = {});
  /// Takes over what is wrong with the text itself. A value that is refused for that is not
  /// blamed for its type as well.
  void add(Diagnostics problems);

  /// A value that is written in the file did not make it into the result.
  void lose() { ++losses_; }
  /// Grows with each lost value: equal before and after = a part was read completely.
  [[nodiscard]] std::size_t losses() const { return losses_; }

  /// Marks the object at `owner` as one of which something was lost.
  void damage(const SourcePosition& owner) { damaged_.insert(owner); }
  [[nodiscard]] bool damaged(const SourcePosition& owner) const { return damaged_.contains(owner); }

  /// Remembers where `key` of the map at `owner` has its value. For an item of a list of words
  /// the key is "key=item".
  void remember(const SourcePosition& owner, std::string_view key, const SourcePosition& value);
  /// That place, or `owner` when the key is not written.
  [[nodiscard]] const SourcePosition& place(const SourcePosition& owner,
                                            std::string_view key) const;

  /// Everything found, sorted by position, then rule, then text; without repetitions.
  [[nodiscard]] Diagnostics take_sorted();

 private:
  RuleIds rules_;
  Diagnostics list_;
  std::size_t losses_ = 0;
  std::set<SourcePosition> refused_;  ///< places of problems that add() brought
  std::set<SourcePosition> damaged_;
  std::map<SourcePosition, std::map<std::string, SourcePosition, std::less<>>> places_;
};

}  // namespace market::yaml
