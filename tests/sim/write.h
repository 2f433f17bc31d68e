// The SET operation on a copy of a device's configuration (RFC 3416, 4.2.5): everything is checked
// before anything is kept, so a SET is done completely or not at all.
//
// Threads:  pure.
#pragma once

#include <span>

#include "tests/sim/table.h"

namespace market::sim {

struct WriteResult {
  ErrorStatus status = ErrorStatus::NoError;
  std::size_t index = 0;  ///< the binding at fault, from 1; 0 without a fault
  Draft draft;            ///< valid without a fault
};

/// Works `bindings` into a copy of `settings` of a device of `kind`.
[[nodiscard]] WriteResult try_write(Kind kind, const Settings& settings,
                                    std::span<const VarBind> bindings);

}  // namespace market::sim
