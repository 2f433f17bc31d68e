// What things of a running market are called in a design: site, devices, zones.
//
// Threads:  pure. Private to this room.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace market::takeover {

/// The site by the names of its devices: the longest "<site>-" that more than half of them begin
/// with and that leaves each a name of its own, which begins with a letter. "market" when there is
/// none.
[[nodiscard]] std::string site_of(const std::vector<std::string>& system_names);

/// Letters, digits and "-_.", as ids are; up to `most` bytes. Empty when nothing is left.
[[nodiscard]] std::string as_id(std::string_view text, std::size_t most);
[[nodiscard]] bool is_id(std::string_view text, std::size_t most);
/// `wanted`, or with the first free number behind it; notes it in `taken`.
[[nodiscard]] std::string unique(std::string wanted, std::set<std::string>& taken);

/// One line of UTF-8: what a design can hold to the letter.
[[nodiscard]] bool is_line(std::string_view text);

/// "A-101 대구상회" -> id and name. Both empty when the label is not a stall's: letters of any
/// script, a hyphen and a number, such as A-101 or 가-12.
struct StallWords {
  std::string id, name;
};
[[nodiscard]] StallWords stall_of_label(std::string_view label);

}  // namespace market::takeover
