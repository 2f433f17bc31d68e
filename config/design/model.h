// A Design with its names looked up once: what the rules ask.
//
// Only what could be read is here: a rule skips what it does not find, since a name that nothing
// carries is reported elsewhere (D006). Views into the Design, which must outlive it.
//
// Threads:  pure. Private to this room.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/design/design.h"
#include "config/types/device_limits.h"
#include "config/yaml/findings.h"

namespace market::design {

/// A switch port with what its names stand for.
struct PortView {
  const Switch* device = nullptr;
  const SwitchPort* port = nullptr;
  const PortRole* role = nullptr;  ///< null when the role could not be read

  [[nodiscard]] std::string name() const;  ///< "sw-a1/3"
  [[nodiscard]] bool carries_tagged(std::string_view zone) const;
  [[nodiscard]] bool carries_untagged(std::string_view zone) const;
  [[nodiscard]] bool carries(std::string_view zone) const;
};

/// "sw-a2/1" taken apart; the port is empty for "ap-a1".
struct Peer {
  std::string_view device;
  std::string_view port;
  [[nodiscard]] static Peer split(std::string_view text);
};

/// The zones that the gateway sends through one of its links.
struct GatewayLink {
  std::string_view untagged;
  std::set<std::string_view> tagged;
};

class Model {
 public:
  /// `families`: what the profiles say; without any, rules that need them say nothing.
  Model(const Design& design, const yaml::Findings& findings, const DeviceFamilies& families);

  [[nodiscard]] const Design& design() const { return design_; }
  [[nodiscard]] const DeviceFamilies& families() const { return families_; }
  /// Of a device's profile; null where there is no such profile.
  [[nodiscard]] const DeviceLimits* limits(std::string_view profile) const;
  /// Where `key` of the object at `owner` is written, or the object itself.
  [[nodiscard]] const SourcePosition& place(const SourcePosition& owner,
                                            std::string_view key) const {
    return findings_.place(owner, key);
  }

  /// Was something of the object at `owner` lost in reading?
  [[nodiscard]] bool damaged(const SourcePosition& owner) const { return findings_.damaged(owner); }

  [[nodiscard]] const Zone* zone(std::string_view id) const;
  [[nodiscard]] const Service* service(std::string_view id) const;
  [[nodiscard]] const Method* method(std::string_view id) const;
  [[nodiscard]] const Stall* stall(std::string_view id) const;
  [[nodiscard]] const Ssid* ssid(std::string_view id) const;
  /// The zone whose prefix holds `address`; the longest prefix when several do.
  [[nodiscard]] const Zone* zone_of(const IpAddress& address) const;

  /// Every port, in the file's order.
  [[nodiscard]] const std::vector<PortView>& ports() const { return ports_; }
  /// Null when the switch has no such port.
  [[nodiscard]] const PortView* port(const Peer& peer) const;
  /// The ports that lead to a stall, or to an access point.
  [[nodiscard]] const std::vector<const PortView*>& ports_to(std::string_view name) const;
  [[nodiscard]] bool is_ap(std::string_view id) const { return aps_.contains(id); }
  [[nodiscard]] bool is_switch(std::string_view id) const { return switches_.contains(id); }
  [[nodiscard]] bool is_gateway(std::string_view id) const;
  /// The zones behind a gateway's link; null when the design does not use such a link.
  [[nodiscard]] const GatewayLink* gateway_link(std::string_view name) const;

  /// May a host of `zone` open a connection to `service`, by the policy?
  [[nodiscard]] bool reaches(const Zone& zone, const Service& service) const;
  /// The zones that a policy rule lets traffic come from.
  [[nodiscard]] std::vector<const Zone*> sources(const PolicyRule& rule) const;
  /// The zones of the market that a policy rule lets traffic go to.
  [[nodiscard]] std::vector<const Zone*> targets(const PolicyRule& rule) const;
  /// The zones that the terminals of a stall are in, by the ports that lead to it.
  [[nodiscard]] std::set<const Zone*> zones_of(const Stall& stall) const;

 private:
  void index_ports();
  void index_gateway();
  [[nodiscard]] bool rule_reaches(const PolicyRule& rule, const Zone& zone,
                                  const Service& service) const;

  template <class T>
  using Index = std::map<std::string_view, const T*>;
  const Design& design_;
  const yaml::Findings& findings_;
  const DeviceFamilies& families_;
  Index<Zone> zones_;
  Index<Service> services_;
  Index<Method> methods_;
  Index<PortRole> roles_;
  Index<Stall> stalls_;
  Index<Ssid> ssids_;
  Index<Switch> switches_;
  Index<AccessPoint> aps_;
  std::vector<const Zone*> by_prefix_;  ///< zones with a prefix, sorted by it
  std::vector<PortView> ports_;
  std::map<std::string_view, std::map<std::string_view, const PortView*>> by_switch_;
  std::map<std::string_view, std::vector<const PortView*>> by_target_;
  std::map<std::string_view, GatewayLink> links_;
};

/// "payment, staff"; of a set of zone ids.
[[nodiscard]] std::string join(const std::set<std::string_view>& words);

}  // namespace market::design
