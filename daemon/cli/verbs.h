// The verbs, one function each. Offline ones need no daemon.
#pragma once

#include "daemon/cli/invocation.h"

namespace market::cli {

int check(const Invocation& invocation);   // offline.cc
int design(const Invocation& invocation);  // design.cc
int labels(const Invocation& invocation);  // labels.cc

int sweep(const Invocation& invocation);          // sweep.cc
int import_market(const Invocation& invocation);  // import.cc

int identify(const Invocation& invocation);  // identify.cc
int profile(const Invocation& invocation);

int status(const Invocation& invocation);  // show.cc
int devices(const Invocation& invocation);
int device(const Invocation& invocation);
int topology(const Invocation& invocation);
int findings(const Invocation& invocation);
int stalls(const Invocation& invocation);
int stall(const Invocation& invocation);
int why(const Invocation& invocation);
int incidents(const Invocation& invocation);
int events(const Invocation& invocation);
int outages(const Invocation& invocation);
int history(const Invocation& invocation);
int audit(const Invocation& invocation);

int plan(const Invocation& invocation);  // change.cc
int approve(const Invocation& invocation);
int drift(const Invocation& invocation);
int apply(const Invocation& invocation);
int confirm(const Invocation& invocation);
int rollback(const Invocation& invocation);
int reload(const Invocation& invocation);

}  // namespace market::cli
