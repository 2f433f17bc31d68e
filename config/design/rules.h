// The rules that look at several objects at once: one small function per rule, one table.
//
// A rule that looks for what is there (two zones with the same vid) runs always. A rule that looks
// for what is absent (a stall without a port) names the parts it needs whole, and does not run
// when something of them was lost: its finding could be a consequence of that.
//
// Threads:  pure. Private to this room.
#pragma once

#include <initializer_list>
#include <set>
#include <span>
#include <string_view>

#include "config/design/model.h"
#include "config/design/reading.h"

namespace market::design {

struct Rule {
  std::string_view id;
  void (*check)(const Model& model, yaml::Findings& findings);
  std::initializer_list<Part> needs;
};

/// Runs every rule that `incomplete` allows.
void check_rules(const Model& model, const std::set<Part>& incomplete, yaml::Findings& findings);

// The tables, one for each file of rules.
[[nodiscard]] std::span<const Rule> address_rules();    ///< D101..D109
[[nodiscard]] std::span<const Rule> queue_rules();      ///< D110, D111
[[nodiscard]] std::span<const Rule> inventory_rules();  ///< D201, D202, D502
[[nodiscard]] std::span<const Rule> port_rules();       ///< D203..D205, D210, D212
[[nodiscard]] std::span<const Rule> link_rules();       ///< D006 of peers, D206, D207
[[nodiscard]] std::span<const Rule> wifi_rules();       ///< D301..D308
[[nodiscard]] std::span<const Rule> isolation_rules();  ///< D401..D405
[[nodiscard]] std::span<const Rule> stall_rules();      ///< D501, D503, D602..D604
[[nodiscard]] std::span<const Rule> cabling_rules();    ///< D208, D209
[[nodiscard]] std::span<const Rule> family_rules();     ///< what the profiles say: D211, D406, ...

}  // namespace market::design
