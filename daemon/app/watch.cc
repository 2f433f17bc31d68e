#include "daemon/app/watch.h"

#include <algorithm>
#include <chrono>

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
/// Snapshots are made at most this often, and in a large market so seldom that making them takes
/// at most one part in this many of the loop's time.
constexpr milliseconds kPublishEvery{500};
constexpr int kPublishShare = 20;
constexpr std::size_t kEventsKept = 100;
constexpr seconds kProbePatience{2};
/// The inventory is saved after every sweep, and this long after the last time when others told
/// more of it.
constexpr std::int64_t kSaveEveryMs = 60'000;
/// Once a day.
constexpr std::int64_t kCommunitiesEveryMs = 24LL * 3600 * 1000;
/// A device that sends traps without end fills no list.
constexpr std::int64_t kTrapNotedEveryMs = 10'000;

std::string words(health::DeviceState from, const health::HealthEvent& event) {
  if (event.to == health::DeviceState::Unreachable) {
    return fmt::format("{} is unreachable behind {}", event.device, event.cause);
  }
  return fmt::format("{} is {} (was {})", event.device, to_string(event.to), to_string(from));
}

Result<snmp::OwnEngine> start_engine(store::Store& store) {
  const auto started = store.start_engine();
  if (!started) return tl::make_unexpected(started.error());
  snmp::OwnEngine engine{.id = {}, .boots = static_cast<std::uint32_t>(started->boots)};
  for (std::size_t at = 0; at + 1 < started->id.size(); at += 2) {
    engine.id.push_back(
        static_cast<std::uint8_t>(std::stoul(started->id.substr(at, 2), nullptr, 16)));
  }
  return engine;
}

}  // namespace

struct Watch::Subject {
  IpAddress address = IpAddress::v4(0);
  std::uint16_t tcp_port = 0;  ///< of a terminal without SNMP; 0 = ask by SNMP
  snmp::Target target{.address = IpAddress::v4(0), .port = 161, .credentials = {}};
  const Profile* profile = nullptr;
  bool terminal = false;
};

Watch::Watch(io::AsioLoop& loop, snmp::Client& client, io::Wire& dns_wire, store::Store& store,
             Background& background, ModelPtr model, std::vector<inventory::DeviceRecord> records,
             std::vector<inventory::Finding> open_findings, Publish publish)
    : loop_{loop},
      client_{client},
      store_{store},
      background_{background},
      model_{std::move(model)},
      publish_{std::move(publish)},
      whereabouts_{
          loop,
          [this](const snmp::Target& target, survey::Done done) {
            survey::SurveyOptions options;
            options.patience = {model_->settings.snmp_timeout, model_->settings.snmp_attempts};
            return survey::start_survey(client_, target, options, std::move(done));
          },
          [this](std::function<void()> work, std::function<void()> done) {
            // It is idle: there is one picture at a time, and it does nothing else.
            (void)drawer_.post([this, work = std::move(work), done = std::move(done)] {
              work();
              loop_.post(done);
            });
          },
          std::move(records),
          std::move(open_findings),
          {.drawn = [this] { on_drawn(); },
           .found = [this](const inventory::Finding& finding,
                           bool open) { on_finding(finding, open); }}},
      presence_{loop, whereabouts_, [this] { return start_engine(store_); },
                [this](const IpAddress& from, const std::string& what) { on_trap(from, what); }},
      stalls_{loop.now()},
      poller_{client},
      dns_{loop, dns_wire} {
  adopt_model();
}

Watch::~Watch() = default;

void Watch::start() {
  if (auto kernel = netlink::open_kernel()) kernel_ = std::move(*kernel);
  auto neighbours = netlink::watch_neighbours(
      loop_,
      {.on_table =
           [this](const std::vector<netlink::Neighbour>& table) {
             for (const auto& each : table) whereabouts_.on_neighbour(each, now_ms());
           },
       .on_change =
           [this](const netlink::Neighbour& each) { whereabouts_.on_neighbour(each, now_ms()); },
       .on_gone = [](const netlink::Neighbour&) {}});
  if (neighbours) {
    neighbours_ = std::move(*neighbours);
  } else {
    log(Level::Warning, "NEIGHBOURS_UNSEEN", {{"error", neighbours.error().message}},
        "the kernel's neighbour table cannot be followed; other sources go on");
  }
  look_at_this_host();
  tick();
  probe_services();
  sweep_now();
  changed();
}

