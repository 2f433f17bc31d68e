// One poll of one device: what to ask (PollSpec), the asking, and what the answers mean.
//
//   poll_spec(profile, class) -> requests -> answers -> decode -> PollResult
//
// A switch is asked for its ports, PVIDs and forwarding table, an access point for its radios,
// any device for its uptime and identity. Silence at the first question ends the poll. Where a
// wireless map fits what the device says it is (read_wireless), its columns are asked last, and a
// device that does not answer them has answered the poll all the same.
//
// Threads:  confined to the loop's thread.
// Sources:  IF-MIB (RFC 2863), Q-BRIDGE-MIB (RFC 4363), SNMP-FRAMEWORK-MIB (RFC 3411).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/profile/profile.h"
#include "config/types/mac_address.h"
#include "daemon/health/snapshot.h"
#include "probes/snmp/client.h"
#include "probes/wireless/facts.h"

namespace market::schedule {

/// One question: scalars by GET, or columns of one table side by side.
struct Ask {
  std::vector<Oid> get;  ///< empty = walk
  std::vector<Oid> walk;
};
using PollSpec = std::vector<Ask>;

struct PollResult {
  bool replied = false;
  std::string failure;   ///< why not, or which later question failed; empty = all answered
  bool refused = false;  ///< not replied, but there: it refuses our name, key or rights
  std::chrono::microseconds round_trip{};     ///< of the first question
  std::optional<std::uint32_t> uptime_ticks;  ///< sysUpTime, 1/100 s
  std::string sys_name, engine_id, serial;
  std::vector<health::PortSample> ports;         ///< in ifIndex order
  std::map<std::string, std::int64_t> pvids;     ///< port name -> dot1qPvid
  std::map<MacAddress, std::string> forwarding;  ///< learned MAC -> port name
  std::vector<health::RadioSample> radios;
  std::shared_ptr<const wireless::WirelessFacts> wireless;  ///< null = no map, or not answered
};

/// `profile` may be null: then only uptime and identity are asked.
[[nodiscard]] PollSpec poll_spec(const Profile* profile);
/// `answers[i]` belongs to `spec[i]`; fewer answers than questions are fine (pure).
[[nodiscard]] PollResult decode(const Profile* profile, const PollSpec& spec,
                                const std::vector<std::vector<snmp::VarBind>>& answers);

class Poller {
 public:
  using Handler = std::function<void(PollResult)>;
  explicit Poller(snmp::Client& client);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// From now on wireless facts are read as well. `profiles` must live until it is replaced;
  /// `client_key` makes the ids of clients (probes/wireless/client_id.h).
  void read_wireless(const ProfileSet* profiles, std::string client_key);

  /// Nothing happens while a poll of `id` is under way. `profile` must live until the handler ran.
  void poll(const std::string& id, const snmp::Target& target, const Profile* profile,
            snmp::Patience patience, Handler handler);
  [[nodiscard]] std::size_t under_way() const;
  /// Withdraws everything; no handler of it will run.
  void cancel_all();

 private:
  class Poll;
  snmp::Client& client_;
  std::map<std::string, std::unique_ptr<Poll>> polls_;
  const ProfileSet* wireless_maps_ = nullptr;
  std::string client_key_;
};

}  // namespace market::schedule
