// A recording of a device, as people send them: `snmprec` (OID|type|value, `4x` is hex) or what
// `snmpwalk -On` printed. Which of the two it is, is seen in the text.
//
// Threads:  pure. Errors: Diagnostics (R001 a line that cannot be read, R002 a file without one
//           readable line); a line that cannot be read is left out and the others count.
// Sources:  snmpsim, "Managing data files"; net-snmp, snmpcmd(1), OUTPUT OPTIONS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/types/diagnostic.h"
#include "probes/snmp/client.h"

namespace market::snmp {

struct Recording {
  std::vector<VarBind> bindings;  ///< in the file's order
  Diagnostics problems;           ///< at most kProblemsMax, the rest only counted
};

/// Lines that cannot be read and are told one by one; what is no recording has thousands.
inline constexpr std::size_t kProblemsMax = 5;

/// `file` is only for positions.
[[nodiscard]] Recording read_recording(std::string_view text, const std::string& file);

}  // namespace market::snmp
