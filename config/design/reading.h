// One run over a design's tree: the Design as far as it is read, the names it declares and the
// names it uses. Each read_* function takes its own keys of the document's top map.
//
// Names are resolved after everything is read, so the order of keys in the file is free. A part
// of which something was lost is not judged by rules that look for what is absent.
//
// Threads:  none. Errors: in Findings. Private to this room.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/design/design.h"
#include "config/yaml/reader.h"

namespace market::design {

enum class Part : std::uint8_t {
  Site,
  Times,
  Zones,
  Services,
  Methods,
  Policy,
  Gateway,
  Roles,
  Switches,
  Aps,
  Ssids,
  Stalls,
  Acceptance,
  Devices,  ///< what a port's peer can be: gateway, switches and access points together
};
/// "zone", "service", ...: what one item of the part is called.
[[nodiscard]] std::string_view item_name(Part part);
/// "zones", "port-roles", ...: the key it is declared under.
[[nodiscard]] std::string_view key_name(Part part);

struct Reading {
  explicit Reading(yaml::Findings& into) : findings{into} {}

  /// Reads and declares the `id` of an item; a second item of that name is D007. Empty = no good.
  [[nodiscard]] std::string declare(yaml::MapReader& item, Part part);
  /// The same for an item whose name is its key.
  [[nodiscard]] bool declare(const std::string& name, const SourcePosition& position, Part part);
  /// `name`, written at `position` by `user`, is to be an item of `part`. Checked by resolve().
  void refer(Part part, Part from, const std::string& name, const SourcePosition& position,
             const std::string& user);
  /// Reads a reference; empty = none.
  [[nodiscard]] std::string reference(yaml::MapReader& item, std::string_view key, yaml::Need need,
                                      Part part, Part from);
  /// Reads a list of references.
  [[nodiscard]] std::vector<std::string> references(yaml::MapReader& item, std::string_view key,
                                                    yaml::Need need, Part part, Part from);
  /// Reports every name that nothing carries: D006, and D601 for a method a stall accepts.
  void resolve();

  yaml::Findings& findings;
  Design design;
  std::set<Part> incomplete;  ///< parts of which a value was lost

 private:
  struct Use {
    Part part;
    Part from;
    std::string name;
    SourcePosition position;
    std::string user;
  };
  void lose_name(Part part);
  [[nodiscard]] std::string remedy(const Use& use) const;

  std::map<Part, std::map<std::string, SourcePosition, std::less<>>> names_;
  std::set<Part> nameless_;  ///< parts in which an item's name could not be read
  std::vector<Use> uses_;
};

void read_site(yaml::MapReader& top, Reading& reading);   ///< and addressing, allow-v2c-write
void read_times(yaml::MapReader& top, Reading& reading);  ///< hours, changes, drift
void read_zones(yaml::MapReader& top, Reading& reading);
void read_services(yaml::MapReader& top, Reading& reading);
void read_methods(yaml::MapReader& top, Reading& reading);
void read_policy(yaml::MapReader& top, Reading& reading);
void read_gateway(yaml::MapReader& top, Reading& reading);
void read_port_roles(yaml::MapReader& top, Reading& reading);
void read_switches(yaml::MapReader& top, Reading& reading);
void read_aps(yaml::MapReader& top, Reading& reading);
void read_ssids(yaml::MapReader& top, Reading& reading);
void read_stalls(yaml::MapReader& top, Reading& reading);
void read_acceptance(yaml::MapReader& top, Reading& reading);

// Readers of single values that several parts share.

/// What a switch and an access point have in common. Empty `id` or no address: not usable.
struct DeviceHead {
  std::string id, profile, serial;
  std::optional<MacAddress> mac;
  std::optional<IpAddress> address;
  Place place;
  SystemTexts system;
};
[[nodiscard]] DeviceHead read_device(yaml::MapReader& item, Reading& reading, Part part);
/// Text that a device has to the letter, and that may be empty: `label: ""`. Nothing = not there.
[[nodiscard]] std::optional<std::string> read_verbatim(yaml::MapReader& item, std::string_view key);
/// `from: zone` or `from: { prefix: ... }`, to be called on a map of `part`.
struct PacketSource {
  std::string zone;  ///< empty when `prefix` is there, or neither could be read
  std::optional<IpPrefix> prefix;
};
[[nodiscard]] PacketSource read_source(yaml::MapReader& item, Reading& reading, Part part);
/// A name the kernel accepts for a link (IFNAMSIZ 16 with the NUL).
[[nodiscard]] bool is_link_name(std::string_view name);
/// Such a name; empty = none or refused.
[[nodiscard]] std::string read_link_name(yaml::MapReader& item, std::string_view key,
                                         yaml::Need need);
/// "tcp/443" or "udp/53".
[[nodiscard]] Result<ServicePort> parse_service_port(std::string_view text);
/// The parsers of config/types for amounts that cannot be negative.
[[nodiscard]] Result<Milliwatts> parse_draw(std::string_view text);
[[nodiscard]] Result<CentiDbm> parse_tx_power(std::string_view text);
[[nodiscard]] Result<BitsPerSecond> parse_speed(std::string_view text);
[[nodiscard]] Result<PartsPerMillion> parse_share(std::string_view text);  ///< 0..100%
[[nodiscard]] Result<std::chrono::microseconds> parse_time(std::string_view text);

}  // namespace market::design
