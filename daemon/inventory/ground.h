// What the picture is drawn on: who owns which MAC, who is a bridge, which port leads where.
//
// Private to the inventory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/inventory/picture.h"

namespace market::inventory {

/// A reading older than this, measured from the newest one about the same MAC, is stale.
inline constexpr std::int64_t kStaleMs = 15LL * 60 * 1000;

enum class Trade : std::uint8_t { Bridge, AccessPoint, Other };

/// A bridge, or the gateway we run on.
struct Bridge {
  std::string id;
  const Told* told = nullptr;  ///< null: nobody read its tables
  std::vector<MacAddress> macs;
  bool gateway = false;
  /// It knows what is behind its ports; behind the gateway is nothing to place.
  [[nodiscard]] bool knows() const {
    return gateway || (told != nullptr && told->forwarding_ms != 0);
  }
};

struct Ground {
  Ground(const std::vector<DeviceRecord>& records, const Observations& observations,
         const Design& design, std::int64_t now_ms);

  const std::vector<DeviceRecord>& records;
  const Observations& observations;
  const Design& design;
  std::int64_t now_ms;

  std::map<std::string, const DeviceRecord*> by_id;
  std::map<std::string, std::string> id_of_key;
  std::map<MacAddress, std::string> owner;       ///< id; a MAC that two records claim has the first
  std::map<std::string, Trade> trade;            ///< by id
  std::vector<Bridge> bridges;                   ///< sorted by id
  std::map<std::string, std::size_t> bridge_of;  ///< id -> place in `bridges`
  Tellers tellers;

  /// Whom a LLDP or CDP neighbour entry means; empty = nobody we know.
  [[nodiscard]] std::string meant_by(const survey::LinkNeighbor& link) const;
  /// The bridges that see this MAC (places in `bridges`, in their order), each with its last stay.
  [[nodiscard]] std::vector<std::pair<std::size_t, const Stay*>> sightings(
      const MacAddress& mac) const;
  /// Where `bridge` sees this MAC: its last stay, or nothing.
  [[nodiscard]] static const Stay* seen_by(const Bridge& bridge, const MacAddress& mac);
  [[nodiscard]] bool is_current(const Bridge& bridge, const Stay& stay) const {
    return bridge.told != nullptr && stay.to_ms == bridge.told->forwarding_ms;
  }
  /// Of the device itself, or of the MAC that nobody owns: what counts as one.
  [[nodiscard]] std::string holder_of(const MacAddress& mac) const;
  /// Of its record; empty = it has none.
  [[nodiscard]] SharedText key_of(const Bridge& bridge) const;
  [[nodiscard]] const SwitchPort* designed_port(const Socket& socket) const;
  [[nodiscard]] std::string stall_of(const Socket& socket) const;

 private:
  void find_trades();
  void find_bridges();

  std::unordered_map<const Told*, std::size_t> bridge_that_told_;
};

}  // namespace market::inventory
