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
    R"(^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$|^-?\d+\.\d+ ?(?:%|[A-Za-z]{1,3})$|^-?\d+\.\d+ ?(?:V|A|W|k?VA|Volts|Amps|Watts|degrees|[KMG]?bps)\b|\d ?V$|^\d+\.\d{5,}$|\d\d:\d\d)";
/// "1.55" is a version or a reading: only for a device that tells no other.
constexpr const char* kDecimal = R"(^\d+\.\d+$)";
/// "EKI-7708G-4FP", "DS 3016", "UPS2000 6kVA", "7705 SAR-8".
constexpr const char* kModel =
    R"(^[A-Z][A-Za-z]*[A-Za-z0-9]*(?:[ /_-][A-Za-z0-9+./()-]+){0,4}$|^\d{3,5}[A-Z]*(?:[ -][A-Z][A-Za-z0-9+./()-]*){1,3}$)";
constexpr const char* kNoModel =
    R"((?i)^[0-9A-F]{8,}$|^[A-Z]{0,4}\d{5,}$|^[A-Z0-9]{9,}$|^[\d-]+$|^(?:v|ver|rev|version)\W?\d|^(?:ok|on|off|none|normal|up|down|private|active|enabled|disabled|default)$|\d\d:\d\d|\d\.\d+\.\d|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d)";
/// What stands in the rows of tables: parts and places, not the device.
constexpr const char* kPart =
    R"((?i)\b(?:port|outlet|fan|sensor|temp\w*|slot|(?:prog)?inputs?|outputs?|channel|probe|psu|power supply|module|eth\w*|interface|card|agent|snmp|battery|phase|bank|relay|alarm|user|group|disk|cpu|packet|vlan|licen[sc]es?|boot\w*)\b|\b(?:port|outlet|fan|sensor|slot|input|output|ch|eth|ge|xe|disk)[ _]?\d|^[a-z][a-z /-]*\d{1,2}$)";
/// "GWN7660", "DSM-24NM-DP": letters first, then a number.
constexpr const char* kSeries = R"(^[A-Z][A-Za-z]*[ -]?\d{2,})";

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

/// Rather no guess than a poor one: sysDescr has words as well (last-words.yaml).
constexpr int kLeastOfModel = 1;
constexpr int kLeastOfVersion = 0;
constexpr int kLeastOfNumber = 1;

struct Guess {
  Oid oid;
  std::string text;
  int points = 0;
};

/// A column's cells repeat for each part; a device has one name.
constexpr std::size_t kRowsOfParts = 3;

bool is_row_of_many(const Read& read, const Oid& oid) {
  const auto arcs = oid.arcs();
  const Oid column{arcs.begin(), arcs.end() - 1};
  return oid.back() != 0 && read.below(column).size() >= kRowsOfParts;
}

/// Of the texts below the enterprises the one with most points, the first among equals. `points`
/// gives nothing for a text that cannot be meant.
template <class Points>
std::optional<Guess> best(const Read& read, const std::string& name, int least, Points points) {
  const std::string sys_descr = read.text_of(kSysDescr);
  std::optional<Guess> found;
  std::size_t texts = 0;
  for (const auto* bind : read.below(kEnterprises)) {
    if (texts == kTextsMax) break;
    const auto* octets = snmp::as_octets(bind->value);
    if (octets == nullptr || octets->size() < 2 || octets->size() > 64) continue;
    if (is_other(bind->oid)) continue;
    ++texts;
    auto fact = fact_in(name, FactRule{}, *octets);
    const std::optional<int> own = fact ? points(*fact) : std::nullopt;
    if (!own) continue;
    int sum = *own;
    if (bind->oid.back() == 0) sum += 3;
    if (fact->size() > 2 && sys_descr.find(*fact) != std::string::npos) sum += 4;
    if (is_row_of_many(read, bind->oid)) sum -= 3;
    if (sum < least) continue;
    if (!found || sum > found->points) found = Guess{bind->oid, *std::move(fact), sum};
  }
  return found;
}

void take(std::optional<Guess> guess, const char* name, std::string& place,
          std::vector<std::string>& evidence) {
  if (!guess) return;
  evidence.push_back(std::string{name} + " '" + guess->text + "' guessed from " +
                     guess->oid.to_string());
  place = std::move(guess->text);
}

bool is_decimal(const std::string& text) { return profile::pattern_found(kDecimal, text); }

std::optional<int> points_as_version(const std::string& text) {
  if (!looks_like(kVersion, kNoVersion, text) || is_decimal(text)) return std::nullopt;
  return 0;
}

std::optional<int> points_as_decimal(const std::string& text) {
  if (!is_decimal(text) || profile::pattern_found(kNoVersion, text)) return std::nullopt;
  return 0;
}

std::optional<int> points_as_model(const std::string& text) {
  if (!has_letter_and_digit(text) || !looks_like(kModel, kNoModel, text)) return std::nullopt;
  return (profile::pattern_found(kSeries, text) ? 1 : 0) -
         (profile::pattern_found(kPart, text) ? 4 : 0);
}

}  // namespace

void guess_facts(const Read& read, Identification& identification) {
  auto& evidence = identification.evidence;
  if (identification.firmware.empty()) {
    take(best(read, "firmware", kLeastOfVersion, points_as_version), "firmware",
         identification.firmware, evidence);
  }
  if (identification.model.empty()) {
    const auto is_model = [&](const std::string& text) -> std::optional<int> {
      if (text == identification.firmware) return std::nullopt;
      return points_as_model(text);
    };
    take(best(read, "model", kLeastOfModel, is_model), "model", identification.model, evidence);
  }
}

void guess_number(const Read& read, Identification& identification) {
  if (!identification.firmware.empty()) return;
  take(best(read, "firmware", kLeastOfNumber, points_as_decimal), "firmware",
       identification.firmware, identification.evidence);
}

}  // namespace market::sweep
