// plan_bench DESIGN RUNS: what it costs to plan a whole market, everything to be changed and
// nothing to be changed. CPU of this process; medians.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include <fmt/format.h>

#include "config/design/load.h"
#include "config/profile/profile.h"
#include "daemon/reconcile/desired.h"
#include "daemon/reconcile/plan.h"

namespace {

using namespace market;
using reconcile::Desired;
using reconcile::Observed;

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Other {
  FieldValue operator()(Absent) const { return std::string{"old"}; }
  FieldValue operator()(bool value) const { return !value; }
  FieldValue operator()(std::int64_t value) const { return value + 1; }
  FieldValue operator()(const std::string& value) const { return value + " old"; }
};

/// The market as designed, or with every field otherwise. VLAN rows and links are as designed:
/// what hangs on one that has another kind is skipped, not planned.
Observed built(const Desired& desired, bool as_designed) {
  Observed observed;
  for (const auto& [id, device] : desired) {
    auto& seen = observed[id];
    seen.reached = true;
    for (const auto& [field, want] : device.fields) {
      const bool exists =
          field.ends_with(".kind") || field.starts_with("vlan[") || field.starts_with("address[");
      if (as_designed || !exists) {
        seen.fields[field] = as_designed ? want.value : std::visit(Other{}, want.value);
      } else if (field.ends_with(".kind")) {
        seen.fields[field] = want.value;
      }
    }
  }
  return observed;
}

template <class Work>
double median_ms(int runs, Work work) {
  std::vector<double> took;
  for (int i = 0; i < runs; ++i) {
    const auto begun = cpu_ms();
    work();
    took.push_back(cpu_ms() - begun);
  }
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: plan_bench DESIGN RUNS\n";
    return 64;
  }
  const int runs = std::max(1, std::atoi(argv[2]));
  const auto profiles = load_profiles(MARKET_SOURCE_DIR "/config/share/profiles");
  const auto loaded = load_design(argv[1]);
  if (!loaded.design || !profiles.profiles) {
    std::cerr << "the design or the profiles cannot be loaded\n";
    return 1;
  }
  const auto& design = *loaded.design;
  auto desired = reconcile::make_desired(design, *profiles.profiles);
  if (!desired) {
    std::cerr << desired.error().message << "\n";
    return 1;
  }
  std::size_t fields = 0;
  for (const auto& [id, device] : *desired) fields += device.fields.size();
  const auto fresh = built(*desired, false), done = built(*desired, true);
  const auto plan = reconcile::make_plan(*desired, fresh, design.digest);
  std::cout << fmt::format(
      "plan of {} switches, {} APs, {} stalls: {} fields (CPU, medians of {})\n",
      design.switches.size(), design.aps.size(), design.stalls.size(), fields, runs);
  std::cout << fmt::format("  design to desired           {:8.1f} ms\n", median_ms(runs, [&] {
                             (void)reconcile::make_desired(design, *profiles.profiles);
                           }));
  std::cout << fmt::format(
      "  all of it otherwise         {:8.1f} ms   {} changes in {} steps\n",
      median_ms(runs, [&] { (void)reconcile::make_plan(*desired, fresh, design.digest); }),
      plan.change_count(), plan.steps.size());
  std::cout << fmt::format(
      "  all of it as designed       {:8.1f} ms   {} changes\n",
      median_ms(runs, [&] { (void)reconcile::make_plan(*desired, done, design.digest); }),
      reconcile::make_plan(*desired, done, design.digest).change_count());
  return 0;
}
