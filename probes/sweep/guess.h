// Model and firmware of a device whose maker's objects nobody has written down: among the texts it
// answers below its enterprise, the first that looks like one. Scalars before rows of tables.
//
// Threads:  pure. Errors: none; a guess says in the evidence that it is one.
#pragma once

#include "probes/sweep/sweep.h"
#include "probes/sweep/weigh.h"

namespace market::sweep {

/// Fills `model` and `firmware` where they are empty.
void guess_facts(const Read& read, Identification& identification);

}  // namespace market::sweep
