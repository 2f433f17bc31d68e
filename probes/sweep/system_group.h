// The OIDs that every sweep asks for (RFC 3418, system group; RFC 3411, snmpEngineID).
#pragma once

#include "config/types/oid.h"

namespace market::sweep {

inline const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
inline const Oid kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
inline const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};
inline const Oid kSysLocation{1, 3, 6, 1, 2, 1, 1, 6, 0};
inline const Oid kEngineId{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0};

}  // namespace market::sweep
