// The parts of a survey, each from its tables. Pure; each adds to `survey` and counts what it
// had to leave out.
#pragma once

#include "probes/survey/ports.h"
#include "probes/survey/rows.h"
#include "probes/survey/survey.h"
#include "probes/survey/survey_of.h"

namespace market::survey {

void read_addresses(const Rows& rows, DeviceSurvey& survey, Skipped& skipped);
void read_neighbors(const Rows& rows, DeviceSurvey& survey, Skipped& skipped);
/// dot1qTpFdbTable; where that has nothing learned, dot1dTpFdbTable.
void read_forwarding(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped);
/// The dot1dTpFdbTable of one VLAN. `ports` is the whole device's.
void read_context(const VlanContext& context, const Ports& ports, DeviceSurvey& survey,
                  Skipped& skipped);
void read_lldp(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped);
void read_cdp(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped);

}  // namespace market::survey
