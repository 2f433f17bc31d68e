#include "daemon/inventory/findings.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/inventory/identity.h"

namespace market::inventory {
namespace {

/// Devices whose last sightings are farther apart than this did not answer side by side.
constexpr std::int64_t kSideBySideMs = 60LL * 60 * 1000;
/// A MAC that changed its port this often within kMovesWithinMs does not just move house.
constexpr std::size_t kMovesMin = 3;
constexpr std::int64_t kMovesWithinMs = 60LL * 60 * 1000;
constexpr std::uint32_t kEthernet = 6;  // ethernetCsmacd (IANAifType-MIB)

bool is_unmanaged(const std::string& node) { return node.starts_with("unmanaged "); }

std::vector<std::string> with(std::vector<std::string> ids, const std::string& id) {
  ids.push_back(id);
  return ids;
}

/// "a, b, c and 97 more": a finding is one line, whatever it concerns.
template <class Ids>
std::string first_few(const Ids& ids) {
  constexpr std::size_t kNamed = 3;
  const auto named = std::min<std::size_t>(ids.size(), kNamed);
  const auto end = std::next(ids.begin(), static_cast<std::ptrdiff_t>(named));
  const auto text = fmt::format("{}", fmt::join(ids.begin(), end, ", "));
  return named == ids.size() ? text : fmt::format("{} and {} more", text, ids.size() - named);
}

class Finder {
 public:
  Finder(const Ground& ground, const Links& links, const Ports& ports,
         const std::map<std::string, Place>& places)
      : ground_{ground}, links_{links}, ports_{ports}, places_{places} {}

  std::vector<Finding> find() && {
    cloned_engine_ids();
    duplicate_addresses();
    mac_moves();
    loops();
    default_communities();
    for (const auto& [id, record] : ground_.by_id) {
      no_identity(id, *record);
    }
    for (const auto& [id, place] : places_) {
      wrong_port(id, place);
      stranger(id, place);
    }
    unmanaged();
    std::sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) {
      return std::tuple{b.severity, a.kind, a.subject} < std::tuple{a.severity, b.kind, b.subject};
    });
    found_.shrink_to_fit();  // the picture keeps them
    return std::move(found_);
  }

 private:
  void add(std::string kind, std::string subject, Severity severity, std::string text,
           std::vector<std::string> evidence, std::vector<std::string> devices) {
    if (evidence.size() > kClaimsMax) evidence.resize(kClaimsMax);
    found_.push_back({std::move(kind), std::move(subject), severity, std::move(text),
                      std::move(evidence), ground_.now_ms, ground_.now_ms, std::move(devices)});
  }

  /// "fdb of sw-a1: 02:.., port 7".
  [[nodiscard]] std::string words(const Claim& claim) const {
    const auto by = ground_.id_of_key.find(claim.source.by);
    const auto& who = by == ground_.id_of_key.end() ? claim.source.by.str() : by->second;
    return fmt::format("{}{}{}: {}", to_string(claim.source.kind), who.empty() ? "" : " of ", who,
                       claim.text());
  }
  [[nodiscard]] std::vector<std::string> words(const Claims& claims) const {
    std::vector<std::string> list;
    for (const auto& claim : claims) list.push_back(words(claim));
    return list;
  }

  static std::string at(const DeviceRecord& record) {
    return fmt::format("{} ({})", record.name(), record.address.to_string());
  }

