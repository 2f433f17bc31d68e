// What a link sends, and in which order: the root queueing discipline of each link and, below a
// hierarchical token bucket of ours, its classes (tc(8), tc-htb(8)) as plain structs.
//
// A root of ours has the handle kQueueMajor; any other root is somebody else's. Classes are told
// by the lower half of their handle. A packet finds its class by its priority (`meta priority set
// 6d6b:20` in nft(8)), so there are no filters.
//
// Threads:  one thread at a time.
// Errors:   Unsupported (the kernel has no HTB), NotFound, Conflict, Io; with the kernel's words.
// Sources:  rtnetlink(7), linux/pkt_sched.h, net/sched/sch_htb.c.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/types/result.h"

namespace market::netlink {

/// The upper half of the handles that are ours ("mk"). Nobody gets it by chance: the kernel itself
/// numbers from 0x8000 on, and people from 1.
inline constexpr std::uint16_t kQueueMajor = 0x6d6b;
/// Our classes beside those of zones. The class of a zone has the digits of its VLAN id, so that
/// `tc class show` says 6d6b:20 for VLAN 20; no such number has a hexadecimal f in it.
inline constexpr std::uint16_t kWholeClass = 0xf000;  ///< the parent of all others
inline constexpr std::uint16_t kOtherClass = 0xf001;  ///< of whatever has no class of its own

/// A root that somebody put there; links with the kernel's own default have none.
struct RootQueue {
  std::string link;
  std::string kind;  ///< "htb", "fq_codel", ...
  std::uint16_t major = 0;
  /// HTB: the class of packets that name none; 0 = they pass unshaped.
  std::uint32_t fallback = 0;
  [[nodiscard]] bool ours() const { return kind == "htb" && major == kQueueMajor; }
};

struct TrafficClass {
  std::string link;
  std::uint16_t minor = 0;
  std::uint16_t parent = 0;    ///< minor of the class above; 0 = the root
  std::uint64_t rate = 0;      ///< bytes per second it always has
  std::uint64_t ceiling = 0;   ///< bytes per second it may have when others leave them
  std::uint32_t priority = 0;  ///< 0..7, 0 is first to get what others leave
  friend bool operator==(const TrafficClass&, const TrafficClass&) = default;
};

class Queues {
 public:
  virtual ~Queues() = default;
  [[nodiscard]] virtual Result<std::vector<RootQueue>> roots() = 0;
  /// Below the roots of ours.
  [[nodiscard]] virtual Result<std::vector<TrafficClass>> classes() = 0;
  /// Unsupported, with the reason, when this kernel cannot have a root of ours.
  [[nodiscard]] virtual Result<void> check_support() = 0;

  /// An HTB root of ours; Conflict when the link has a root that is not the kernel's default.
  virtual Result<void> add_root(const std::string& link, std::uint32_t fallback) = 0;
  /// With its classes and whatever waits in them.
  virtual Result<void> delete_root(const std::string& link) = 0;
  /// Makes it, or changes its rates and its priority.
  virtual Result<void> set_class(const TrafficClass& wanted) = 0;
  virtual Result<void> delete_class(const std::string& link, std::uint16_t minor) = 0;
};

/// Of the network namespace the calling thread is in.
[[nodiscard]] Result<std::unique_ptr<Queues>> open_queues();

}  // namespace market::netlink
