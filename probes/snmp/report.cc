#include "probes/snmp/report.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace market::snmp {
namespace {

// The parts of a cause that depend on who asked stand in braces.
struct Counter {
  Oid object;
  std::string_view name;
  ErrorStatus status;
  std::string_view cause;
};

const std::array<Counter, 11>& counters() {
  constexpr auto kAuthorization = ErrorStatus::AuthorizationError;
  static const Oid usm{1, 3, 6, 1, 6, 3, 15, 1, 1};  // SNMP-USER-BASED-SM-MIB::usmStats
  static const Oid mpd{1, 3, 6, 1, 6, 3, 11, 2, 1};  // SNMP-MPD-MIB::snmpMPDStats
  static const Oid target{1, 3, 6, 1, 6, 3, 12, 1};  // SNMP-TARGET-MIB::snmpTargetObjects
  static const std::array<Counter, 11> all{{
      {usm.child(1), "usmStatsUnsupportedSecLevels", kAuthorization,
       "the agent does not grant user '{user}' this security level or protocol"},
      {usm.child(2), "usmStatsNotInTimeWindows", kAuthorization,
       "the agent's engine clock does not agree with what it told before"},
      {usm.child(3), "usmStatsUnknownUserNames", kAuthorization, "the agent has no user '{user}'"},
      {usm.child(4), "usmStatsUnknownEngineIDs", kAuthorization,
       "the agent does not know its own engine id again"},
      {usm.child(5), "usmStatsWrongDigests", kAuthorization,
       "wrong authentication passphrase or protocol for user '{user}'"},
      {usm.child(6), "usmStatsDecryptionErrors", kAuthorization,
       "wrong privacy passphrase or protocol for user '{user}'"},
      {mpd.child(1), "snmpUnknownSecurityModels", kAuthorization,
       "the agent does not speak the User-based Security Model"},
      {mpd.child(2), "snmpInvalidMsgs", ErrorStatus::GenErr, "the agent calls the message invalid"},
      {mpd.child(3), "snmpUnknownPDUHandlers", ErrorStatus::GenErr,
       "nothing at the agent takes such a request"},
      {target.child(4), "snmpUnavailableContexts", ErrorStatus::GenErr,
       "the context is not available at the agent"},
      {target.child(5), "snmpUnknownContexts", ErrorStatus::GenErr,
       "the agent has no such context"},
  }};
  return all;
}

const Counter* counter_of(const std::vector<VarBind>& bindings) {
  if (bindings.empty()) return nullptr;
  const auto& oid = bindings.front().oid;
  const auto& all = counters();
  const auto* const found = std::find_if(all.begin(), all.end(), [&oid](const Counter& counter) {
    return oid.starts_with(counter.object);
  });
  return found == all.end() ? nullptr : found;
}

}  // namespace

ReportKind kind_of_report(const std::vector<VarBind>& bindings) {
  const auto* const counter = counter_of(bindings);
  if (counter == nullptr) return ReportKind::Final;
  if (counter->name == "usmStatsNotInTimeWindows") return ReportKind::NotInTimeWindow;
  if (counter->name == "usmStatsUnknownEngineIDs") return ReportKind::UnknownEngine;
  return ReportKind::Final;
}

Refusal explain_report(const std::vector<VarBind>& bindings, const Credentials& credentials) {
  const auto* const counter = counter_of(bindings);
  if (counter == nullptr) {
    const auto what = bindings.empty() ? std::string{"nothing"} : bindings.front().oid.to_string();
    return {ErrorStatus::GenErr, 0, "a report of " + what};
  }
  std::string detail = std::string{counter->name} + ": " + std::string{counter->cause};
  constexpr std::string_view kUser = "{user}";
  if (const auto at = detail.find(kUser); at != std::string::npos) {
    detail.replace(at, kUser.size(), credentials.user);
  }
  return {counter->status, 0, std::move(detail)};
}

}  // namespace market::snmp
