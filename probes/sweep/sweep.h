// A paced scan of address ranges: who answers SNMP, and what do they say of themselves.
//
// sysDescr, sysObjectID, sysName and sysLocation of every address with the first credentials; then
// the addresses that gave no answer once more with the next ones, and so on; and all of that again
// for each further round, since packets get lost. Who answered is asked for the facts of the
// matching profile, and for the engine id.
//
// On the links of this host the kernel finds out who is there (ARP) before it sends, and takes
// three seconds and three requests to give an address up. As many addresses are sought at a time as
// its table bears; one that it gives up is left alone for three rounds, one that it finds late, or
// whose packet it refused, is asked again.
//
// Threads:  confined to the loop's thread. `progress` and `done` may destroy the sweep.
// Errors:   none: an address that does not answer is no sighting.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/profile/profile.h"
#include "config/types/ip_prefix.h"
#include "config/types/mac_address.h"
#include "probes/netlink/kernel.h"
#include "probes/snmp/client.h"
#include "probes/sweep/read.h"
#include "probes/sweep/refusals.h"

namespace market::sweep {

/// What a device is, and on what evidence.
struct Identification {
  DeviceClass device_class = DeviceClass::Unknown;
  std::string vendor, model, firmware, serial;
  std::string mac;                    ///< chassis MAC; empty = not told
  double confidence = 0;              ///< 0..1 that class and vendor are right; 0 = unknown
  std::string engine_id;              ///< hex; empty = not told
  std::string profile;                ///< id; empty = none matched
  std::vector<std::string> evidence;  ///< "sysObjectID 1.3.6.1.4.1.32473.1.1 -> profile sim-switch"
};

/// One device that answered at one address.
struct Sighting {
  IpAddress address = IpAddress::v4(0);
  std::uint16_t port = 161;
  std::string credentials;  ///< id of what worked
  /// "public", "private", as far as they work here; nothing when that was not tested.
  std::optional<std::vector<std::string>> default_communities;
  std::string sys_name, sys_descr, sys_location;
  Oid sys_object_id;
  std::chrono::microseconds round_trip{};
  Identification identification;
};

struct SweepOptions {
  std::vector<IpRange> ranges;
  std::uint16_t port = 161;
  std::vector<snmp::Credentials> credentials;  ///< in this order
  snmp::Patience patience{std::chrono::milliseconds{500}, 2};
  std::uint32_t packets_per_second = 1000;  ///< retries included; at least 1
  std::uint32_t outstanding_max = 65'536;   ///< questions; the pace is the tighter limit for most
  /// How often the credentials are gone through for an address that keeps silent.
  std::uint32_t rounds = 1;
  /// Ids of the credentials that worked last time: tried first at their address.
  std::map<IpAddress, std::string> remembered;
  /// Refused attempts (reports of v3 agents) after which an address is left alone.
  std::uint32_t refusals_max = 3;
  /// Of earlier sweeps and polls, told of this one's; null = there were none.
  std::shared_ptr<Refusals> refusals;
  /// Asks whoever answered to other credentials whether "public" and "private" work, too.
  bool test_default_communities = false;
  /// The kernel's neighbour table at this moment (netlink::Kernel::neighbours). Without it a range
  /// on a link of this host must be swept so slowly that the table does not overflow.
  std::function<std::vector<netlink::Neighbour>()> neighbours;
  std::vector<IpPrefix> on_link;  ///< on links of this host: only there the table matters
};

/// Fills `neighbours` and `on_link`; `kernel` must outlive the sweep. What the kernel does not tell
/// is left empty.
void look_at_links(netlink::Kernel& kernel, SweepOptions& options);

/// Somebody speaks SNMP there, but not to us.
struct Refused {
  IpAddress address;
  std::string credentials;  ///< id of those that were refused
  std::string why;          ///< "usmStatsUnknownUserNames: ..."
};

/// At most every 200 ms, and at the end.
struct SweepProgress {
  std::uint64_t asked = 0;     ///< questions that are over: an address counts once per credentials
  std::uint64_t total = 0;     ///< grows by the silent ones when the next credentials are tried
  std::uint64_t answered = 0;  ///< addresses
  double packets_per_second = 0;      ///< the pace at present
  std::chrono::seconds remaining{0};  ///< an estimate for `total` as it is known
};

struct SweepResult {
  std::vector<Sighting> sightings;  ///< sorted by address
  std::vector<Refused> refused;     ///< of those who answered to nothing else; sorted by address
  std::uint64_t addresses = 0;      ///< asked, each once however the ranges overlap
  std::chrono::milliseconds took{};
};

/// A sweep under way; destroying it stops it.
class Sweep {
 public:
  virtual ~Sweep() = default;
};

/// All of the arguments by reference must outlive the sweep.
[[nodiscard]] std::unique_ptr<Sweep> start_sweep(io::Loop& loop, snmp::Client& client,
                                                 const ProfileSet& profiles, SweepOptions options,
                                                 std::function<void(SweepProgress)> progress,
                                                 std::function<void(SweepResult)> done);

/// Scalars and first rows, by OID, to an Identification (pure). `facts` holds what was read: the
/// system group, and the OIDs of fact_oids() or rows below them, and whatever else it has said.
/// What no profile settles is weighed by the signals that ProfileSet::knowledge() holds.
[[nodiscard]] Identification identify(const ProfileSet& profiles,
                                      const std::vector<snmp::VarBind>& facts);
[[nodiscard]] Identification identify(const ProfileSet& profiles, const Read& read);

/// What else to look into when `so_far` leaves class, model or firmware open: subtrees whose first
/// object tells. Empty for a device that is decided.
[[nodiscard]] std::vector<Oid> telling_roots(const ProfileSet& profiles, const Oid& sys_object_id,
                                             const Identification& so_far);
/// The maker's own tree, 1.3.6.1.4.1.N; nothing when sysObjectID is not below the enterprises.
[[nodiscard]] std::optional<Oid> enterprise_of(const Oid& sys_object_id);

/// What to ask a device with this sysObjectID and sysDescr for: each is an instance or a column.
[[nodiscard]] std::vector<Oid> fact_oids(const ProfileSet& profiles, const Oid& sys_object_id,
                                         std::string_view sys_descr);
/// The same for the profile that matched, or null.
[[nodiscard]] std::vector<Oid> fact_oids(const ProfileSet& profiles, const Profile* matched);

}  // namespace market::sweep
