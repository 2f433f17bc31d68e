// The IEEE's registers of MAC prefixes as it publishes them: CSV with the columns Registry,
// Assignment, Organization Name, Organization Address.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace market {

/// Calls `take(assignment, organisation)` for each row but the head: "741AE09", "Some Company
/// Ltd.". Quoted fields may hold commas, line ends and doubled quotes (RFC 4180).
void read_ieee_csv(std::string_view text,
                   const std::function<void(std::string_view, const std::string&)>& take);

}  // namespace market