void Watch::adopt_model() {
  const auto& design = model_->design;
  poller_.cancel_all();
  poller_.read_wireless(&model_->profiles, client_key_);
  again_.clear();
  probes_.clear();
  drops_ = design.drops();
  whereabouts_.set_model(model_);
  presence_.set_model(model_);
  records_.set(whereabouts_.records());
  timetable_ = std::make_unique<schedule::Timetable>(model_->settings.poll_interval);
  tracker_ = std::make_unique<health::HealthTracker>(model_->topology);
  evidence_ = std::make_unique<Evidence>(design);
  views_.clear();
  stalls_told_ = {};
  header_.site_id = design.site.id;
  header_.site_name = design.site.name;
  header_.design_file = design.file;
  header_.design_digest = design.digest;
  header_.method_names.clear();
  for (const auto& method : design.methods) header_.method_names[method.id] = method.name;
  header_.verdict.clear();
  header_.pending_changes = 0;
  set_reload(true);
  add_subjects();
}

void Watch::set_model(ModelPtr model) {
  // Subjects, polls and a sweep under way point into the old one.
  const ModelPtr old = std::exchange(model_, std::move(model));
  sweep_.reset();
  adopt_model();
  sweep_now();
}

/// Everything that is polled: the design's devices, and whatever else a sweep found.
void Watch::add_subjects() {
  const auto& design = model_->design;
  subjects_.clear();
  const auto add = [this](const std::string& id, std::optional<IpAddress> address,
                          const std::string& profile) -> Subject& {
    auto& subject = subjects_[id];
    subject.profile = model_->profiles.find(profile);
    subject.target.port = model_->settings.snmp_port;
    if (!model_->read_credentials.empty()) {
      subject.target.credentials = model_->read_credentials.front();
    }
    if (address) subject.address = *address;
    if (const auto* record = whereabouts_.inventory().by_design_id(id);
        record != nullptr && !record->silent) {
      subject.address = record->address;
      if (subject.profile == nullptr) {
        subject.profile = model_->profiles.find(record->identification.profile);
      }
      for (const auto& credentials : model_->read_credentials) {
        if (credentials.id == record->credentials) subject.target.credentials = credentials;
      }
    }
    subject.target.address = subject.address;
    return subject;
  };
  for (const auto& item : design.switches) add(item.id, item.address, item.profile);
  for (const auto& item : design.aps) add(item.id, item.address, item.profile);
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) {
      if (!terminal.address || (!terminal.snmp && terminal.tcp_port == 0)) continue;
      auto& subject = add(terminal.serial, terminal.address, "");
      subject.terminal = true;
      if (!terminal.snmp) subject.tcp_port = terminal.tcp_port;
    }
  }
  for (const auto& record : whereabouts_.inventory().records()) {
    if (!record.design_id.empty() || record.silent) continue;
    auto& subject = add(record.key, record.address, record.identification.profile);
    for (const auto& credentials : model_->read_credentials) {
      if (credentials.id == record.credentials) subject.target.credentials = credentials;
    }
  }
  std::vector<std::string> ids;
  subject_at_.clear();
  for (const auto& [id, subject] : subjects_) {
    ids.push_back(id);
    subject_at_.emplace(subject.address, id);
  }
  std::erase_if(views_, [this](const auto& item) { return !subjects_.contains(item.first); });
  fill_views();
  // The first round is spread over a third of the interval, so that the page fills up soon.
  timetable_->set_devices(ids, loop_.now(), model_->settings.poll_interval / 3);
}

