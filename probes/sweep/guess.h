// Model and firmware of a device whose maker's objects nobody has written down: among the texts it
// answers below its enterprise, the one that looks most like one: a scalar before a row of a table,
// what sysDescr says too before all others.
//
// Threads:  pure. Errors: none; a guess says in the evidence that it is one.
#pragma once

#include "probes/sweep/read.h"
#include "probes/sweep/sweep.h"

namespace market::sweep {

/// Fills `model` and `firmware` where they are empty.
void guess_facts(const Read& read, Identification& identification);

/// A bare number ("1.55") as the firmware of a device that tells nothing better.
void guess_number(const Read& read, Identification& identification);

}  // namespace market::sweep
