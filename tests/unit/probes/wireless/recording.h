// Recordings of real devices from beside the project, and the maps that are shipped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "probes/snmp/client.h"
#include "probes/wireless/decode.h"

namespace market::wireless {

/// "OID|type|value" lines; nothing when the corpus is not there.
[[nodiscard]] std::optional<std::vector<snmp::VarBind>> recording(const std::string& name);
/// One line of it, for rows written by hand.
[[nodiscard]] snmp::VarBind row(const std::string& line);
[[nodiscard]] const ProfileSet& shipped();

/// The facts in a recording by the map its sysObjectID and sysDescr choose; the map's id in `used`.
[[nodiscard]] WirelessFacts facts_of(const std::vector<snmp::VarBind>& rows, std::string& used,
                                     DeviceClass device_class = DeviceClass::AccessPoint);

}  // namespace market::wireless

/// Defines `used` and `facts` of a recording, or skips the test.
#define MARKET_FACTS(file)                                                          \
  const auto rows = recording(file);                                                \
  if (!rows) GTEST_SKIP() << "../shared/corpus is not here: " file " was not read"; \
  std::string used;                                                                 \
  const auto facts = facts_of(*rows, used)
