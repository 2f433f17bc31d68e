#include "probes/sweep/guess.h"

#include <array>
#include <optional>
#include <utility>

#include "config/profile/fact.h"
#include "config/profile/pattern.h"
#include "probes/sweep/system_group.h"

namespace market::sweep {
namespace {

const Oid kEnterprises{1, 3, 6, 1, 4, 1};
/// Identity stands at the beginning of a MIB; what comes later are readings.
constexpr std::size_t kTextsMax = 400;
/// Not the device's own word: UCD and net-snmp speak of the host, Cisco's CDP of neighbours.
const std::array kOthers{Oid{1, 3, 6, 1, 4, 1, 2021}, Oid{1, 3, 6, 1, 4, 1, 8072},
                         Oid{1, 3, 6, 1, 4, 1, 9, 9}, Oid{1, 3, 6, 1, 4, 1, 14988, 1, 1, 11}};

/// "3.2.1", "V6.2 build 20080519", "1.00(AAJZ.16)C0", "R6.5.02r"; no address, no date.
constexpr const char* kVersion =
    R"(^(?:[A-Za-z_ ]{0,20}[vVrR ]?[. ]?)?\d{1,4}\.\d+[\w.()+-]*(?: ?[\w.(),+: -]{0,30})?$)";
constexpr const char* kNoVersion =
    R"(^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$|^-?\d+\.\d+ ?(?:%|[A-Za-z]{1,3})?$|\d\d:\d\d)";
/// "EKI-7708G-4FP", "DS 3016", "UPS2000 6kVA".
constexpr const char* kModel = R"(^[A-Z][A-Za-z]*[A-Za-z0-9]*(?:[ /_-][A-Za-z0-9+./()-]+){0,4}$)";
constexpr const char* kNoModel =
    R"((?i)^[0-9A-F]{8,}$|^[A-Z]{0,4}\d{5,}$|^[A-Z0-9]{9,}$|^(?:v|ver|rev|version)\W?\d|^(?:ok|on|off|none|normal|up|down|private|active|enabled|disabled|default)$|\d\d:\d\d)";

bool is_other(const Oid& oid) {
  for (const auto& other : kOthers) {
    if (oid.starts_with(other)) return true;
  }
  return false;
}

bool looks_like(const char* wanted, const char* unwanted, const std::string& text) {
  return profile::pattern_found(wanted, text) && !profile::pattern_found(unwanted, text);
}

bool has_letter_and_digit(const std::string& text) {
  static constexpr const char* kBoth = R"([A-Za-z].*\d|\d.*[A-Za-z])";
  return profile::pattern_found(kBoth, text);
}

struct Guess {
  Oid oid;
  std::string text;
};

/// The first scalar that `accepts`, or the first row.
template <class Accepts>
std::optional<Guess> first(const Read& read, const std::string& name, Accepts accepts) {
  std::optional<Guess> row;
  std::size_t texts = 0;
  for (auto it = read.lower_bound(kEnterprises);
       it != read.end() && it->first.starts_with(kEnterprises) && texts < kTextsMax; ++it) {
    const auto* octets = snmp::as_octets(it->second);
    if (octets == nullptr || octets->size() < 2 || octets->size() > 64) continue;
    if (is_other(it->first)) continue;
    ++texts;
    const auto fact = fact_in(name, FactRule{}, *octets);
    if (!fact || !accepts(*fact)) continue;
    if (it->first.back() == 0) return Guess{it->first, *fact};
    if (!row) row = Guess{it->first, *fact};
  }
  return row;
}

void take(std::optional<Guess> guess, const char* name, std::string& place,
          std::vector<std::string>& evidence) {
  if (!guess) return;
  evidence.push_back(std::string{name} + " '" + guess->text + "' guessed from " +
                     guess->oid.to_string());
  place = std::move(guess->text);
}

}  // namespace

void guess_facts(const Read& read, Identification& identification) {
  auto& evidence = identification.evidence;
  if (identification.firmware.empty()) {
    const auto is_version = [](const std::string& text) {
      return looks_like(kVersion, kNoVersion, text);
    };
    take(first(read, "firmware", is_version), "firmware", identification.firmware, evidence);
  }
  if (identification.model.empty()) {
    const auto is_model = [&](const std::string& text) {
      return text != identification.firmware && has_letter_and_digit(text) &&
             looks_like(kModel, kNoModel, text);
    };
    take(first(read, "model", is_model), "model", identification.model, evidence);
  }
}

}  // namespace market::sweep
