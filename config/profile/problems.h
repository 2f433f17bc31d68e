// Collects what is wrong with profiles, in the words of config/types/diagnostic.h.
//
// Rules:
//   P001 a file or directory that cannot be used      P008 `inherits` in a circle
//   P002 unknown key or word                          P009 two profiles match the same devices
//   P003 a key is missing                             P010 an index that is not defined
//   P004 a value of the wrong kind                    P011 null with nothing to remove
//   P005 another schema or kind of document           P012 not a regular expression
//   P006 two profiles with the same id                P013 an attribute that cannot work so
//   P007 `inherits` names no profile
//   P030 a wireless fact in a table that cannot have it
//   P031 a unit or word a wireless fact cannot have   P032 an index of a wireless table
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/profile/pattern.h"
#include "config/types/diagnostic.h"
#include "config/yaml/document.h"

namespace market::profile {

class Problems {
 public:
  explicit Problems(Expressions expressions = Expressions::Checked) : expressions_{expressions} {}

  /// Whether an expression is to be compiled where it is read, for P012.
  [[nodiscard]] bool wants_expressions_checked() const {
    return expressions_ == Expressions::Checked;
  }

  void add(std::string rule, SourcePosition position, std::string message, std::string fix = {}) {
    found_.push_back({std::move(rule), Severity::Error, std::move(position), std::move(message),
                      std::move(fix), std::nullopt});
  }
  void add_with_other(std::string rule, SourcePosition position, SourcePosition other,
                      std::string message, std::string fix) {
    found_.push_back({std::move(rule), Severity::Error, std::move(position), std::move(message),
                      std::move(fix), std::move(other)});
  }
  void take(const Diagnostics& others) {
    found_.insert(found_.end(), others.begin(), others.end());
  }

  /// P002: `word` is none of `known`; the fix names the nearest one, or all of them.
  void add_unknown(SourcePosition position, std::string_view what, const std::string& word,
                   const std::vector<std::string>& known);

  /// Sorted by place; what a profile and its heirs have in common is said once.
  [[nodiscard]] Diagnostics sorted() const;

 private:
  Expressions expressions_;
  Diagnostics found_;
};

}  // namespace market::profile
