#include "config/types/diagnostic.h"

#include <algorithm>

#include <fmt/format.h>

namespace market {

std::string to_string(Severity severity) {
  switch (severity) {
    case Severity::Waived:
      return "waived";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      break;
  }
  return "error";
}

std::string SourcePosition::to_string() const {
  if (line == 0) return file;
  return fmt::format("{}:{}:{}", file.str(), line, column);
}

std::string Diagnostic::to_string() const {
  std::string text = fmt::format("{}: {}: {}: {}", position.to_string(),
                                 market::to_string(severity), rule, message);
  if (other) text += fmt::format(" (see {})", other->to_string());
  if (!fix.empty()) text += "; " + fix;
  return text;
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::Error; });
}

}  // namespace market