void Watch::fill_views() {
  const auto& design = model_->design;
  const auto place = [this](health::DeviceView& item) {
    if (const auto parent = model_->topology.parent.find(item.id);
        parent != model_->topology.parent.end()) {
      item.parent = parent->second;
    }
    if (const auto port = model_->topology.port.find(item.id);
        port != model_->topology.port.end()) {
      item.port = port->second;
    }
  };
  const auto designed = [&](const std::string& id, const std::string& device_class) -> auto& {
    auto& item = view(id);
    item.device_class = device_class;
    item.in_design = true;
    place(item);
    return item;
  };
  for (const auto& each : design.switches) {
    auto& item = designed(each.id, "switch");
    item.address = each.address.to_string();
    item.serial = each.serial;
  }
  for (const auto& each : design.aps) {
    auto& item = designed(each.id, "access-point");
    item.address = each.address.to_string();
    item.serial = each.serial;
  }
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) {
      auto& item = designed(terminal.serial, "payment-terminal");
      item.stall = stall.id;
      item.serial = terminal.serial;
      item.mac = terminal.mac ? terminal.mac->to_string() : "";
      item.address = terminal.address ? terminal.address->to_string() : "";
    }
  }
  if (design.gateway) {
    auto& item = designed(design.gateway->id, "gateway");
    item.health.state = health::DeviceState::Up;
  }
  for (const auto& record : whereabouts_.inventory().records()) {
    if (record.silent) continue;  // the picture has them
    auto& item = view(record.id());
    item.address = record.address.to_string();
    item.vendor = record.identification.vendor;
    item.model = record.identification.model;
    item.firmware = record.identification.firmware;
    item.profile = record.identification.profile;
    item.sys_name = record.sys_name;
    if (item.serial.empty()) item.serial = record.identification.serial;
    if (item.mac.empty()) item.mac = record.identification.mac;
    if (!item.in_design) {
      item.device_class = to_string(record.identification.device_class);
    }
  }
}

health::DeviceView& Watch::view(const std::string& id) {
  auto& view = views_[id];
  if (!view.row) {
    view.row = std::make_shared<health::DeviceView>();
    view.row->id = id;
  } else if (view.published) {
    view.row = std::make_shared<health::DeviceView>(*view.row);
  }
  view.published = false;
  return *view.row;
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
  poller_.poll(id, subject.target, subject.profile,
               {model_->settings.snmp_timeout, model_->settings.snmp_attempts},
               [this, id](schedule::PollResult result) { on_poll(id, std::move(result)); });
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
  auto& item = view(id);
  ++item.polls;
  if (verdict.connected) {
    item.round_trip_seconds = std::chrono::duration<double>(verdict.took).count();
  } else {
    ++item.poll_failures;
  }
  evidence_->on_terminal_tcp(id, verdict.connected,
                             fmt::format("answers on tcp/{}", subject->second.tcp_port), now_ms());
  on_alive(id, verdict.connected);
}

void Watch::on_poll(const std::string& id, schedule::PollResult result) {
  const auto subject = subjects_.find(id);
  if (subject == subjects_.end()) return;
  auto& item = view(id);
  ++item.polls;
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
    }
    if (result.failure.empty()) {
      item.ports = std::move(result.ports);
      item.radios = std::move(result.radios);
      item.wireless = std::move(result.wireless);
    }
  }
  on_alive(id, result.replied);
}

