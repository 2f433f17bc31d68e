#include "daemon/metrics/family.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>

namespace market::metrics {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

/// Bytes of the UTF-8 sequence that `lead` begins; 0 = it begins none.
std::size_t sequence_length(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// RFC 3629, 4: after some leads the second byte has less room (no overlong form, no surrogate,
/// nothing beyond U+10FFFF).
bool may_follow(std::uint8_t lead, std::uint8_t second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second <= 0x9F;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

/// Length of the valid sequence at `index`; 0 = there is none.
std::size_t valid_sequence(std::string_view text, std::size_t index) {
  const std::size_t length = sequence_length(byte_at(text, index));
  if (length == 0 || index + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, index + i) & 0xC0U) != 0x80U) return 0;
  }
  if (length > 1 && !may_follow(byte_at(text, index), byte_at(text, index + 1))) return 0;
  return length;
}

std::size_t label_count(const Definition& definition) {
  const auto end = std::find(definition.labels.begin(), definition.labels.end(), "");
  return static_cast<std::size_t>(end - definition.labels.begin());
}

/// Nothing to escape and nothing to repair.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != '\n' && c != '"' && c != '\\';
  });
}

void append_escaped(std::string_view text, std::string& to) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') to += '\\';
    to += c;
  }
}

/// As an ostream with 16 digits writes it, which is how prometheus-cpp does.
void append_number(double value, std::string& to) {
  if (std::isnan(value)) {
    to += "Nan";
    return;
  }
  if (std::isinf(value)) {
    to += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  constexpr double kExact = 1e15;  // whole numbers below have no exponent at 16 digits
  std::array<char, 32> digits;
  const bool whole = std::abs(value) < kExact && std::trunc(value) == value && !std::signbit(value);
  const auto end =
      whole ? std::to_chars(digits.begin(), digits.end(), static_cast<std::int64_t>(value))
            : std::to_chars(digits.begin(), digits.end(), value, std::chars_format::general, 16);
  to.append(digits.data(), end.ptr);
}

}  // namespace

std::string to_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto length = valid_sequence(text, i);
    clean += length == 0 ? kReplacement : text.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return clean;
}

Family::Family(const Definition& definition) : definition_{&definition} {
  lines_.append("# HELP ").append(definition.name).append(" ").append(definition.help);
  lines_.append("\n# TYPE ").append(definition.name);
  lines_ += definition.kind == Kind::Counter ? " counter\n" : " gauge\n";
  heading_ = lines_.size();
}

bool Family::is_new(Span labels) {
  const std::string_view lines{lines_};
  const auto added = lines.substr(labels.offset, labels.size);
  const auto [known, fresh] = seen_.try_emplace(std::hash<std::string_view>{}(added), labels);
  return fresh || lines.substr(known.value().offset, known.value().size) != added;
}

void Family::add(std::span<const std::string_view> labels, double value) {
  if (labels.size() != label_count(*definition_)) std::abort();
  const auto begun = lines_.size();
  lines_ += definition_->name;
  const auto from = lines_.size();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    lines_ += i == 0 ? '{' : ',';
    lines_.append(definition_->labels[i]).append("=\"");
    if (is_plain(labels[i])) {
      lines_ += labels[i];
    } else {
      append_escaped(to_utf8(labels[i]), lines_);
    }
    lines_ += '"';
  }
  if (!labels.empty()) lines_ += '}';
  if (!is_new({from, lines_.size() - from})) {
    lines_.resize(begun);
    return;
  }
  lines_ += ' ';
  append_number(value, lines_);
  lines_ += '\n';
}

/// Exact up to 2^53; beyond it a counter moves in steps of two and more, as in any Prometheus.
void Family::add(Labels labels, std::uint64_t value) { add(labels, static_cast<double>(value)); }

void Family::add_time(Labels labels, std::int64_t unix_ms) {
  if (unix_ms != 0) add(labels, static_cast<double>(unix_ms) / 1000.0);
}

}  // namespace market::metrics
