#include "daemon/app/watch.h"

#include <algorithm>
#include <chrono>

#include "daemon/app/boot_clock.h"
#include "daemon/app/log.h"

namespace market::app {
namespace {

using std::chrono::milliseconds;

/// Snapshots are made at most this often, and in a large market so seldom that making them takes
/// at most one part in this many of the loop's time.
constexpr milliseconds kPublishEvery{500};
constexpr int kPublishShare = 20;
constexpr std::size_t kEventsKept = 100;

/// The deadline by this machine's clock as it is set now, in whole seconds.
std::int64_t wall_ms(const reconcile::BootTime& deadline, std::int64_t now_ms) {
  constexpr std::int64_t kSecond = 1000;
  return (now_ms + deadline.ms - boot_now().ms + kSecond / 2) / kSecond * kSecond;
}

}  // namespace

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

void Watch::set_activity(std::string activity) {
  header_.activity = std::move(activity);
  changed();
}

void Watch::set_confirm_by(const std::optional<reconcile::BootTime>& until) {
  confirm_by_ = until;
  changed();
}

void Watch::set_verdict(std::string verdict, std::size_t pending_changes) {
  header_.verdict = std::move(verdict);
  header_.pending_changes = pending_changes;
  changed();
}

void Watch::set_drift(health::DriftPtr drift) {
  header_.drift = std::move(drift);
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
  if (confirm_by_) snapshot->confirm_by_ms = wall_ms(*confirm_by_, snapshot->at_ms);
  views_->follow(*tracker_, *evidence_);
  snapshot->devices = views_->devices();
  snapshot->stalls = views_->stalls(*evidence_, snapshot->at_ms);
  snapshot->picture = whereabouts_.picture();
  const auto& readings = evidence_->readings();
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

}  // namespace market::app