void Watch::on_alive(const std::string& id, bool alive) {
  after_events(alive ? tracker_->on_reply(id, now_ms()) : tracker_->on_silence(id, now_ms()));
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

void Watch::sweep_now() {
  sweep_timer_ = loop_.after(model_->settings.sweep_interval, [this] { sweep_now(); });
  if (sweep_) return;
  sweep::SweepOptions options;
  options.ranges = sweep_ranges(*model_);
  options.port = model_->settings.snmp_port;
  options.credentials = model_->read_credentials;
  options.packets_per_second = model_->settings.packets_per_second;
  // Three tries of a silent address, apart in time: most addresses of a market are nobody's, and
  // losses come in bursts.
  options.rounds = 3;
  options.patience.attempts = 1;
  options.remembered = worked_;
  // A wrong community is a line in a device's log: not with every sweep.
  options.test_default_communities = now_ms() - communities_tested_ms_ >= kCommunitiesEveryMs;
  if (options.test_default_communities) communities_tested_ms_ = now_ms();
  if (kernel_) sweep::look_at_links(*kernel_, options);
  header_.sweeping = true;
  sweep_ = sweep::start_sweep(
      loop_, client_, model_->profiles, std::move(options), [](sweep::SweepProgress) {},
      [this, model = model_](sweep::SweepResult result) {
        loop_.post([this, model, result = std::move(result)]() mutable {
          if (model != model_) return;
          sweep_.reset();
          whereabouts_.when_idle([this, model, result = std::move(result)] {
            if (model == model_) on_swept(result);
          });
        });
      });
  changed();
}

void Watch::on_swept(const sweep::SweepResult& result) {
  header_.sweeping = false;
  header_.last_sweep_ms = now_ms();
  std::size_t found = 0;
  for (const auto& sighting : result.sightings) {
    worked_[sighting.address] = sighting.credentials;
  }
  look_at_this_host();
  for (const auto& event : whereabouts_.on_swept(result, header_.last_sweep_ms)) {
    if (event.kind == inventory::InventoryEvent::Kind::Found) {
      ++found;
    } else {
      note(event.text);
      log(Level::Warning, "DEVICE_MOVED_OR_SWAPPED", {{"device", event.key}}, event.text);
    }
  }
  log(Level::Info, "SWEEP_DONE",
      {{"addresses", std::to_string(result.addresses)},
       {"answered", std::to_string(result.sightings.size())},
       {"new", std::to_string(found)},
       {"ms", std::to_string(result.took.count())}},
      "a sweep has ended");
  presence_.round();
  if (found > 0) note(fmt::format("{} new devices found", found));
  save_inventory();
  add_subjects();
  changed();
}

/// A trap is a reason to look, not a reading: whatever it says, the device is asked.
void Watch::on_trap(const IpAddress& from, const std::string& what) {
  const auto subject = subject_at_.find(from);
  if (subject == subject_at_.end()) return;  // a stranger's word is no reason for traffic
  const auto& id = subject->second;
  timetable_->ask_now(id, loop_.now());
  auto& noted = trap_noted_ms_[id];
  if (now_ms() - noted < kTrapNotedEveryMs) return;
  noted = now_ms();
  note(fmt::format("{} sent {}: asked again", id, what));
}

void Watch::save_inventory() {
  const auto records = whereabouts_.records();
  records_.set(records);
  saved_ms_ = now_ms();
  in_background([this, records] { return store_.save_devices(*records); });
}

void Watch::look_at_this_host() {
  if (!kernel_) return;
  const auto links = kernel_->links();
  if (!links) return;
  whereabouts_.on_links(*links, now_ms());
  presence_.listen(*links);
}

void Watch::on_finding(const inventory::Finding& finding, bool open) {
  findings_changed_ = true;
  note(open ? finding.text : "no more: " + finding.text);
  log(open && finding.severity != inventory::Severity::Info ? Level::Warning : Level::Info,
      open ? "FINDING_OPENED" : "FINDING_CLOSED",
      {{"kind", finding.kind}, {"subject", finding.subject}}, finding.text);
}

void Watch::on_drawn() {
  const bool due = now_ms() - saved_ms_ >= kSaveEveryMs;
  if (due || std::exchange(findings_changed_, false)) {
    in_background([this, picture = whereabouts_.picture()] {
      return store_.save_findings(picture->findings, picture->at_ms);
    });
  }
  if (due) save_inventory();
  changed();
}

/// A failure of the store is a state that everybody can see; the watching goes on.
void Watch::in_background(std::function<Result<void>()> work) {
  const bool taken = background_.post([this, work = std::move(work)] {
    auto done = work();
    loop_.post([this, error = done ? std::string{} : done.error().message] {
      if (!error.empty() && header_.store_error != error) {
        log(Level::Error, "STORE_FAILED", {{"error", error}},
            "the store refused a write; what is seen now is not remembered");
      }
      header_.store_error = error;
      changed();
    });
  });
  if (!taken) header_.store_error = "the store does not keep up: its queue is full";
}

void Watch::poll_all_now() {
  look_at_this_host();
  for (const auto& [id, subject] : subjects_) timetable_->ask_now(id, loop_.now());
  probe_services();
}

void Watch::set_activity(std::string activity) {
  header_.activity = std::move(activity);
  changed();
}

void Watch::set_verdict(std::string verdict, std::size_t pending_changes) {
  header_.verdict = std::move(verdict);
  header_.pending_changes = pending_changes;
  changed();
}

void Watch::set_reload(bool ok) {
  header_.config_reload_ok = ok;
  if (ok) header_.config_reload_ms = now_ms();
  changed();
}

void Watch::note(std::string text) {
  events_.push_front({.at_ms = now_ms(), .text = std::move(text)});
  if (events_.size() > kEventsKept) events_.pop_back();
  changed();
}

void Watch::changed() {
  if (publish_timer_.armed()) return;
  publish_timer_ =
      loop_.after(std::max<io::Duration>(kPublishEvery, publish_took_ * kPublishShare), [this] {
        publish_timer_.cancel();
        const auto begun = loop_.now();
        publish_now();
        publish_took_ = loop_.now() - begun;
      });
}

void Watch::publish_now() {
  auto snapshot = std::make_shared<health::Snapshot>(header_);
  const auto& design = model_->design;
  snapshot->at_ms = now_ms();
  const auto& readings = evidence_->readings(tracker_->devices());
  snapshot->devices.reserve(views_.size());
  snapshot->picture = whereabouts_.picture();
  for (auto& [id, item] : views_) {
    const auto health = readings.devices.find(id);
    if (health != readings.devices.end() && item.row->health != health->second) {
      view(id).health = health->second;
    }
    snapshot->devices.push_back(item.row);
    item.published = true;
  }
  snapshot->stalls = stalls_told_ = stall_rows(readings, snapshot->at_ms);
  for (const auto& service : design.services) {
    const auto reading = readings.services.find(service.id);
    snapshot->services.push_back(
        {.id = service.id,
         .type = service.type,
         .reading = reading == readings.services.end() ? health::Reading{} : reading->second,
         .connect_seconds = service_seconds_[service.id]});
  }
  snapshot->events.assign(events_.begin(), events_.end());
  snapshot->incidents = health::incidents_of(*snapshot);
  publish_(std::move(snapshot));
}

/// A row for each stall, in the design's order; one that says what the last one said is that one.
health::Rows<health::StallView> Watch::stall_rows(const health::Readings& readings,
                                                  std::int64_t at_ms) {
  const auto& design = model_->design;
  auto ready = health::evaluate(design, model_->topology, readings, at_ms,
                                4 * model_->settings.poll_interval + milliseconds{seconds{5}});
  health::Rows<health::StallView> rows;
  rows.reserve(ready.size());
  for (std::size_t i = 0; i < ready.size(); ++i) {
    if (i < stalls_told_.size() && stalls_told_[i].readiness == ready[i]) {
      rows.push_back(stalls_told_.shared(i));
      continue;
    }
    const auto& stall = design.stalls[i];
    health::StallView row{.id = stall.id,
                          .name = stall.name,
                          .zone_port = {},
                          .vacant = stall.state == StallState::Vacant,
                          .readiness = std::move(ready[i])};
    const auto drops = drops_.find(stall.id);
    if (drops != drops_.end()) {
      row.zone_port = drops->second.front().switch_id + "/" + drops->second.front().port;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::int64_t Watch::now_ms() const {
  return std::chrono::duration_cast<milliseconds>(loop_.wall_now().time_since_epoch()).count();
}

}  // namespace market::app
