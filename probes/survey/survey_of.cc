#include "probes/survey/survey_of.h"

#include "probes/survey/parts.h"

namespace market::survey {

DeviceSurvey survey_of(std::span<const snmp::VarBind> bindings,
                       std::span<const VlanContext> contexts) {
  const Rows rows{bindings};
  Skipped skipped;
  const Ports ports{rows, skipped};
  DeviceSurvey survey;
  survey.interfaces = ports.interfaces();
  read_addresses(rows, survey, skipped);
  read_neighbors(rows, survey, skipped);
  read_forwarding(rows, ports, contexts, survey, skipped);
  read_lldp(rows, ports, survey, skipped);
  read_cdp(rows, ports, survey, skipped);
  skipped.tell(survey.gaps);
  return survey;
}

}  // namespace market::survey
