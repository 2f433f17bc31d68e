// Everything a person wrote, loaded and cross-checked: settings, profiles, design. Immutable; a
// reload makes a new one or, when anything is wrong with it, none.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "config/profile/profile.h"
#include "config/settings/settings.h"
#include "config/types/diagnostic.h"
#include "daemon/health/health.h"
#include "daemon/inventory/terminal_evidence.h"
#include "daemon/reconcile/plan.h"
#include "probes/snmp/credentials.h"

namespace market::app {

struct Model {
  Settings settings;
  ProfileSet profiles;
  Design design;
  health::Topology topology;
  TerminalHints hints;
  std::vector<snmp::Credentials> read_credentials;   ///< in the order they are tried
  std::vector<snmp::Credentials> write_credentials;  ///< none or one
};
using ModelPtr = std::shared_ptr<const Model>;

struct LoadedModel {
  ModelPtr model;  ///< null when `problems` holds an error
  Diagnostics problems;
};

/// What must hold on each device. Made anew for each call: in a large market it is as large as all
/// the rest together, and wanted seldom.
[[nodiscard]] reconcile::Desired desired_of(const Model& model);

/// By this machine's clock and time zone, which are the site's.
[[nodiscard]] std::chrono::year_month_day local_day(std::chrono::system_clock::time_point now);

/// The design's waivers that ended before `today`: what they let pass is wrong again. A daemon
/// that watches goes on with them; nothing is changed by such a design.
[[nodiscard]] std::vector<Waiver> ended_waivers(const Design& design,
                                                std::chrono::year_month_day today);

[[nodiscard]] LoadedModel load_model(const std::string& settings_file);

/// What the settings say to sweep, else every zone that holds equipment.
[[nodiscard]] std::vector<IpRange> sweep_ranges(const Model& model);

/// Where profiles are when the settings do not say: installed, or in the source tree.
[[nodiscard]] std::string default_profile_directory();
[[nodiscard]] snmp::Credentials to_credentials(const CredentialSettings& settings);
/// In the order they are tried: as declared, but SNMPv3 first, so that no community is told to a
/// device that needs none.
[[nodiscard]] std::vector<snmp::Credentials> read_credentials(const Settings& settings);

}  // namespace market::app
