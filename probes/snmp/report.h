// What a v3 agent's Report means (RFC 3414, 3.2; RFC 3412, 7.2; RFC 3413, 3.2). Private. Pure.
#pragma once

#include <string>

#include "probes/snmp/client.h"
#include "probes/snmp/credentials.h"

namespace market::snmp {

/// What to do about it.
enum class ReportKind {
  NotInTimeWindow,  ///< ask again: the agent's clock came along
  UnknownEngine,    ///< discover the engine again
  Final,            ///< asking again would give the same
};

[[nodiscard]] ReportKind kind_of_report(const std::vector<VarBind>& bindings);

/// The counter's name and the likely cause: "usmStatsWrongDigests: wrong authentication ...".
[[nodiscard]] Refusal explain_report(const std::vector<VarBind>& bindings,
                                     const Credentials& credentials);

}  // namespace market::snmp
