#include "daemon/reconcile/restore.h"

namespace market::reconcile {

Plan restoring_plan(const std::string& gateway, const Desired& desired, const ObservedDevice& seen,
                    const std::string& design_digest,
                    const std::optional<RunRecord>& last_committed) {
  const auto want = desired.find(gateway);
  const bool applied = last_committed && last_committed->plan.design_digest == design_digest;
  if (!applied || want == desired.end() || !seen.reached) return {};
  // Every gateway of a zone has the packet filter: where it can be read and is not there, and
  // nothing else of ours either, all is gone.
  const bool has_filter = want->second.fields.contains("chain[forward]");
  if (!has_filter || seen.unable.contains("chain") || !seen.ours.empty()) return {};
  return make_plan({{gateway, want->second}}, {{gateway, seen}}, design_digest);
}

}  // namespace market::reconcile
