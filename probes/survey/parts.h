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
/// dot1qTpFdbTable; where that has nothing learned, the dot1dTpFdbTable of each VLAN; where those
/// have nothing either, the device's own.
void read_forwarding(const Rows& rows, const Ports& ports, std::span<const VlanContext> contexts,
                     DeviceSurvey& survey, Skipped& skipped);
void read_lldp(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped);
void read_cdp(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped);

}  // namespace market::survey
