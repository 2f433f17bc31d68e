#include "daemon/app/presence.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "daemon/app/log.h"
#include "daemon/inventory/terminal_evidence.h"
#include "probes/dhcp/server.h"

namespace market::app {
namespace {

constexpr std::chrono::milliseconds kDoorPatience{1000};
/// Between two hosts, and between two ranges.
constexpr std::chrono::milliseconds kPause{100};

/// Links whose hosts are equipment: those of every zone but the guests'.
std::set<std::string> trusted_links(const Design& design) {
  std::set<std::string> names;
  for (const auto& zone : design.zones) {
    if (zone.trust != Trust::Untrusted && !zone.interface.empty()) names.insert(zone.interface);
  }
  return names;
}

/// RFC 3418: snmpTraps.
std::string name_of(const Oid& trap) {
  constexpr std::array kNames{"coldStart", "warmStart", "linkDown", "linkUp",
                              "authenticationFailure"};
  for (std::uint32_t i = 0; i < kNames.size(); ++i) {
    if (trap == Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, i + 1}) return kNames[i];
  }
  return "trap " + trap.to_string();
}

}  // namespace

Presence::Presence(io::AsioLoop& loop, Whereabouts& whereabouts, StartEngine start_engine,
                   OnTrap on_trap)
    : loop_{loop},
      whereabouts_{whereabouts},
      start_engine_{std::move(start_engine)},
      on_trap_{std::move(on_trap)} {}

void Presence::set_model(ModelPtr model) {
  model_ = std::move(model);
  timer_.cancel();
  echoes_.reset();
  probes_.clear();
  ranges_.clear();
  doors_.clear();
  under_way_ = false;
  listener_.reset();
  listening_on_.clear();
  complained_.clear();
  receive_traps();
}

void Presence::receive_traps() {
  traps_.reset();
  trap_wire_.reset();
  if (model_->settings.trap_port == 0) return;
  auto wire = io::open_udp(loop_, model_->settings.trap_port);
  if (!wire) return complain("traps", wire.error().message);
  auto engine = start_engine_();
  if (!engine) return complain("traps", engine.error().message);
  trap_wire_ = std::move(*wire);
  traps_ = snmp::receive_traps(
      loop_, *trap_wire_, model_->read_credentials, std::move(*engine),
      [this](const snmp::TrapEvent& event) { on_trap_(event.from.address, name_of(event.trap)); });
}

void Presence::listen(const std::vector<netlink::Link>& links) {
  const auto trusted = trusted_links(model_->design);
  std::vector<std::string> names;
  for (const auto& link : links) {
    if (trusted.contains(link.name) && link.mac) names.push_back(link.name);
  }
  if (names == listening_on_) return;
  listener_.reset();
  listening_on_ = names;
  if (names.empty()) return;
  auto listener = dhcp::listen(
      loop_, names,
      [this](const std::string&, const dhcp::ClientMessage& message) { hear(message); });
  if (listener) {
    listener_ = std::move(*listener);
  } else {
    complain("DHCP requests", listener.error().message);
  }
}

void Presence::hear(const dhcp::ClientMessage& message) { whereabouts_.on_dhcp(message, now_ms()); }

void Presence::round() {
  if (under_way_) return;
  under_way_ = true;
  read_leases();
  for (const auto& range : sweep_ranges(*model_)) {
    if (range.first().is_v4()) ranges_.push_back(range);
  }
  timer_ = loop_.after(kPause, [this] { next_range(); });
}

void Presence::read_leases() {
  auto files = model_->settings.lease_files;
  files.push_back(dhcp::dnsmasq_leases(model_->settings.state_directory));
  for (const auto& path : files) {
    if (!std::filesystem::exists(path)) continue;
    const auto leases = dhcp::read_lease_file(path);
    if (!leases) {
      complain(path, leases.error().message);
      continue;
    }
    for (const auto& lease : *leases) {
      const bool valid = !lease.expires || *lease.expires > loop_.wall_now();
      if (valid) whereabouts_.on_lease(lease, now_ms());
    }
  }
}

void Presence::next_range() {
  echoes_.reset();
  if (ranges_.empty()) {
    for (auto& host : whereabouts_.silent_hosts()) {
      const auto tried = tried_ms_.find(host.mac);
      const bool due = tried == tried_ms_.end() ||
                       now_ms() - tried->second >= std::chrono::milliseconds{kDoorsEvery}.count();
      if (due) doors_.push_back(std::move(host));
    }
    return next_door();
  }
  const auto range = ranges_.front();
  ranges_.pop_front();
  service::EchoOptions options;
  options.per_second = kEchoesPerSecond;
  auto echoes = service::ping_sweep(loop_, range, options,
                                    {.on_answer =
                                         [this](const service::EchoAnswer& answer) {
                                           whereabouts_.on_echo(answer.from, now_ms());
                                         },
                                     .on_end =
                                         [this](service::EchoSummary) {
                                           timer_ = loop_.after(kPause, [this] { next_range(); });
                                         }});
  if (echoes) {
    echoes_ = std::move(*echoes);
    return;
  }
  complain("ICMP echoes", echoes.error().message);
  ranges_.clear();
  timer_ = loop_.after(kPause, [this] { next_range(); });
}

void Presence::next_door() {
  probes_.clear();
  if (doors_.empty()) {
    under_way_ = false;
    return;
  }
  const auto host = doors_.front();
  doors_.pop_front();
  try_door(host);
}

void Presence::try_door(const Whereabouts::SilentHost& host) {
  tried_ms_[host.mac] = now_ms();
  open_.clear();
  waiting_ = 0;
  for (const auto port : telling_ports()) {
    ++waiting_;
    probes_.push_back(
        service::tcp_connect(loop_, {host.address, port}, kDoorPatience,
                             [this, mac = host.mac, port](const service::TcpVerdict& verdict) {
                               if (verdict.connected) open_.insert(port);
                               if (--waiting_ != 0) return;
                               whereabouts_.on_open_ports(mac, open_, now_ms());
                               timer_ = loop_.after(kPause, [this] { next_door(); });
                             }));
  }
}

void Presence::complain(const std::string& source, const std::string& error) {
  if (!complained_.insert(source + error).second) return;
  log(Level::Warning, "SOURCE_UNSEEN", {{"source", source}, {"error", error}},
      "this source of who is there cannot be had; the others go on");
}

std::int64_t Presence::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(loop_.wall_now().time_since_epoch())
      .count();
}

}  // namespace market::app
