// A paced scan of address ranges: who answers SNMP, and what do they say of themselves.
//
// Two passes: sysDescr/sysObjectID/sysName to every address, then the facts that the matching
// profile asks for from those who answered. Credentials are tried in the given order.
//
// Threads:  confined to the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "config/types/ip_prefix.h"
#include "config/types/mac_address.h"
#include "probes/snmp/client.h"

namespace market::sweep {

/// What a device is, and on what evidence.
struct Identification {
  DeviceClass device_class = DeviceClass::Unknown;
  std::string vendor, model, firmware, serial;
  std::string mac;        ///< chassis MAC; empty = not told
  std::string engine_id;  ///< hex; empty = not told
  std::string profile;    ///< id; empty = none matched
  std::vector<std::string> evidence;  ///< "sysObjectID 1.3.6.1.4.1.32473.1.1 -> profile sim-switch"
};

/// One device that answered at one address.
struct Sighting {
  IpAddress address;
  std::uint16_t port = 161;
  std::string credentials;  ///< id of what worked
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
  std::uint32_t packets_per_second = 2000;
  std::uint32_t outstanding_max = 512;
};

struct SweepProgress {
  std::uint64_t asked = 0, total = 0, answered = 0;
};

struct SweepResult {
  std::vector<Sighting> sightings;  ///< sorted by address
  std::uint64_t addresses = 0;
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

/// Scalars and first rows, by OID, to an Identification (pure). `facts` holds what was read.
[[nodiscard]] Identification identify(const ProfileSet& profiles,
                                      const std::vector<snmp::VarBind>& facts);

}  // namespace market::sweep
