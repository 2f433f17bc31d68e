// As-built against design, item by item, and the default answer is: not verified.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "daemon/health/snapshot.h"
#include "daemon/reconcile/plan.h"

namespace market::audit {

enum class Verdict : std::uint8_t {
  Same,         ///< 일치: read, and as designed
  Changed,      ///< 변경: read, and different
  Missing,      ///< 누락: the design has it, the device says it is not there
  Extra,        ///< 추가: it is there, the design does not have it
  NotVerified,  ///< 미확인: no reading
};
[[nodiscard]] std::string to_string(Verdict verdict);  ///< "same", "changed", ...

struct Item {
  std::string device;
  std::string field;  ///< empty: the device itself
  Verdict verdict = Verdict::NotVerified;
  std::string designed, built;  ///< as text; empty where there is none
  std::string origin;           ///< "market.yaml:42:7"; empty for extras
  std::string reason;           ///< why not verified
};

/// A finding of the design's checks that somebody answers for.
struct Waived {
  std::string finding;  ///< who answers for it, and until when, included
  bool ended = false;   ///< that day is over
};

struct AsBuilt {
  std::string site, design_digest;
  std::int64_t read_at_ms = 0;
  std::vector<Item> items;  ///< sorted by device, then field
  std::vector<health::StallReadiness> stalls;
  std::vector<Waived> waived;
  [[nodiscard]] std::size_t count(Verdict verdict) const;
};

/// `unknown_devices`: found by discovery, not in the design (id and what it is).
[[nodiscard]] AsBuilt compare(
    const reconcile::Desired& desired, const reconcile::Observed& observed,
    const std::vector<std::pair<std::string, std::string>>& unknown_devices);

/// For a supervisor's screen: counts first, then what is not the same, Korean and English words.
[[nodiscard]] std::string to_text(const AsBuilt& as_built);
[[nodiscard]] std::string to_json(const AsBuilt& as_built);

}  // namespace market::audit
