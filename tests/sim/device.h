// One simulated device: what it is, what it is plugged into, how it misbehaves, what it has
// counted.
//
// Plain data. The world changes it (world.h), the MIB tables read it (table.h).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/name.h"
#include "tests/sim/settings.h"

namespace market::sim {

/// Time since the simulation began. Devices that were switched on before have a negative boot time.
using Time = std::chrono::microseconds;
using Mac = std::array<std::uint8_t, 6>;

/// "No such device, port or stall" where an index is kept.
inline constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

enum class Kind : std::uint8_t { Switch, AccessPoint, Terminal };

/// What the cable of a switch port leads to.
struct Jack {
  enum class To : std::uint8_t { Nothing, Gateway, Switch, AccessPoint, Stall };
  To to = To::Nothing;
  std::size_t other = kNone;       ///< device index of a Switch or AccessPoint, index of a Stall
  std::size_t other_port = kNone;  ///< of a Switch: index of its port
  std::string interface;           ///< of a Gateway: "eth1"
  bool plugged = true;
  /// More stalls behind a small unmanaged switch at this port; see `hub`.
  std::vector<std::size_t> more;
  bool hub =
      false;  ///< of a Stall: the cable leads to an unmanaged switch, which has a link itself

  /// All stalls behind the cable.
  [[nodiscard]] std::vector<std::size_t> stalls() const {
    std::vector<std::size_t> all{more};
    if (to == To::Stall && other != kNone) all.insert(all.begin(), other);
    return all;
  }
};

struct Port {
  std::string name;  ///< as the design writes it
  Jack jack;
  std::int64_t draw_mw = 0;  ///< what the design grants the device behind it
  bool link = false;
  Time link_since{};   ///< valid while `link`
  Time link_before{};  ///< how long there was a link before `link_since`
  Time changed{};
};

/// A MAC address learnt on a port (dot1qTpFdbTable), sorted as the table is.
struct Learnt {
  std::uint16_t vlan = 0;
  Mac mac{};
  std::size_t port = 0;  ///< base port, from 1

  friend auto operator<=>(const Learnt&, const Learnt&) = default;
};

/// An address that a switch with a cable to the gateway has resolved (ipNetToMediaTable), sorted as
/// the table is.
struct Resolved {
  std::size_t port = 0;       ///< base port, from 1
  std::uint32_t address = 0;  ///< IPv4
  Mac mac{};

  friend auto operator<=>(const Resolved&, const Resolved&) = default;
};

/// How an agent lies about its SETs, or about everything.
enum class Lie : std::uint8_t {
  None,
  AcceptAndForget,  ///< noError, nothing stored
  HalfApply,        ///< the first binding is stored, then commitFailed
  LoseSetReply,     ///< stored, but the reply is lost
  Garbage,          ///< answers random octets
  Refuse,           ///< every SET is genErr
};

/// What a device announces itself with on its cables, and listens to.
enum class Announces : std::uint8_t { Nothing, Lldp, Cdp, Both };

struct Tally {
  std::uint64_t reads = 0;              ///< GET, GETNEXT and GETBULK requests that arrived
  std::uint64_t sets = 0;               ///< SET requests that arrived, whatever became of them
  std::uint64_t sets_applied = 0;       ///< stored completely
  std::uint64_t sets_half_applied = 0;  ///< Lie::HalfApply
  std::uint64_t saves = 0;              ///< running configuration saved to startup
};

/// "Give this port that PVID", as a request whose status is asked for (MarketSim's own MIB).
struct PvidRequest {
  std::int64_t port = 0;  ///< base port, from 1
  std::int64_t vid = 0;
  std::int64_t result = 0;  ///< 0 = done, 1 = no such port, 2 = no such VLAN
  bool made = false;        ///< there was one since the start
  Time ready{};             ///< busy until then
};

/// What only a switch or an access point has.
struct Managed {
  Settings running, startup;
  std::vector<Port> ports;           ///< of a switch; base port n is ports[n - 1]
  std::vector<std::size_t> uplinks;  ///< of a switch: indexes of its ports towards the gateway
  std::int64_t poe_budget_mw = 370'000;
  bool connected = true;              ///< of a switch: there is a live path to the gateway
  std::vector<Learnt> learnt;         ///< valid unless `learnt_stale`
  std::vector<Learnt> learnt_by_mac;  ///< the same sorted by MAC, each MAC once
  std::vector<Resolved> resolved;     ///< likewise
  bool learnt_stale = true;
  PvidRequest request;  ///< the last one
};

/// What makes a device odd; most have none.
struct Quirks {
  std::vector<std::uint32_t> more_addresses;  ///< at which it answers as well, IPv4
  std::size_t cloned_engine = kNone;  ///< the device whose engine id it has; kNone = its own
  std::string read_community, write_community;         ///< empty = as all the others
  std::string read_user, write_user;                   ///< of SNMPv3; likewise
  std::size_t flap_device = kNone, flap_port = kNone;  ///< where its MAC shows up every other time
  bool flapped = false;                                ///< it shows up there now
  Time flap_every{};
  Time flap_at{};                         ///< when it changes sides
  std::vector<std::size_t> looped_ports;  ///< of a switch: where it hears itself
  struct Pose {
    Name object_id;  ///< sysObjectID
    std::int64_t services = 0;
    std::string description;
  };
  std::optional<Pose> pose;  ///< what it says it is, in place of the truth
};

struct Device {
  Kind kind = Kind::Terminal;
  std::string id;             ///< the design's id; of a terminal its serial in the design
  std::uint32_t address = 0;  ///< IPv4, host order; 0 = none
  std::string serial;
  Mac mac{};
  bool snmp = true;            ///< false: a terminal that only shows in forwarding tables
  std::uint16_t tcp_port = 0;  ///< 0 = none
  std::size_t host = kNone;    ///< of an access point: the switch it hangs on; of a terminal: stall
  std::size_t host_port = kNone;  ///< of an access point: index of the switch's port

  bool plugged = true;
  bool powered = true;  ///< its own power switch
  bool fed = true;      ///< has power: `powered`, and PoE where it lives on PoE
  bool rebooting = false;
  bool answers = true;      ///< a packet to it is heard
  Time boot{};              ///< when it last started
  Time awake_at{};          ///< when it will answer again; valid while `rebooting`
  std::uint32_t boots = 1;  ///< snmpEngineBoots
  std::array<std::uint32_t, 7> usm_faults{};  ///< since the start, by arc of usmStats; 0 unused
  unsigned swaps = 0;                         ///< how often another terminal came to its place

  Announces announces = Announces::Lldp;  ///< means nothing for a terminal
  std::uint64_t loss_percent = 0;
  Time delay{};
  Lie lie = Lie::None;
  Tally tally;

  std::unique_ptr<Managed> managed;  ///< none for a terminal
  std::unique_ptr<Quirks> quirks;
};

}  // namespace market::sim
