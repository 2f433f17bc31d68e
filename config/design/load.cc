#include "config/design/load.h"

#include <array>

#include "config/design/layers.h"
#include "config/design/model.h"
#include "config/design/reading.h"
#include "config/design/rules.h"
#include "config/design/waivers.h"

namespace market {
namespace {

using design::Part;
using design::Reading;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

struct Section {
  Part part;
  void (*read)(MapReader& top, Reading& reading);
};
constexpr std::array kSections{
    Section{Part::Site, design::read_site},
    Section{Part::Times, design::read_times},
    Section{Part::Zones, design::read_zones},
    Section{Part::Services, design::read_services},
    Section{Part::Methods, design::read_methods},
    Section{Part::Policy, design::read_policy},
    Section{Part::Gateway, design::read_gateway},
    Section{Part::Roles, design::read_port_roles},
    Section{Part::Switches, design::read_switches},
    Section{Part::Aps, design::read_aps},
    Section{Part::Ssids, design::read_ssids},
    Section{Part::Stalls, design::read_stalls},
    Section{Part::Acceptance, design::read_acceptance},
};

void mark_all_incomplete(Reading& reading) {
  for (const Section& section : kSections) reading.incomplete.insert(section.part);
}

void read_all(const Node& root, Reading& reading) {
  std::size_t losses = 0;
  {
    MapReader top{root, "the design", reading.findings};
    static_cast<void>(top.integer("schema", Need::Required, {1, kDesignSchema}));
    static_cast<void>(top.word("kind", Need::Required, {"market-design"}));
    for (const Section& section : kSections) {
      losses = reading.findings.losses();
      section.read(top, reading);
      if (reading.findings.losses() != losses) reading.incomplete.insert(section.part);
    }
    reading.design.waivers = design::read_waivers(top);
    losses = reading.findings.losses();
  }
  // A mistyped key at the top hides a whole part, and we do not know which: its names are lost.
  if (reading.findings.losses() == losses) {
    reading.resolve();
  } else {
    mark_all_incomplete(reading);
  }
}

Diagnostics waived(const Diagnostics& problems) {
  Diagnostics found;
  for (const auto& problem : problems) {
    if (problem.severity == Severity::Waived) found.push_back(problem);
  }
  return found;
}

LoadedDesign read_design(DesignLayers layers, const std::string& file,
                         const DesignContext& context) {
  yaml::Findings findings;
  const bool whole = layers.problems.empty();
  findings.add(std::move(layers.problems));
  LoadedDesign loaded;
  if (layers.root && !layers.refused) {
    Reading reading{findings};
    read_all(*layers.root, reading);
    if (!whole) mark_all_incomplete(reading);
    design::check_rules(design::Model{reading.design, findings, context.families},
                        reading.incomplete, findings);
    loaded.design = std::move(reading.design);
    loaded.design->file = file;
    loaded.design->digest = layers.digest();
  }
  loaded.problems = findings.take_sorted();
  if (loaded.design) design::apply_waivers(loaded.design->waivers, context.today, loaded.problems);
  if (has_errors(loaded.problems)) loaded.design.reset();
  if (loaded.design) loaded.design->waived = waived(loaded.problems);
  return loaded;
}

}  // namespace

LoadedDesign parse_design(std::string_view text, const std::string& file,
                          const DesignContext& context) {
  return read_design(parse_layers(text, file), file, context);
}

LoadedDesign load_design(const std::string& path, const DesignContext& context) {
  return read_design(load_layers(path), path, context);
}

}  // namespace market