  void cloned_engine_ids() {
    std::map<std::string, std::vector<const DeviceRecord*>> by_engine;
    std::int64_t newest = 0;
    for (const auto& [id, record] : ground_.by_id) {
      if (record->silent) continue;
      newest = std::max(newest, record->last_seen_ms);
      const auto& engine = record->identification->engine_id;
      if (!engine.empty()) by_engine[lower_case(engine)].push_back(record);
    }
    for (auto& [engine, records] : by_engine) {
      std::erase_if(records, [&](const DeviceRecord* record) {
        return newest - record->last_seen_ms > kSideBySideMs;
      });
      if (records.size() < 2) continue;
      std::vector<std::string> names;
      std::vector<std::string> evidence;
      std::vector<std::string> ids;
      for (const auto* record : records) {
        ids.push_back(record->id());
        names.push_back(at(*record));
        const auto& is = *record->identification;
        evidence.push_back(fmt::format(
            "snmp-sweep: {} serial {}, MAC {}", record->address.to_string(),
            is.serial.empty() ? "not told" : is.serial, is.mac.empty() ? "not told" : is.mac));
      }
      add("cloned-engine-id", engine, Severity::Warning,
          fmt::format("{} devices tell the same engine id {}: {}. Copied with a configuration or a "
                      "firmware image; SNMPv3 takes them for one: give each its own",
                      records.size(), engine, fmt::join(names, ", ")),
          std::move(evidence), std::move(ids));
    }
  }

  /// A bridge that ever learned it has it still; true where no bridge ever did.
  [[nodiscard]] bool may_be_alive(const MacAddress& mac) const {
    bool seen = false;
    for (const auto& [bridge, stay] : ground_.sightings(mac)) {
      if (ground_.is_current(ground_.bridges[bridge], *stay)) return true;
      seen = true;
    }
    return !seen;
  }

  void duplicate_addresses() {
    struct Claimed {
      MacAddress mac;
      std::int64_t from_ms, to_ms;
    };
    std::map<IpAddress, std::vector<Claimed>> claimed;
    for (const auto& [mac, bindings] : ground_.observations.bindings()) {
      if (is_virtual_router(mac)) continue;
      std::map<IpAddress, std::pair<std::int64_t, std::int64_t>> spans;
      for (const auto& each : bindings) {
        auto& [from, to] =
            spans.try_emplace(each.address, each.first_seen_ms, each.last_seen_ms).first->second;
        from = std::min(from, each.first_seen_ms);
        to = std::max(to, each.last_seen_ms);
      }
      for (const auto& [address, span] : spans) {
        if (ground_.now_ms - span.second <= kSideBySideMs && may_be_alive(mac)) {
          claimed[address].push_back({mac, span.first, span.second});
        }
      }
    }
    for (const auto& [address, list] : claimed) {
      std::set<std::string> holders;
      std::vector<std::string> evidence;
      for (const auto& a : list) {
        const bool overlaps = std::any_of(list.begin(), list.end(), [&](const Claimed& b) {
          return a.mac != b.mac && ground_.holder_of(a.mac) != ground_.holder_of(b.mac) &&
                 a.from_ms <= b.to_ms && b.from_ms <= a.to_ms;
        });
        if (!overlaps) continue;
        holders.insert(ground_.holder_of(a.mac));
        for (const auto& claim : ground_.observations.claims_about(a.mac, ground_.tellers)) {
          if (claim.address == address) evidence.push_back(words(claim));
        }
      }
      if (holders.size() < 2) continue;
      add("duplicate-address", address.to_string(), Severity::Critical,
          fmt::format("{} have the address {} at the same time: give one of them another",
                      fmt::join(holders, " and "), address.to_string()),
          std::move(evidence), {holders.begin(), holders.end()});
    }
  }

  [[nodiscard]] bool is_at_an_access_point(const Socket& socket) const {
    const auto port = ports_.find(socket);
    return port != ports_.end() && !port->second.access_points.empty();
  }

  void mac_moves() {
    for (const auto& bridge : ground_.bridges) {
      if (bridge.told == nullptr) continue;
      for (const auto& [mac, stays] : bridge.told->forwarding) {
        const auto known = ground_.owner.find(mac);
        if (known == ground_.owner.end() || stays.size() <= kMovesMin) continue;
        const auto& oldest = stays[stays.size() - 1 - kMovesMin];
        if (ground_.now_ms - oldest.to_ms > kMovesWithinMs) continue;
        std::set<std::string> places;
        bool roams = false;
        for (const auto& stay : stays) {
          places.insert(Socket{bridge.id, stay.port}.to_string());
          roams |= is_at_an_access_point({bridge.id, stay.port});
        }
        if (roams) continue;
        add("mac-move", mac.to_string() + " on " + bridge.id, Severity::Warning,
            fmt::format("{} ({}) jumps between {}: a loop, or two devices with the same MAC",
                        known->second, mac.to_string(), fmt::join(places, " and ")),
            words(own_stays(bridge, mac, stays)), {known->second, bridge.id});
      }
    }
  }

