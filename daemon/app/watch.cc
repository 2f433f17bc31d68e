#include "daemon/app/watch.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "daemon/app/log.h"
#include "daemon/app/memory.h"

namespace market::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The inventory is saved after every sweep, and this long after the last time when others told
/// more of it.
constexpr std::int64_t kSaveEveryMs = 60'000;
/// By then a snapshot has the new picture, and nobody the old one. It is tens of megabytes with
/// 10,000 devices, as is what loading or saving them took, and free memory would stay ours.
constexpr seconds kTidyAfter{2};

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
            const auto& credentials = target.credentials.id;
            const auto pause = refusals_->pause(target.address, credentials, loop_.now());
            if (pause > io::Duration::zero()) return std::unique_ptr<survey::Run>{};
            survey::SurveyOptions options;
            options.patience = {model_->settings.snmp_timeout, model_->settings.snmp_attempts};
            return survey::start_survey(client_, target, options, std::move(done));
          },
          [this](std::function<void()> work, std::function<void()> done) {
            // There is room: one picture at a time, and one tidying after it.
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
  for (const auto& record : whereabouts_.inventory().records()) {
    if (!record.silent) worked_[record.address] = record.credentials;
  }
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
  refusals_->clear();
  poller_.cancel_all();
  poller_.read_wireless(&model_->profiles, client_key_);
  again_.clear();
  probes_.clear();
  whereabouts_.set_model(model_);
  presence_.set_model(model_);
  records_.set(whereabouts_.records());
  timetable_ = std::make_unique<schedule::Timetable>(model_->settings.poll_interval);
  tracker_ = std::make_unique<health::HealthTracker>(
      std::shared_ptr<const health::Topology>{model_, &model_->topology});
  evidence_ = std::make_unique<Evidence>(design);
  views_ = std::make_unique<Views>(model_);
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
  tidy_soon();
}

void Watch::set_model(ModelPtr model) {
  // Subjects, polls and a sweep under way point into the old one.
  const ModelPtr old = std::exchange(model_, std::move(model));
  sweep_.reset();
  adopt_model();
  sweep_now();
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
  options.refusals = refusals_;
  options.test_default_communities = communities_test_.begin(now_ms());
  if (kernel_) sweep::look_at_links(*kernel_, options);
  header_.sweep.emplace();
  sweep_ = sweep::start_sweep(
      loop_, client_, model_->profiles, std::move(options),
      [this](sweep::SweepProgress progress) {
        header_.sweep = {progress.asked, progress.total, progress.answered,
                         static_cast<double>(progress.remaining.count())};
        changed();
      },
      [this, model = model_](sweep::SweepResult result) {
        loop_.post([this, model, result = std::move(result)]() mutable {
          if (model != model_) return;
          sweep_.reset();
          communities_test_.end();
          whereabouts_.when_idle([this, model, result = std::move(result)] {
            if (model == model_) on_swept(result);
          });
        });
      });
  changed();
}

void Watch::on_swept(const sweep::SweepResult& result) {
  header_.sweep.reset();
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
       {"refused", std::to_string(result.refused.size())},
       {"new", std::to_string(found)},
       {"ms", std::to_string(result.took.count())}},
      "a sweep has ended");
  for (const auto& refused : result.refused) {
    log(Level::Warning, "CREDENTIALS_REFUSED",
        {{"address", refused.address.to_string()}, {"credentials", refused.credentials}},
        refused.why);
  }
  presence_.round();
  if (found > 0) note(fmt::format("{} new devices found", found));
  save_inventory();
  add_subjects();
  changed();
}

void Watch::save_inventory() {
  const auto records = whereabouts_.records();
  records_.set(records);
  saved_ms_ = now_ms();
  in_background([this, records] {
    auto saved = store_.save_devices(*records);
    loop_.post([this] { tidy_soon(); });
    return saved;
  });
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
  records_.set(whereabouts_.records());  // older ones would be a second inventory in memory
  const bool due = now_ms() - saved_ms_ >= kSaveEveryMs;
  if (due || std::exchange(findings_changed_, false)) {
    in_background([this, picture = whereabouts_.picture()] {
      return store_.save_findings(picture->findings, picture->at_ms);
    });
  }
  if (due) save_inventory();
  changed();
  tidy_soon();
}

void Watch::tidy_soon() {
  if (tidy_timer_.armed()) return;
  tidy_timer_ = loop_.after(kTidyAfter, [this] {
    tidy_timer_.cancel();
    (void)drawer_.post(give_back_memory);
  });
}

std::int64_t Watch::now_ms() const {
  return std::chrono::duration_cast<milliseconds>(loop_.wall_now().time_since_epoch()).count();
}

}  // namespace market::app
