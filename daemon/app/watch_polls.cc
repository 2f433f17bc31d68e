#include "daemon/app/watch.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include <fmt/format.h>

#include "daemon/app/log.h"

namespace market::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Polls under way at once: bounds sockets, memory and the load on the market's uplink.
constexpr std::size_t kPollsMax = 256;
/// A suspect is asked again after this long, not after a whole interval.
constexpr seconds kSuspectAgain{1};
constexpr seconds kProbePatience{2};
/// A device that sends traps without end fills no list.
constexpr std::int64_t kTrapNotedEveryMs = 10'000;

std::string words(health::DeviceState from, const health::HealthEvent& event) {
  if (event.to == health::DeviceState::Unreachable) {
    return fmt::format("{} is unreachable behind {}", event.device, event.cause);
  }
  return fmt::format("{} is {} (was {})", event.device, to_string(event.to), to_string(from));
}

}  // namespace

const snmp::Credentials* Watch::credentials(const std::string& id) const {
  const auto& all = model_->read_credentials;
  const auto found =
      std::find_if(all.begin(), all.end(), [&id](const auto& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

/// What the inventory knows of a device counts more than the design.
Watch::Subject& Watch::add_subject(const std::string& id, std::optional<IpAddress> address,
                                   const std::string& profile) {
  auto& subject = subjects_[id];
  subject.profile = model_->profiles.find(profile);
  if (!model_->read_credentials.empty()) subject.credentials = &model_->read_credentials.front();
  subject.others_left = model_->read_credentials.size() > 1;
  if (address) subject.address = *address;
  const auto* record = whereabouts_.inventory().by_design_id(id);
  if (record == nullptr || record->silent) return subject;
  subject.address = record->address;
  if (subject.profile == nullptr) {
    subject.profile = model_->profiles.find(record->identification->profile);
  }
  if (const auto* known = credentials(record->credentials)) {
    subject.credentials = known;
    subject.others_left = false;
  }
  return subject;
}

/// Another device answers at its address, and it is nowhere itself: what is heard there is not of
/// it.
bool Watch::is_replaced(const Terminal& terminal) const {
  const auto& inventory = whereabouts_.inventory();
  const auto* own = inventory.by_design_id(terminal.serial);
  if (own != nullptr && !own->silent) return false;
  const auto* there = inventory.at_address(*terminal.address);
  return there != nullptr && !there->silent && there->design_id != terminal.serial;
}

/// Everything that is polled: the design's devices, and whatever else a sweep found.
void Watch::add_subjects() {
  const auto& design = model_->design;
  subjects_.clear();
  for (const auto& item : design.switches) add_subject(item.id, item.address, item.profile);
  for (const auto& item : design.aps) add_subject(item.id, item.address, item.profile);
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) {
      if (!terminal.address || (!terminal.snmp && terminal.tcp_port == 0)) continue;
      if (is_replaced(terminal)) {
        after_events(tracker_->forget(terminal.serial, now_ms()));
        continue;
      }
      auto& subject = add_subject(terminal.serial, terminal.address, "");
      subject.terminal = true;
      if (!terminal.snmp) subject.tcp_port = terminal.tcp_port;
    }
  }
  for (const auto& record : whereabouts_.inventory().records()) {
    if (!record.design_id.empty() || record.silent) continue;
    auto& subject = add_subject(record.key, record.address, record.identification->profile);
    if (const auto* known = credentials(record.credentials)) subject.credentials = known;
  }
  std::vector<std::string> ids;
  subject_at_.clear();
  for (const auto& [id, subject] : subjects_) {
    ids.push_back(id);
    subject_at_.emplace(subject.address, id);
  }
  views_->fill([this](const std::string& id) { return subjects_.contains(id); },
               whereabouts_.inventory().records(), tracker_->devices());
  // Kinds mixed, and so for good: the tables of all switches at once would take many megabytes.
  std::sort(ids.begin(), ids.end(), [](const std::string& a, const std::string& b) {
    const std::hash<std::string> mix;
    return mix(a) < mix(b);
  });
  // The first round is spread over a third of the interval, so that the page fills up soon.
  timetable_->set_devices(ids, loop_.now(), model_->settings.poll_interval / 3);
}

void Watch::tick() {
  const auto now = loop_.now();
  lag_seconds_.set(std::chrono::duration<double>(timetable_->lag(now)).count());
  if (now > tick_due_) stalls_.note(now - tick_due_, now);
  stall_seconds_.set(std::chrono::duration<double>(stalls_.longest()).count());
  const auto room = kPollsMax - std::min(kPollsMax, poller_.under_way() + probes_.size());
  for (const auto& id : timetable_->take_due(now, room)) ask(id);
  const auto next = std::clamp(timetable_->next_due() - now, io::Duration{milliseconds{20}},
                               io::Duration{seconds{1}});
  tick_due_ = loop_.now() + next;
  tick_timer_ = loop_.after(next, [this] { tick(); });
}

void Watch::ask(const std::string& id) {
  const auto& subject = subjects_.at(id);
  if (subject.tcp_port != 0) return ask_tcp(id, subject);
  if (refusal_pause(subject) > io::Duration::zero()) {
    const auto state = tracker_->devices().find(id);
    const bool doubted =
        state != tracker_->devices().end() && state->second.state == health::DeviceState::Suspect;
    if (doubted) after_health(id, tracker_->on_refusal(id, now_ms()));
    return;
  }
  snmp::Target target{
      .address = subject.address, .port = model_->settings.snmp_port, .credentials = {}};
  if (subject.credentials != nullptr) target.credentials = *subject.credentials;
  poller_.poll(id, target, subject.profile, patience(id),
               [this, id](schedule::PollResult result) { on_poll(id, std::move(result)); });
}

/// Who is known to be silent holds no place for long: thousands may be when a market loses power.
snmp::Patience Watch::patience(const std::string& id) const {
  const auto known = tracker_->devices().find(id);
  const bool silent = known != tracker_->devices().end() &&
                      (known->second.state == health::DeviceState::Down ||
                       known->second.state == health::DeviceState::Unreachable);
  return {model_->settings.snmp_timeout, silent ? 1 : model_->settings.snmp_attempts};
}

io::Duration Watch::refusal_pause(const Subject& subject) const {
  if (subject.credentials == nullptr) return io::Duration::zero();
  return refusals_->pause(subject.address, subject.credentials->id, loop_.now());
}

std::string Watch::note_refusal(const Subject& subject, const schedule::PollResult& result) {
  if (subject.credentials == nullptr) return result.refused ? result.failure : std::string{};
  const auto& id = subject.credentials->id;
  if (result.replied) refusals_->forget(subject.address, id);
  if (!result.refused) return {};
  refusals_->note(subject.address, id, loop_.now());
  return result.failure;
}

void Watch::ask_tcp(const std::string& id, const Subject& subject) {
  probes_[id] = service::tcp_connect(loop_, {subject.address, subject.tcp_port}, kProbePatience,
                                     [this, id](const service::TcpVerdict& verdict) {
                                       loop_.post([this, id, verdict] { on_tcp(id, verdict); });
                                     });
}

void Watch::on_tcp(const std::string& id, const service::TcpVerdict& verdict) {
  probes_.erase(id);
  const auto subject = subjects_.find(id);
  if (subject == subjects_.end()) return;
  auto& item = views_->edit(id);
  ++item.polls;
  if (verdict.connected) {
    item.round_trip_seconds = std::chrono::duration<double>(verdict.took).count();
  } else {
    ++item.poll_failures;
  }
  evidence_->on_terminal_tcp(id, verdict.connected, now_ms());
  on_alive(id, verdict.connected);
}

void Watch::on_poll(const std::string& id, schedule::PollResult result) {
  const auto subject = subjects_.find(id);
  if (subject == subjects_.end()) return;
  auto& item = views_->edit(id);
  ++item.polls;
  item.refusal = note_refusal(subject->second, result);
  if (!result.replied) {
    ++item.poll_failures;
  } else {
    item.round_trip_seconds = std::chrono::duration<double>(result.round_trip).count();
    item.uptime_ticks = result.uptime_ticks;
    item.sys_name = result.sys_name;
    if (subject->second.terminal) evidence_->on_terminal(id, result, now_ms());
    evidence_->on_switch(id, result, now_ms());
    if (!result.forwarding.empty() && result.failure.empty()) {
      whereabouts_.on_forwarding(id, result.forwarding, now_ms());
    }
    if (result.wireless) {
      whereabouts_.on_stations(id, result.wireless->clients.ids, client_key_, now_ms());
      whereabouts_.on_access_points(id, result.wireless->access_points, now_ms());
    }
    if (result.failure.empty()) {
      item.ports = std::move(result.ports);
      item.radios = std::move(result.radios);
      item.wireless = std::move(result.wireless);
    }
  }
  if (result.refused && !subject->second.others_left) {
    return after_health(id, tracker_->on_refusal(id, now_ms()));
  }
  on_alive(id, result.replied);
}

void Watch::on_alive(const std::string& id, bool alive) {
  after_health(id, alive ? tracker_->on_reply(id, now_ms()) : tracker_->on_silence(id, now_ms()));
}

void Watch::after_health(const std::string& id, const std::vector<health::HealthEvent>& events) {
  after_events(events);
  for (const auto& ancestor : tracker_->wanted()) timetable_->ask_now(ancestor, loop_.now());
  const auto state = tracker_->devices().find(id);
  if (state != tracker_->devices().end() && state->second.state == health::DeviceState::Suspect) {
    again_[id] = loop_.after(kSuspectAgain, [this, id] { timetable_->ask_now(id, loop_.now()); });
  }
  changed();
}

void Watch::after_events(const std::vector<health::HealthEvent>& events) {
  if (events.empty()) return;
  for (const auto& event : events) {
    if (event.to == health::DeviceState::Down) evidence_->on_down(event.device, event.at_ms);
    const bool news =
        event.to == health::DeviceState::Down || event.to == health::DeviceState::Unreachable ||
        (event.to == health::DeviceState::Up && event.from != health::DeviceState::Unknown &&
         event.from != health::DeviceState::Suspect);
    if (!news) continue;
    note(words(event.from, event));
    if (event.to != health::DeviceState::Unreachable) {
      log(event.to == health::DeviceState::Down ? Level::Warning : Level::Info,
          "DEVICE_STATE_CHANGED",
          {{"device", event.device}, {"state", to_string(event.to)}, {"cause", event.cause}},
          "a device changed its state");
    }
  }
  in_background([this, events] { return store_.record(events); });
}

void Watch::probe_services() {
  for (const auto& service : model_->design.services) {
    const auto address = IpAddress::parse(service.to.empty() ? "" : service.to.front());
    if (!address) continue;  // a name needs a resolver of the zone: it stays not verified
    const io::Endpoint endpoint{*address, service.port.number};
    const auto where = fmt::format("{} {}", service.port.to_string(), service.to.front());
    if (service.port.transport == Transport::Udp) {
      if (service.probe != "query") continue;
      dns_.ask(endpoint, kProbePatience, [this, name = service.id, where](const auto& verdict) {
        on_service(name, where, verdict.answered, verdict.took, verdict.reason);
      });
      continue;
    }
    const std::string id = "service " + service.id;
    probes_[id] = service::tcp_connect(
        loop_, endpoint, kProbePatience,
        [this, id, name = service.id, where](const service::TcpVerdict& verdict) {
          on_service(name, where, verdict.connected, verdict.took, verdict.reason);
          loop_.post([this, id] { probes_.erase(id); });
        });
  }
  service_timer_ = loop_.after(model_->settings.poll_interval, [this] { probe_services(); });
}

void Watch::on_service(const std::string& id, const std::string& where, bool answered,
                       std::chrono::microseconds took, const std::string& reason) {
  const double seconds = std::chrono::duration<double>(took).count();
  service_seconds_[id] = answered ? seconds : 0;
  evidence_->on_service(
      id, {.ok = answered,
           .at_ms = now_ms(),
           .detail = answered ? fmt::format("{} answers in {:.0f} ms", where, seconds * 1000)
                              : fmt::format("{}: {}", where, reason)});
  changed();
}

/// A trap is a reason to look, not a reading: whatever it says, the device is asked.
void Watch::on_trap(const IpAddress& from, const std::string& what) {
  const auto subject = subject_at_.find(from);
  if (subject == subject_at_.end()) return;  // a stranger's word is no reason for traffic
  const auto& id = subject->second;
  timetable_->ask_now(id, loop_.now());
  if (told_) told_(id);
  auto& noted = trap_noted_ms_[id];
  if (now_ms() - noted < kTrapNotedEveryMs) return;
  noted = now_ms();
  note(fmt::format("{} sent {}: asked again", id, what));
}

void Watch::poll_all_now() {
  look_at_this_host();
  for (const auto& [id, subject] : subjects_) timetable_->ask_now(id, loop_.now());
  probe_services();
}

}  // namespace market::app