  [[nodiscard]] std::vector<Claim> own_stays(const Bridge& bridge, const MacAddress& mac,
                                             const std::vector<Stay>& stays) const {
    std::vector<Claim> claims;
    const auto by = ground_.key_of(bridge);
    for (const auto& stay : stays) {
      claims.push_back(
          {{SourceKind::Fdb, by}, mac, {}, stay.port, stay.vlan, {}, stay.from_ms, stay.to_ms});
    }
    return claims;
  }

  /// A bridge that learns its own MAC from a cable hears itself.
  void loops() {
    for (const auto& bridge : ground_.bridges) {
      for (const auto& mac : bridge.macs) {
        const auto* stay = Ground::seen_by(bridge, mac);
        if (stay == nullptr || !ground_.is_current(bridge, *stay)) continue;
        const bool cable = std::any_of(
            bridge.told->interfaces.begin(), bridge.told->interfaces.end(),
            [&](const auto& each) { return each.name == stay->port && each.type == kEthernet; });
        if (!cable || ground_.holder_of(mac) != bridge.id) continue;
        const Socket socket{bridge.id, stay->port};
        add("loop", socket.to_string(), Severity::Critical,
            fmt::format("{} hears its own MAC {} on port {}: what is plugged in there is a loop",
                        bridge.id, mac.to_string(), stay->port.str()),
            words(own_stays(bridge, mac, {*stay})), {bridge.id});
        break;
      }
    }
  }

  /// One finding for each community: it is one mistake, wherever it was made.
  void default_communities() {
    std::map<std::string, std::vector<std::string>> ids;
    std::map<std::string, std::vector<std::string>> evidence;
    for (const auto& [id, record] : ground_.by_id) {
      for (const auto& community : record->default_communities) {
        ids[community].push_back(id);
        evidence[community].push_back("snmp-sweep: " + at(*record));
      }
    }
    for (auto& [community, devices] : ids) {
      add("default-community", community, Severity::Warning,
          fmt::format("the default community '{}' works at {} device{} ({}): anybody in the "
                      "market can read there, and perhaps write: change it",
                      community, devices.size(), devices.size() == 1 ? "" : "s",
                      first_few(devices)),
          evidence[community], devices);
    }
  }

  void no_identity(const std::string& id, const DeviceRecord& record) {
    if (record.silent || !identity_key(*record.identification).empty()) return;
    add("no-identity", id, Severity::Info,
        fmt::format("{} tells no engine id, serial or MAC: another device at its address would not "
                    "be noticed",
                    at(record)),
        {"snmp-sweep: " + record.address.to_string()}, {id});
  }

  void wrong_port(const std::string& id, const Place& place) {
    if (place.agreement != Agreement::WrongPort) return;
    const auto text =
        fmt::format("{}: move the cable, or write {} into the design and run marketctl reload",
                    words_of(id, place), place.at.to_string());
    add("wrong-port", id, Severity::Warning, text, words(place.evidence), {id});
  }

  /// Who belongs to this stall and is not seen anywhere.
  [[nodiscard]] std::vector<std::string> missing_of(const std::string& stall) const {
    std::vector<std::string> missing;
    for (const auto& [id, place] : places_) {
      if (place.expected_stall == stall && place.agreement == Agreement::NotSeen) {
        missing.push_back(id);
      }
    }
    return missing;
  }

