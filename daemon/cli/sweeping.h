// The words of a sweep and the sweep itself, for the verbs that begin with one: sweep and import.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "config/profile/profile.h"
#include "config/settings/settings.h"
#include "config/types/result.h"
#include "probes/sweep/sweep.h"

namespace market::cli {

/// As typed; what is not typed has its default.
struct SweepWords {
  std::vector<std::string> ranges, communities;
  std::string settings_file;
  Settings settings;            ///< of that file; as given without one
  sweep::SweepOptions options;  ///< ranges, credentials and timeout are there after settle()
  unsigned timeout_ms = 0;
  bool v1 = false;
  std::string profiles;

  void describe(boost::program_options::options_description& options);
  /// Reads `typed`; options of the verb's own are in `options` too. InvalidValue, begun with
  /// `verb`.
  [[nodiscard]] Result<void> read(const std::string& verb, const std::vector<std::string>& typed,
                                  const boost::program_options::options_description& described);
  /// Ranges, communities and settings to what a sweep takes; what is typed counts more. "public"
  /// when nothing says better.
  [[nodiscard]] Result<void> settle(const std::string& verb);

 private:
  [[nodiscard]] Result<void> take_settings();
  std::set<std::string> typed_;  ///< names of options
};

/// "10.64.0.11 speaks SNMP and refuses us: ...".
[[nodiscard]] std::string words_of(const sweep::Refused& refused);

/// Shows its progress on a terminal.
[[nodiscard]] Result<sweep::SweepResult> run_sweep(const ProfileSet& profiles,
                                                   sweep::SweepOptions options);

}  // namespace market::cli
