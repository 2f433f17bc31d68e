#include <algorithm>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"
#include "daemon/takeover/draft.h"
#include "daemon/takeover/names.h"

namespace market::takeover {
namespace {

/// More things than this behind one port are no stall's: something that nobody manages is there.
constexpr std::size_t kMostTerminals = 4;

class Market {
 public:
  Market(const Wiring& wiring, Draft& draft) : wiring_{wiring}, draft_{draft} {}

  void run() {
    for (auto& device : draft_.design.switches) {
      for (auto& port : device.ports) read(device, port);
    }
    std::sort(draft_.design.stalls.begin(), draft_.design.stalls.end(),
              [](const Stall& a, const Stall& b) { return reconcile::natural_less(a.id, b.id); });
  }

 private:
  void read(const Switch& device, SwitchPort& port) {
    const auto* role = draft_.design.port_role(port.role);
    if (!port.peer.empty() || role->tagged_mode || !role->enabled) return;
    const auto& fields = draft_.found.at(device.id)->observed.fields;
    const auto label = text_in(fields, "port[" + port.name + "].label").value_or("");
    auto words = stall_of_label(label);
    static const std::vector<Host> kNobody;
    const auto found = wiring_.hosts.find({device.id, port.name});
    const auto& hosts = found == wiring_.hosts.end() ? kNobody : found->second;
    const bool pays =
        std::any_of(hosts.begin(), hosts.end(), [](auto& one) { return one.terminal; });
    if (words.id.empty() && !pays) return;
    if (words.id.empty()) words.id = as_id(device.id + "-" + port.name, 64);
    port.stall = words.id;
    auto& stall = stall_called(words);
    auto* zone = zone_called(role->untagged);
    if (pays && zone->trust == Trust::None) zone->trust = Trust::Cardholder;
    if (hosts.size() > kMostTerminals) {
      draft_.left_out.push_back(
          fmt::format("{} things behind {}/{}: too many for terminals of "
                      "stall {}",
                      hosts.size(), device.id, port.name, stall.id));
      return;
    }
    for (const auto& host : hosts) add(host, *zone, stall);
  }

  [[nodiscard]] Zone* zone_called(const std::string& id) {
    auto& zones = draft_.design.zones;
    return &*std::find_if(zones.begin(), zones.end(),
                          [&](const Zone& one) { return one.id == id; });
  }

  Stall& stall_called(const StallWords& words) {
    auto& stalls = draft_.design.stalls;
    const auto known = std::find_if(stalls.begin(), stalls.end(),
                                    [&](const Stall& one) { return one.id == words.id; });
    if (known != stalls.end()) return *known;
    Stall stall;
    stall.id = words.id;
    stall.name = words.name;
    stalls.push_back(std::move(stall));
    return stalls.back();
  }

  void add(const Host& host, const Zone& zone, Stall& stall) {
    Terminal terminal;
    const bool tells = !host.serial.empty() && is_line(host.serial);
    terminal.serial =
        unique(tells ? host.serial : "mac-" + as_id(host.mac->to_string(), 32), serials_);
    terminal.mac = host.mac;
    if (host.address && zone.prefix && zone.prefix->contains(*host.address)) {
      terminal.address = host.address;
      terminal.snmp = host.snmp;
    } else if (host.snmp) {
      without_address_.push_back(terminal.serial);
    }
    stall.terminals.push_back(std::move(terminal));
  }

  const Wiring& wiring_;
  Draft& draft_;
  std::set<std::string> serials_;
  std::vector<std::string> without_address_;

 public:
  [[nodiscard]] const std::vector<std::string>& without_address() const { return without_address_; }
};

}  // namespace

void draft_stalls(const Wiring& wiring, Draft& draft) {
  Market market{wiring, draft};
  market.run();
  const auto& without = market.without_address();
  if (without.empty()) return;
  draft.left_out.push_back(
      fmt::format("addresses of {} terminals that answer SNMP ({}{}): the prefix of their zone is "
                  "not known here",
                  without.size(), without.front(), without.size() > 1 ? ", ..." : ""));
}

}  // namespace market::takeover
