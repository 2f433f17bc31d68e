// The words of a wireless map and what they stand for.
//
// Threads:  pure. Errors: none; an unknown word is nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/profile/wireless.h"

namespace market::profile {

template <class T>
using WordList = std::vector<std::pair<std::string, T>>;

[[nodiscard]] const WordList<WirelessRow>& wireless_rows();
[[nodiscard]] const WordList<WirelessField>& wireless_fields();
[[nodiscard]] const WordList<WirelessUnit>& wireless_units();
[[nodiscard]] const WordList<WirelessIndexPart::Name>& wireless_index_names();
[[nodiscard]] const WordList<WirelessIndexPart::Shape>& wireless_index_shapes();

/// The unit a field has when the map does not say: dBm, percent or MHz.
[[nodiscard]] WirelessUnit default_unit(WirelessField field);
/// True when a row of this kind can have this fact.
[[nodiscard]] bool can_have(WirelessRow row, WirelessField field);

template <class T>
[[nodiscard]] std::optional<T> word_in(const WordList<T>& words, std::string_view word) {
  for (const auto& [text, value] : words) {
    if (text == word) return value;
  }
  return std::nullopt;
}

template <class T>
[[nodiscard]] std::vector<std::string> all_words(const WordList<T>& words) {
  std::vector<std::string> result;
  for (const auto& [text, value] : words) result.push_back(text);
  return result;
}

}  // namespace market::profile
