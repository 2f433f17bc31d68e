// What is wrong with a text that a person wrote: where, what, the other place involved, the fix.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/types/shared_text.h"

namespace market {

/// A place in a file. Line and column count from 1, columns in bytes; line 0 = the whole file.
struct SourcePosition {
  SharedText file;  ///< that of the whole tree it is in
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  /// "market.yaml:42:7", or only the file's name for the whole file.
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const SourcePosition&, const SourcePosition&) = default;
};

enum class Severity : std::uint8_t {
  Waived,  ///< somebody answers for it: neither an error nor a warning
  Warning,
  Error,
};
/// "waived", "warning", "error".
[[nodiscard]] std::string to_string(Severity severity);

/// One finding of a check. Printed as
///   market.yaml:42:7: error: D101: zone 'staff' has vid 20, which zone 'payment' has already
///     (market.yaml:40:7); give each zone its own vid
struct Diagnostic {
  std::string rule;  ///< stable id: "D101"
  Severity severity = Severity::Error;
  SourcePosition position;
  std::string message;                  ///< one line, values in single quotes, no final period
  std::string fix;                      ///< what to do about it; may be empty
  std::optional<SourcePosition> other;  ///< the other place involved

  [[nodiscard]] std::string to_string() const;
};

using Diagnostics = std::vector<Diagnostic>;

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

}  // namespace market
