#include "daemon/metrics/family.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

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

void Family::add(const std::vector<std::string>& labels, double value) {
  if (labels.size() != label_count(*definition_)) std::abort();
  std::vector<std::string> clean;
  clean.reserve(labels.size());
  for (const auto& label : labels) clean.push_back(to_utf8(label));
  if (!seen_.insert(clean).second) return;
  series_.push_back({std::move(clean), value});
}

/// Exact up to 2^53; beyond it a counter moves in steps of two and more, as in any Prometheus.
void Family::add(const std::vector<std::string>& labels, std::uint64_t value) {
  add(labels, static_cast<double>(value));
}

void Family::add(const std::vector<std::string>& labels, bool value) {
  add(labels, value ? 1.0 : 0.0);
}

void Family::add_time(const std::vector<std::string>& labels, std::int64_t unix_ms) {
  if (unix_ms != 0) add(labels, static_cast<double>(unix_ms) / 1000.0);
}

}  // namespace market::metrics
