#include "daemon/inventory/links.h"

#include <algorithm>
#include <utility>

namespace market::inventory {
namespace {

constexpr double kToldByLldp = 0.99;
constexpr double kBothWays = 0.9;
constexpr double kOneWay = 0.7;
/// Ports that nobody told are kept apart by this mark until the links are made.
constexpr char kUnknownPort = '?';

/// The group of every end, by joining (union-find with the smallest end as the root).
class Groups {
 public:
  void join(const Socket& a, const Socket& b) {
    const Socket first = root(a);
    const Socket second = root(b);
    if (first == second) return;
    parent_[std::max(first, second)] = std::min(first, second);
  }
  [[nodiscard]] Socket root(const Socket& end) {
    auto at = parent_.try_emplace(end, end).first;
    while (at->second != at->first) at = parent_.find(at->second);
    return at->first;
  }
  [[nodiscard]] std::map<Socket, std::set<Socket>> all() {
    std::map<Socket, std::set<Socket>> groups;
    for (const auto& [end, unused] : parent_) groups[root(end)].insert(end);
    return groups;
  }

 private:
  std::map<Socket, Socket> parent_;
};

class Finder {
 public:
  explicit Finder(const Ground& ground)
      : ground_{ground},
        count_{ground.bridges.size()},
        port_(count_, std::vector<SharedText>(count_)) {}

  Links find() && {
    read_forwarding();
    read_neighbors();
    for (std::size_t a = 0; a < count_; ++a) {
      for (std::size_t b = 0; b < count_; ++b) {
        if (a != b && !port_[a][b].empty() && by_forwarding(a, b)) join_by_forwarding(a, b);
      }
    }
    return make_links();
  }

 private:
  struct Proof {
    Socket a, b;
    Claim claim;
    double confidence;
  };

  /// The port where most of the other bridge's MACs are, among the newest readings.
  void read_forwarding() {
    using Rank = std::pair<std::int64_t, std::size_t>;  // newest, how many
    for (std::size_t b = 0; b < count_; ++b) {
      std::map<std::size_t, std::map<SharedText, Rank>> seen;  // by bridge, by its port
      for (const auto& mac : ground_.bridges[b].macs) {
        if (ground_.holder_of(mac) != ground_.bridges[b].id) continue;
        for (const auto& [a, stay] : ground_.sightings(mac)) {
          if (a == b || ground_.bridges[a].told->forwarding_ms - stay->to_ms > kStaleMs) continue;
          auto& [newest, many] = seen[a][stay->port];
          newest = std::max(newest, stay->to_ms);
          ++many;
        }
      }
      for (const auto& [a, ports] : seen) {
        for (const auto& [port, rank] : ports) {
          const auto& best = port_[a][b];
          if (best.empty() || rank > ports.at(best)) port_[a][b] = port;
        }
      }
    }
  }

  /// Through LLDP and CDP: who is at the other end of which port.
  void read_neighbors() {
    std::vector<std::pair<std::size_t, const survey::LinkNeighbor*>> heard;
    std::map<std::pair<std::size_t, std::size_t>, std::string> told_port;
    for (std::size_t a = 0; a < count_; ++a) {
      const auto* told = ground_.bridges[a].told;
      if (told == nullptr) continue;
      for (const auto& link : told->links) {
        const auto other = ground_.bridge_of.find(ground_.meant_by(link));
        if (other == ground_.bridge_of.end() || other->second == a) continue;
        heard.emplace_back(a, &link);
        told_port.try_emplace({a, other->second}, link.local_port);
        covered_.insert({ground_.bridges[a].id, link.local_port});
      }
    }
    for (const auto& [a, link] : heard) {
      const auto b = ground_.bridge_of.at(ground_.meant_by(*link));
      const Socket near{ground_.bridges[a].id, link->local_port};
      auto far_port = far_port_of(b, *link);
      if (const auto back = told_port.find({b, a}); far_port.empty() && back != told_port.end()) {
        far_port = back->second;
      }
      if (far_port.empty()) far_port = port_[b][a];
      Socket far{ground_.bridges[b].id, far_port};
      if (far_port.empty()) {
        far.port = kUnknownPort + near.to_string();
      } else {
        covered_.insert(far);
      }
      const auto told_ms = ground_.bridges[a].told->links_ms;
      const bool lldp = link->protocol == survey::LinkNeighbor::Protocol::Lldp;
      join(near, far,
           {{lldp ? SourceKind::Lldp : SourceKind::Cdp, ground_.key_of(ground_.bridges[a])},
            link->chassis,
            {},
            link->local_port,
            {},
            link->sys_name,
            told_ms,
            told_ms},
           kToldByLldp);
      leads_to_[near].insert(far.device);
    }
  }

