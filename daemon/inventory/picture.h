// Where everything is plugged in, and what is wrong with that: drawn from what everybody says.
//
//   records + observations + design --draw_picture--> places, graph, findings
//
// A MAC is behind the port where a bridge learned it, unless that port leads to another bridge we
// read (an uplink: the other one knows better). Of several such ports the one told by the device
// itself (LLDP) is best, then a fresh one before a stale one, then the one with the fewest devices,
// then the freshest. Several devices behind one port, none of them a bridge, hang on something that
// nobody manages: it gets a node of its own, "unmanaged behind sw-a1/7".
//
// Threads:  pure; the result is immutable and shared. The order of records and of observations does
//           not matter.
// Sources:  IEEE 802.1Q-2022, 8.7 and 8.8 (learning, forwarding); IEEE 802.1AB-2016.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/design/design.h"
#include "daemon/inventory/claim.h"
#include "daemon/inventory/inventory.h"
#include "daemon/inventory/observations.h"

namespace market::inventory {

/// One end of a cable: "sw-a1", "7". The port is empty when nobody told it.
struct Socket {
  std::string device;  ///< DeviceRecord::id(), or a node
  std::string port;
  [[nodiscard]] std::string to_string() const;  ///< "sw-a1/7"
  friend auto operator<=>(const Socket&, const Socket&) = default;
};

enum class Agreement : std::uint8_t {
  NotDesigned,  ///< the design says nothing about its place
  AsDesigned,
  WrongPort,
  NotSeen,   ///< by design it is somewhere, and no bridge has seen it
  Unproven,  ///< only the direction is known: it is somewhere beyond an uplink
};
[[nodiscard]] std::string_view to_string(Agreement agreement);  ///< "as-designed", ...

struct Place {
  Socket at;           ///< the managed port; of NotSeen empty
  std::string behind;  ///< node between that port and the device; empty = plugged in directly
  std::string stall;   ///< whose port that is by design; empty = none
  std::optional<VlanId> vlan;
  double confidence = 0;   ///< 0..1
  std::int64_t at_ms = 0;  ///< when that was last said
  Claims evidence;
  std::vector<Socket> expected;  ///< by design: any of these is right
  std::string expected_stall;
  Agreement agreement = Agreement::NotDesigned;
};

struct Node {
  enum class Kind : std::uint8_t { Gateway, Switch, AccessPoint, Unmanaged, Device };
  std::string id;
  Kind kind = Kind::Device;
};
[[nodiscard]] std::string_view to_string(Node::Kind kind);

struct Edge {
  Socket upper, lower;  ///< `upper` is nearer to the gateway, as far as that is known
  double confidence = 0;
  std::int64_t at_ms = 0;
  Claims evidence;
};

enum class Severity : std::uint8_t { Info, Warning, Critical };
[[nodiscard]] std::string_view to_string(Severity severity);

struct Finding {
  std::string kind;     ///< "cloned-engine-id", ...: one of finding_kinds()
  std::string subject;  ///< a device, an address or a port
  Severity severity = Severity::Warning;
  std::string text;  ///< what is so, and what to do about it
  std::vector<std::string> evidence;
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
  std::vector<std::string> devices;  ///< ids it concerns; not remembered by the store

  [[nodiscard]] std::string id() const { return kind + ":" + subject; }
};
[[nodiscard]] const std::vector<std::string>& finding_kinds();

/// Records by id(), in its order; of two with the same id the last. It shares them with the
/// inventory, since they are the most of a picture.
class DevicesById {
 public:
  DevicesById() = default;
  explicit DevicesById(Records records);

  [[nodiscard]] const DeviceRecord* find(std::string_view id) const;  ///< null = none
  [[nodiscard]] bool contains(std::string_view id) const { return find(id) != nullptr; }
  /// One that must be there.
  [[nodiscard]] const DeviceRecord& at(std::string_view id) const;
  [[nodiscard]] auto begin() const { return sorted_.begin(); }
  [[nodiscard]] auto end() const { return sorted_.end(); }

 private:
  Records records_;
  std::vector<const DeviceRecord*> sorted_;
};

struct Picture {
  std::int64_t at_ms = 0;
  std::map<std::string, Place> places;  ///< by DeviceRecord::id()
  std::vector<Node> nodes;              ///< sorted by id
  std::vector<Edge> edges;              ///< sorted
  std::vector<Finding> findings;        ///< gravest first, then by id
  DevicesById devices;
};
using PicturePtr = std::shared_ptr<const Picture>;

/// "T-9001 is on sw-a1/7 (stall A-102), the design says sw-a1/3 (stall A-101)"; "not seen on any
/// switch" and the like.
[[nodiscard]] std::string words_of(const std::string& device, const Place& place);

/// What was found before and still is keeps its `first_seen_ms`.
[[nodiscard]] Picture draw_picture(const Records& records, const Observations& observations,
                                   const Design& design, std::int64_t now_ms,
                                   const std::vector<Finding>& before = {});

}  // namespace market::inventory
