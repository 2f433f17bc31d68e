#include "daemon/health/readiness_tracker.h"

#include <algorithm>

#include "daemon/health/evaluation.h"

namespace market::health {

void ReadinessTracker::Index::close() {
  std::sort(stalls_.begin(), stalls_.end());
  stalls_.erase(std::unique(stalls_.begin(), stalls_.end()), stalls_.end());
  stalls_.shrink_to_fit();
}

template <class Do>
void ReadinessTracker::Index::each(std::string_view key, Do with) const {
  auto at = std::lower_bound(stalls_.begin(), stalls_.end(), std::pair{key, std::size_t{0}});
  for (; at != stalls_.end() && at->first == key; ++at) with(at->second);
}

ReadinessTracker::ReadinessTracker(const Design& design, const Topology& topology,
                                   std::chrono::milliseconds stale_after)
    : design_{design},
      topology_{topology},
      stale_after_{stale_after},
      horizons_ms_(design.stalls.size(), Judge::kNoLonger) {
  for (std::size_t place = 0; place < design.stalls.size(); ++place) {
    for (const auto& terminal : design.stalls[place].terminals) add(terminal, place);
  }
  below_.close();
  on_port_.close();
  with_terminal_.close();
}

void ReadinessTracker::add(const Terminal& terminal, std::size_t place) {
  with_terminal_.add(terminal.serial, place);
  if (const auto port = topology_.port.find(terminal.serial); port != topology_.port.end()) {
    on_port_.add(port->second, place);
  }
  std::vector<std::string_view> above;
  for (auto at = topology_.parent.find(terminal.serial);
       at != topology_.parent.end() && !at->second.empty();
       at = topology_.parent.find(at->second)) {
    // A topology may bite its own tail.
    if (std::find(above.begin(), above.end(), at->second) != above.end()) break;
    above.push_back(at->second);
    below_.add(at->second, place);
  }
}

void ReadinessTracker::forget(const Changes& changes) {
  const auto in = [this](const Index& index, const std::set<std::string>& keys) {
    for (const auto& key : keys) {
      index.each(key, [this](std::size_t place) { horizons_ms_[place] = Judge::kNoLonger; });
    }
  };
  in(below_, changes.devices);
  in(on_port_, changes.ports);
  in(with_terminal_, changes.terminals);
}

void ReadinessTracker::judge(const Readings& readings, const Changes& changes, std::int64_t now_ms,
                             const Tell& tell) {
  Judge judge{topology_, readings, now_ms, stale_after_};
  Evaluation evaluation{design_, judge, now_ms};
  const bool all =
      !changes.services.empty() || evaluation.is_trading() != trading_ || now_ms < judged_ms_;
  trading_ = evaluation.is_trading();
  judged_ms_ = now_ms;
  forget(changes);
  for (std::size_t place = 0; place < horizons_ms_.size(); ++place) {
    if (!all && now_ms <= horizons_ms_[place]) continue;
    auto readiness = evaluation.of(design_.stalls[place]);
    horizons_ms_[place] = judge.take_horizon();
    tell(place, std::move(readiness));
  }
}

}  // namespace market::health
