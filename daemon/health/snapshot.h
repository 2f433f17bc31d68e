// The whole market at one instant, immutable: what the API, the page and /metrics are written from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/health/drift.h"
#include "daemon/health/health.h"
#include "daemon/health/readiness.h"
#include "daemon/health/rows.h"
#include "daemon/inventory/picture.h"
#include "probes/wireless/facts.h"

namespace market::health {

struct PortSample {
  std::string name;   ///< ifName
  std::string alias;  ///< ifAlias
  bool admin_up = false;
  bool oper_up = false;
  std::uint64_t in_octets = 0, out_octets = 0;  ///< ifHCInOctets, ifHCOutOctets
  std::uint64_t in_errors = 0, out_errors = 0;
};

/// One radio, of the device itself or of an AP of a controller. What was not told is empty. Within
/// a device no two have the same access_point and id.
struct RadioSample {
  std::string band;  ///< "2G", "5G", "6G"; empty = not known
  std::optional<std::int64_t> channel, tx_power_centidbm, stations;
  std::string access_point;  ///< name or MAC of a controller's AP; empty = the device itself
  std::string id;            ///< as the device calls it; empty = by its band
  std::optional<int> width_mhz, centre_mhz, noise_dbm;
  std::optional<double> utilisation, utilisation_tx, utilisation_rx, utilisation_other;  ///< 0..1
  std::optional<double> retries;                       ///< share of sent frames, 0..1
  std::optional<std::uint64_t> tx_frames, tx_retries;  ///< counters
};

struct DeviceView {
  std::string id;            ///< design id, or the inventory key for a device not in the design
  std::string device_class;  ///< "switch", "access-point", "payment-terminal", "gateway", ...
  bool in_design = false;
  std::string address, vendor, model, firmware, serial, mac, sys_name, profile;
  std::string stall;   ///< of a terminal
  std::string parent;  ///< upstream device
  std::string port;    ///< "sw-a1/3"
  DeviceHealth health;
  double round_trip_seconds = 0;  ///< of the last reply; 0 = none
  std::uint64_t polls = 0, poll_failures = 0;
  std::string refusal;  ///< it is there and refuses us, in its agent's words; empty = it does not
  std::optional<std::uint32_t> uptime_ticks;  ///< sysUpTime, 1/100 s
  std::vector<PortSample> ports;
  std::vector<RadioSample> radios;
  std::shared_ptr<const wireless::WirelessFacts> wireless;  ///< null = not told
};

struct StallView {
  std::string id, name, zone_port;  ///< zone_port: "sw-a1/3" or empty
  bool vacant = false;
  StallReadiness readiness;
};

/// One cause, everything it takes down.
struct Incident {
  /// Device, service or port ("sw-a1/3"); a stall's id when no terminal of it has the abilities.
  std::string cause;
  std::string text;                  ///< "switch sw-a1 does not answer"
  std::int64_t since_ms = 0;         ///< Unix time; of a service: its last reading; 0 = not known
  std::vector<std::string> devices;  ///< unreachable behind it; the silent terminal on a dead port
  std::vector<std::string> stalls;   ///< that cannot take at least one method because of it
};

struct ServiceView {
  std::string id, type;
  Reading reading;
  double connect_seconds = 0;
};

struct Event {
  std::int64_t at_ms = 0;
  std::string text;
};

/// Questions, each address once for each credentials that are tried there.
struct SweepUnderWay {
  std::uint64_t asked = 0, total = 0;
  std::uint64_t answered = 0;    ///< addresses
  double remaining_seconds = 0;  ///< an estimate
};

struct Snapshot {
  std::int64_t at_ms = 0;  ///< Unix time, ms
  std::string site_id, site_name;
  std::string design_file, design_digest;
  bool config_reload_ok = true;
  std::int64_t config_reload_ms = 0;
  Rows<DeviceView> devices;  ///< sorted by id
  Rows<StallView> stalls;    ///< in the design's order
  std::vector<ServiceView> services;
  std::vector<Incident> incidents;                  ///< most stalls first
  std::vector<Event> events;                        ///< newest first, at most 100
  std::map<std::string, std::string> method_names;  ///< id -> name
  std::string store_error;                          ///< empty = the store is healthy
  std::int64_t last_sweep_ms = 0;                   ///< 0 = none yet
  std::optional<SweepUnderWay> sweep;               ///< none is under way
  /// Progress of a plan, apply or rollback under way: "applying 12/80", else empty.
  std::string activity;
  /// Unix time, ms, until which the last change waits to be confirmed; 0 = none waits.
  std::int64_t confirm_by_ms = 0;
  /// Verdict of the last look at the devices: converged, drifted, unreachable; empty = not looked.
  std::string verdict;
  std::size_t pending_changes = 0;  ///< of the last plan
  /// What has drifted from the applied design; null = not looked, or nothing was applied.
  DriftPtr drift;
  /// Where everything is plugged in, and the findings; null = not drawn yet.
  inventory::PicturePtr picture;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Incidents of a market, from its devices, services and stalls (pure). Devices that are not in the
/// design are no incident when they go, nor is the terminal of a closed stall.
[[nodiscard]] std::vector<Incident> incidents_of(const Snapshot& snapshot);

}  // namespace market::health
