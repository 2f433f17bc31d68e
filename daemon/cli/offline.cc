#include <algorithm>
#include <chrono>
#include <iostream>

#include "config/design/load.h"
#include "config/profile/profile.h"
#include "daemon/app/model.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/verbs.h"

namespace market::cli {
namespace {

Json as_json(const Diagnostics& problems) {
  Json rows = Json::array();
  for (const auto& problem : problems) {
    Json row{{"rule", problem.rule},
             {"severity", to_string(problem.severity)},
             {"file", problem.position.file},
             {"line", problem.position.line},
             {"column", problem.position.column},
             {"message", problem.message},
             {"fix", problem.fix}};
    if (problem.other) row["other"] = problem.other->to_string();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string summary(const Design& design) {
  std::size_t terminals = 0;
  for (const auto& stall : design.stalls) terminals += stall.terminals.size();
  return design.site.name + ": " + std::to_string(design.zones.size()) + " zones, " +
         std::to_string(design.switches.size()) + " switches, " +
         std::to_string(design.aps.size()) + " access points, " +
         std::to_string(design.stalls.size()) + " stalls, " + std::to_string(terminals) +
         " terminals";
}

/// Those that nobody answers for.
std::ptrdiff_t counted_of(const Diagnostics& problems) {
  return std::count_if(problems.begin(), problems.end(), [](const Diagnostic& problem) {
    return problem.severity != Severity::Waived;
  });
}

}  // namespace

int check(const Invocation& invocation) {
  std::string file;
  bool strict = false;
  for (const auto& word : invocation.words) {
    if (word == "--strict") {
      strict = true;
    } else if (file.empty() && !word.starts_with('-')) {
      file = word;
    } else {
      return complain("check takes one design file and --strict, not '" + word + "'", kUsage);
    }
  }
  if (file.empty())
    return complain("check needs a design file: marketctl check market.yaml", kUsage);
  const auto profiles = load_profiles(app::default_profile_directory());
  DesignContext context{.today = app::local_day(std::chrono::system_clock::now()), .families = {}};
  if (profiles.profiles) context.families = profiles.profiles->families();
  const auto loaded = load_design(file, context);
  const auto counted = counted_of(loaded.problems);
  const bool good = loaded.design && (!strict || counted == 0);
  if (invocation.output == Output::Json) {
    std::cout << Json{{"ok", good}, {"problems", as_json(loaded.problems)}}.dump(2) << "\n";
    return good ? kDone : kFailed;
  }
  for (const auto& problem : loaded.problems) std::cout << problem.to_string() << "\n";
  if (loaded.design) std::cout << (good ? "ok: " : "") << summary(*loaded.design) << "\n";
  if (!good) {
    std::cout << counted << " problem" << (counted == 1 ? "" : "s") << " in " << file << "\n";
  }
  return good ? kDone : kFailed;
}

}  // namespace market::cli