  /// Not in the design, and on a port of it.
  void stranger(const std::string& id, const Place& place) {
    const auto found = ground_.by_id.find(id);
    if (found == ground_.by_id.end() || !found->second->design_id.empty()) return;
    const auto* port = ground_.designed_port(place.at);
    if (port == nullptr || place.agreement == Agreement::Unproven) return;
    const auto& record = *found->second;
    const auto trade = ground_.trade.find(id);
    const bool bridges = trade != ground_.trade.end() && trade->second != Trade::Other;
    const auto where =
        place.at.to_string() + (port->stall.empty() ? "" : fmt::format(" (stall {})", port->stall));
    const auto who = record.sys_name.empty() ? id : fmt::format("{} ({})", record.sys_name, id);
    if (bridges && port->peer.empty()) {
      add("rogue-bridge", id, Severity::Critical,
          fmt::format("{} on {} is a {} and not in the design: it can lead anybody into this "
                      "network: unplug it, or design it",
                      who, where,
                      trade->second == Trade::Bridge ? "switch or router" : "access point"),
          words(place.evidence), {id});
      return;
    }
    if (port->stall.empty() || place.confidence <= 0.3) return;
    const auto missing = missing_of(port->stall);
    if (!missing.empty()) {
      add("swapped-terminal", port->stall, Severity::Critical,
          fmt::format("{} is on {}, and {}, which belongs there, is not seen: was the terminal "
                      "replaced? Put the old one back, or write the new one into the design",
                      who, where, fmt::join(missing, ", ")),
          words(place.evidence), with(missing, id));
    } else {
      add("unknown-device", id, Severity::Warning,
          fmt::format("{} is on {}{} and not in the design", who, where,
                      place.behind.empty() ? "" : ", behind " + place.behind),
          words(place.evidence), {id});
    }
  }

  void unmanaged() {
    for (const auto& [socket, port] : ports_) {
      if (!is_unmanaged(port.node)) continue;
      const auto stall = ground_.stall_of(socket);
      std::vector<std::string> evidence;
      for (const auto& device : port.devices) {
        evidence.push_back(
            fmt::format("fdb of {}: {}, port {}", socket.device, device, socket.port));
      }
      add("unmanaged-switch", socket.to_string(), Severity::Info,
          fmt::format("{} devices are behind {}{}: {}. An unmanaged switch is plugged in there",
                      port.devices.size(), socket.to_string(),
                      stall.empty() ? "" : fmt::format(" (stall {})", stall),
                      first_few(port.devices)),
          std::move(evidence), {port.devices.begin(), port.devices.end()});
    }
    for (const auto& link : links_.all) {
      if (link.middle.empty()) continue;
      std::vector<std::string> names;
      for (const auto& end : link.ends) names.push_back(end.to_string());
      add("unmanaged-switch", names.front(), Severity::Info,
          fmt::format("{} are on one segment: an unmanaged switch is between them",
                      first_few(names)),
          words(link.evidence), {});
    }
  }

  const Ground& ground_;
  const Links& links_;
  const Ports& ports_;
  const std::map<std::string, Place>& places_;
  std::vector<Finding> found_;
};

}  // namespace

const std::vector<std::string>& finding_kinds() {
  static const std::vector<std::string> kinds{
      "cloned-engine-id", "default-community", "duplicate-address", "loop",
      "mac-move",         "no-identity",       "rogue-bridge",      "swapped-terminal",
      "unknown-device",   "unmanaged-switch",  "wrong-port"};
  return kinds;
}

std::vector<Finding> find_all(const Ground& ground, const Links& links, const Ports& ports,
                              const std::map<std::string, Place>& places) {
  auto found = Finder{ground, links, ports, places}.find();
  // Two strangers on a stall's port are one finding about the stall.
  std::vector<Finding> once;
  for (auto& finding : found) {
    if (!once.empty() && once.back().id() == finding.id()) {
      once.back().text += "; " + finding.text;
    } else {
      once.push_back(std::move(finding));
    }
  }
  return once;
}

}  // namespace market::inventory