  /// The name of the neighbour's port, where it told one that is among its interfaces.
  [[nodiscard]] std::string far_port_of(std::size_t b, const survey::LinkNeighbor& link) const {
    const auto* told = ground_.bridges[b].told;
    if (told == nullptr || told->interfaces.empty()) {
      return MacAddress::parse(link.port_id) ? std::string{} : link.port_id;
    }
    const auto mac = MacAddress::parse(link.port_id);
    for (const auto& each : told->interfaces) {
      if (each.name == link.port_id || each.name == link.port_description) return each.name;
    }
    std::vector<std::string> by_mac;
    for (const auto& each : told->interfaces) {
      if (mac && each.mac == *mac) by_mac.push_back(each.name);
    }
    return by_mac.size() == 1 ? by_mac.front() : std::string{};
  }

  /// No third bridge lies between.
  [[nodiscard]] bool by_forwarding(std::size_t a, std::size_t b) const {
    const auto& near = port_[a][b];
    const auto& far = port_[b][a];
    if (covered_.contains({ground_.bridges[a].id, near})) return false;
    if (!far.empty() && covered_.contains({ground_.bridges[b].id, far})) return false;
    for (std::size_t c = 0; c < count_; ++c) {
      if (c == a || c == b || port_[a][c] != near) continue;
      if (!far.empty() && !port_[b][c].empty() && port_[b][c] != far) continue;
      const auto& to_a = port_[c][a];
      const auto& to_b = port_[c][b];
      if (!to_a.empty() && !to_b.empty() && to_a != to_b) return false;
    }
    return true;
  }

  void join_by_forwarding(std::size_t a, std::size_t b) {
    const Socket near{ground_.bridges[a].id, port_[a][b]};
    Socket far{ground_.bridges[b].id, port_[b][a]};
    const bool both = !far.port.empty();
    if (!both) far.port = kUnknownPort + near.to_string();
    for (const auto& mac : ground_.bridges[b].macs) {
      const auto* stay = Ground::seen_by(ground_.bridges[a], mac);
      if (stay == nullptr || stay->port != near.port) continue;
      join(near, far,
           {{SourceKind::Fdb, ground_.key_of(ground_.bridges[a])},
            mac,
            {},
            stay->port,
            stay->vlan,
            {},
            stay->from_ms,
            stay->to_ms},
           both ? kBothWays : kOneWay);
      return;
    }
  }

  void join(const Socket& a, const Socket& b, Claim claim, double confidence) {
    groups_.join(a, b);
    proofs_.push_back({a, b, std::move(claim), confidence});
  }

  Links make_links() {
    Links links;
    std::map<Socket, std::size_t> by_root;
    for (const auto& [root, ends] : groups_.all()) {
      by_root[root] = links.all.size();
      Link link;
      for (auto end : ends) {
        const bool known = end.port.empty() || end.port.front() != kUnknownPort;
        if (known) {
          links.of[end] = links.all.size();
        } else {
          end.port.clear();
        }
        link.ends.insert(std::move(end));
      }
      const auto managed = std::find_if(link.ends.begin(), link.ends.end(),
                                        [](const Socket& end) { return !end.port.empty(); });
      if (link.ends.size() > 2 && managed != link.ends.end()) {
        link.middle = unmanaged_behind(*managed);
      }
      links.all.push_back(std::move(link));
    }
    std::vector<std::vector<Claim>> evidence(links.all.size());
    for (auto& proof : proofs_) {
      const auto place = by_root.at(groups_.root(proof.a));
      auto& link = links.all[place];
      link.at_ms = std::max(link.at_ms, proof.claim.last_seen_ms);
      link.confidence = std::max(link.confidence, proof.confidence);
      evidence[place].push_back(std::move(proof.claim));
    }
    for (std::size_t place = 0; place < evidence.size(); ++place) {
      links.all[place].evidence = merged(std::move(evidence[place]), {});
    }
    links.leads_to = std::move(leads_to_);
    for (std::size_t a = 0; a < count_; ++a) {
      for (std::size_t b = 0; b < count_; ++b) {
        if (port_[a][b].empty()) continue;
        links.leads_to[{ground_.bridges[a].id, port_[a][b]}].insert(ground_.bridges[b].id);
      }
    }
    return links;
  }

  const Ground& ground_;
  std::size_t count_;
  std::vector<std::vector<SharedText>> port_;  ///< [a][b]: behind which port a sees b
  std::set<Socket> covered_;                   ///< ports whose other end LLDP told
  std::map<Socket, std::set<std::string>> leads_to_;
  Groups groups_;
  std::vector<Proof> proofs_;
};

}  // namespace

std::string unmanaged_behind(const Socket& socket) {
  return "unmanaged behind " + socket.to_string();
}

Links find_links(const Ground& ground) { return Finder{ground}.find(); }

}  // namespace market::inventory
