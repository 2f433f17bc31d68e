// A recording of a device (`OID|type|value`, as snmpsim writes it) as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/snmp/client.h"

namespace market::test {

/// Nothing when there is no such file. Lines that cannot be read are left out.
[[nodiscard]] std::optional<std::vector<snmp::VarBind>> read_recording(const std::string& path);

}  // namespace market::test
