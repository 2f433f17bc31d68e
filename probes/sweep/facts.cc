#include "probes/sweep/facts.h"

#include <limits>
#include <optional>
#include <utility>

#include "config/profile/fact.h"

namespace market::sweep {
namespace {

const Oid kEntPhysicalEntry{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1};
const Oid kEntPhysicalDescr = kEntPhysicalEntry.child(2);
const Oid kEntPhysicalContainedIn = kEntPhysicalEntry.child(4);
const Oid kEntPhysicalClass = kEntPhysicalEntry.child(5);
const Oid kEntPhysicalName = kEntPhysicalEntry.child(7);
const Oid kHrDeviceEntry{1, 3, 6, 1, 2, 1, 25, 3, 2, 1};
const Oid kHrDeviceType = kHrDeviceEntry.child(2);
const Oid kHrDevicePrinter{1, 3, 6, 1, 2, 1, 25, 3, 1, 5};
const Oid kPrinterMib{1, 3, 6, 1, 2, 1, 43};

/// How well a row stands for the device: 0 is best.
using Rank = int;
constexpr Rank kBest = 0;
constexpr Rank kWhole = 2;  ///< up to here a row is the device or its stack, not a part of it
constexpr Rank kNever = std::numeric_limits<Rank>::max();

bool is_column_of(const Oid& entry, const Oid& oid) {
  return oid.size() == entry.size() + 1 && oid.starts_with(entry);
}

Rank rank_of_entity(const Read& read, const Oid& column, const Oid& index) {
  enum : std::int64_t { kChassis = 3, kContainer = 5, kSupply, kFan, kSensor, kPort = 10, kStack };
  const auto* physical_class = read.find(kEntPhysicalClass.child(index));
  const auto is_a = physical_class == nullptr ? std::nullopt : snmp::as_number(*physical_class);
  if (is_a == kChassis) return kBest;
  if (is_a == kStack) return 1;
  if (is_a == kContainer || is_a == kSupply || is_a == kFan || is_a == kSensor || is_a == kPort) {
    return kNever;
  }
  const auto* inside = read.find(kEntPhysicalContainedIn.child(index));
  if (inside != nullptr) return snmp::as_number(*inside) == 0 ? kWhole : kWhole + 1;
  // An agent that tells neither class nor containment begins with the whole.
  const auto first = read.below(column).front()->oid.after(column);
  return first == index && !read.answers_below(kEntPhysicalClass) ? kWhole : kWhole + 1;
}

Rank rank_of(const Read& read, const Oid& column, const Oid& instance) {
  if (is_column_of(kEntPhysicalEntry, column)) {
    const auto rank = rank_of_entity(read, column, instance.after(column));
    // Every part has a description and a name; only those of the whole tell what the device is.
    const bool any_part_has_it = column == kEntPhysicalDescr || column == kEntPhysicalName;
    return any_part_has_it && rank > kWhole ? kNever : rank;
  }
  if (is_column_of(kHrDeviceEntry, column)) {
    const auto type = read.oid_of(kHrDeviceType.child(instance.after(column)));
    // A computer lists the printers it prints on; a printer answers the Printer-MIB (RFC 3805).
    const bool is_printer = type == kHrDevicePrinter && read.answers_below(kPrinterMib);
    return is_printer ? kBest : kNever;
  }
  return kBest;
}

struct Found {
  Oid oid;
  std::string text;
};

/// Rules that look into the same object stand behind each other, dozens of them for sysDescr: it is
/// sought and cleaned once for all of them.
class FactFinder {
 public:
  explicit FactFinder(const Read& read) : read_{read} {}

  /// By the first rule that finds one.
  std::optional<Found> find(const std::string& name, const std::vector<FactRule>& rules) {
    for (const auto& rule : rules) {
      auto found = find(name, rule);
      if (found) return found;
    }
    return std::nullopt;
  }

 private:
  /// The fact in the instance `rule.oid`, or in the best row below it that has one.
  std::optional<Found> find(const std::string& name, const FactRule& rule) {
    std::optional<Found> found;
    Rank so_far = kNever;
    for (const auto* bind : below(rule.oid)) {
      const auto rank = rank_of(read_, rule.oid, bind->oid);
      if (rank >= so_far) continue;
      auto fact = fact_in(name, rule, said(*bind));
      if (!fact) continue;
      found = Found{bind->oid, *std::move(fact)};
      so_far = rank;
      if (rank == kBest) break;
    }
    return found;
  }

  Read::Range below(const Oid& oid) {
    if (oid_ == nullptr || *oid_ != oid) {
      oid_ = &oid;
      range_ = read_.below(oid);
    }
    return range_;
  }

  const Said& said(const snmp::VarBind& bind) {
    if (bind_ != &bind) {
      bind_ = &bind;
      said_ = Said{bytes_of(bind.value)};
    }
    return said_;
  }

  const Read& read_;
  const Oid* oid_ = nullptr;  ///< of a rule; null = none was looked at
  Read::Range range_;         ///< below it
  const snmp::VarBind* bind_ = nullptr;
  Said said_{""};  ///< of bind_
};

}  // namespace

void read_facts(const Read& read, const FactRules& rules, Identification& identification) {
  const std::pair<const char*, std::string*> places[] = {{"vendor", &identification.vendor},
                                                         {"model", &identification.model},
                                                         {"firmware", &identification.firmware},
                                                         {"serial", &identification.serial},
                                                         {"mac", &identification.mac}};
  FactFinder finder{read};
  for (const auto& [name, place] : places) {
    if (!place->empty()) continue;  // the vendor a family is made by
    const auto of_name = rules.find(name);
    if (of_name == rules.end()) continue;
    auto found = finder.find(name, of_name->second);
    if (!found) continue;
    identification.evidence.push_back(std::string{name} + " '" + found->text + "' from " +
                                      found->oid.to_string());
    *place = std::move(found->text);
  }
}

std::vector<Oid> choosers_of(const Oid& column) {
  if (is_column_of(kEntPhysicalEntry, column)) return {kEntPhysicalClass, kEntPhysicalContainedIn};
  if (is_column_of(kHrDeviceEntry, column)) return {kHrDeviceType, kPrinterMib};
  return {};
}

}  // namespace market::sweep
