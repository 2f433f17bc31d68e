#include "daemon/app/app.h"

#include <systemd/sd-daemon.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "daemon/api/server.h"
#include "daemon/app/background.h"
#include "daemon/app/caller.h"
#include "daemon/app/drift_watch.h"
#include "daemon/app/guard.h"
#include "daemon/app/guarded.h"
#include "daemon/app/log.h"
#include "daemon/app/memory.h"
#include "daemon/app/watch.h"
#include "daemon/app/works.h"
#include "daemon/metrics/exposition.h"
#include "probes/io/asio_loop.h"
#include "probes/netlink/changes.h"
#include "probes/snmp/client.h"

namespace market::app {
namespace {

/// Events wait here while the disk is slow: a market has a few hundred devices at most.
constexpr std::size_t kBackgroundQueue = 1000;
/// Open findings that a start takes over; a market has a few dozen.
constexpr std::size_t kFindingsKept = 10'000;

std::string in_lines(const Diagnostics& problems) {
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "" : "\n") + problem.to_string();
  return text;
}

/// Of a configuration that was taken.
void log_warnings(const Diagnostics& problems) {
  for (const auto& problem : problems) {
    log(Level::Warning, "CONFIG_WARNING", {{"rule", problem.rule}}, problem.to_string());
  }
}

/// What a reload cannot change; the running value stays until a restart.
std::string sealed_difference(const Settings& running, const Settings& wanted) {
  if (running.state_directory != wanted.state_directory) return "state-directory";
  if (running.listen_address != wanted.listen_address) return "listen.address";
  if (running.listen_port != wanted.listen_port) return "listen.port";
  if (running.allowed_hosts != wanted.allowed_hosts) return "listen.allowed-hosts";
  return {};
}

/// Three seconds: a look at the devices of a market is done by then, a change is not waited for.
constexpr io::Duration kStopRetry = std::chrono::milliseconds{100};
constexpr int kStopRetries = 30;

/// A listening socket handed over by systemd (sd_listen_fds(3)); -1 when there is none.
int inherited_socket() { return sd_listen_fds(1) >= 1 ? SD_LISTEN_FDS_START : -1; }

class MarketApp final : public App {
 public:
  static Result<std::unique_ptr<App>> make(const std::string& settings_file) {
    auto app = std::unique_ptr<MarketApp>{new MarketApp};
    app->settings_file_ = settings_file;
    auto loaded = load_model(settings_file);
    if (!loaded.model) return fail(Errc::InvalidDesign, in_lines(loaded.problems));
    log_warnings(loaded.problems);
    if (auto ready = app->assemble(loaded.model); !ready) {
      return tl::make_unexpected(std::move(ready.error()));
    }
    return app;
  }

  ~MarketApp() override {
    if (recovery_.joinable()) recovery_.join();
    server_.reset();  // its threads call works_
    kernel_changes_.reset();
    drift_watch_.reset();
    background_.reset();  // what it has yet to write is watch_'s
  }

  void run() override {
    loop_.on_signals([this](int signal_number) { on_signal(signal_number); });
    loop_.post([this] {
      watch_->start();
      start_drift_watch();
      sd_notify(0, "READY=1");
      log(Level::Info, "STARTED",
          {{"site", model_->design.site.id}, {"port", std::to_string(server_->port())}},
          "marketd is watching the market");
    });
    recovery_ = std::thread{[this] {
      if (works_->recover()) works_->restore();
    }};
    loop_.run();
    sd_notify(0, "STOPPING=1");
    if (!closed_) {
      log(Level::Warning, "CHANGE_CUT_SHORT", {},
          "stopped while a change was under way; the journal ends it at the next start");
      std::quick_exit(0);  // its threads wait for a loop that runs no more (decision 3)
    }
    log(Level::Info, "STOPPED", {}, "marketd has stopped");
  }

 private:
  MarketApp() = default;

  Result<void> assemble(ModelPtr model) {
    model_ = std::move(model);
    const auto& settings = model_->settings;
    auto store = open_store_after_guard(settings.state_directory);
    if (!store) return tl::make_unexpected(std::move(store.error()));
    store_ = std::move(*store);
    auto wire = io::open_udp(loop_);
    if (!wire) return tl::make_unexpected(std::move(wire.error()));
    wire_ = std::move(*wire);
    auto dns_wire = io::open_udp(loop_);
    if (!dns_wire) return tl::make_unexpected(std::move(dns_wire.error()));
    dns_wire_ = std::move(*dns_wire);
    client_ = snmp::make_client(loop_, *wire_);
    blocking_ = snmp::make_blocking(loop_, *client_);
    auto records = store_->devices();
    if (!records) return tl::make_unexpected(std::move(records.error()));

    auto findings = store_->findings(kFindingsKept);
    if (!findings) return tl::make_unexpected(std::move(findings.error()));
    std::vector<inventory::Finding> open;
    for (auto& row : *findings) {
      if (row.closed_ms == 0) open.push_back(std::move(row.finding));
    }

    background_.emplace(kBackgroundQueue);
    snapshot_.set(std::make_shared<health::Snapshot>());
    counters_.set({});
    watch_ = std::make_unique<Watch>(
        loop_, *client_, *dns_wire_, *store_, *background_, model_, std::move(*records),
        std::move(open), [this](health::SnapshotPtr next) { publish(std::move(next)); });
    works_ =
        std::make_unique<Works>(Works::Parts{.loop = loop_,
                                             .client = *blocking_,
                                             .store = *store_,
                                             .watch = *watch_,
                                             .reload = [this] { return reload(); },
                                             .snapshot = [this] { return snapshot_.copy(); },
                                             .look_again =
                                                 [this](const std::string& device) {
                                                   if (drift_watch_) drift_watch_->wake(device);
                                                 },
                                             .guard = {settings_file_, settings.state_directory}},
                                model_);
    started_ms_ = now_ms();
    auto server = api::start_server(
        {.address = settings.listen_address,
         .port = settings.listen_port,
         .inherited_fd = inherited_socket(),
         .allowed_hosts = settings.allowed_hosts,
         .timing = {},
         .caller_of = caller_of},
        snapshot_.copy(), *works_,
        [this](health::SnapshotPtr snapshot) { return metrics_of(std::move(snapshot)); });
    if (!server) return tl::make_unexpected(std::move(server.error()));
    server_ = std::move(*server);
    return {};
  }

  void publish(health::SnapshotPtr next) {
    counters_.set(client_->counters());
    snapshot_.set(next);
    if (server_) server_->publish(std::move(next));
    sd_notify(0, "WATCHDOG=1");
  }

  api::Pieces metrics_of(health::SnapshotPtr snapshot) const {
    return [exposition =
                metrics::Exposition{std::move(snapshot), self_metrics()}]() mutable -> api::Piece {
      auto text = exposition.next();
      if (!exposition.more()) give_back_memory();  // tens of megabytes in a large market
      return {std::move(text), !exposition.more()};
    };
  }

  metrics::SelfMetrics self_metrics() const {
    metrics::SelfMetrics self;
    self.version = MARKET_VERSION;
    self.snmp = counters_.copy();
    self.started_ms = started_ms_;
    self.poll_lag_seconds = watch_->lag_seconds();
    self.loop_stall_seconds = watch_->stall_seconds();
    return self;
  }

  void start_drift_watch() {
    drift_watch_ = std::make_unique<DriftWatch>(
        loop_, model_->settings.drift_interval,
        [this](const DevicesToLookAt& devices) { return works_->look_for_drift(devices); });
    watch_->on_told([this](const std::string& device) { drift_watch_->wake(device); });
    auto changes = netlink::watch_changes(loop_, [this] {
      if (model_->design.gateway) drift_watch_->wake(model_->design.gateway->id);
    });
    if (changes) {
      kernel_changes_ = std::move(*changes);
    } else {
      log(Level::Warning, "KERNEL_NOT_WATCHED", {}, changes.error().message);
    }
  }

  /// A look at the devices is waited for while the loop still brings their answers.
  void stop(int patience) {
    closed_ = works_->close();
    if (closed_ || patience == 0) return loop_.stop();
    stop_timer_ = loop_.after(kStopRetry, [this, patience] { stop(patience - 1); });
  }

  void on_signal(int signal_number) {
    if (signal_number != SIGHUP) return stop(kStopRetries);
    sd_notify(0, "RELOADING=1");
    (void)reload();
    sd_notify(0, "READY=1");
  }

  /// On the loop. All or nothing: with any error the old configuration stays.
  Result<void> reload() {
    auto loaded = load_model(settings_file_);
    std::string objection;
    if (!loaded.model) {
      objection = in_lines(loaded.problems);
    } else if (const auto key = sealed_difference(model_->settings, loaded.model->settings);
               !key.empty()) {
      objection =
          fmt::format("{}: '{}' cannot change while running: restart marketd", settings_file_, key);
    }
    if (!objection.empty()) {
      log(Level::Error, "RELOAD_REFUSED", {}, objection);
      watch_->set_reload(false);
      return fail(Errc::InvalidDesign, objection);
    }
    log_warnings(loaded.problems);
    model_ = loaded.model;
    works_->set_model(model_);
    watch_->set_model(model_);
    if (drift_watch_) drift_watch_->set_interval(model_->settings.drift_interval);
    log(Level::Info, "RELOADED", {{"design", model_->design.file}},
        "the new configuration is in force");
    return {};
  }

  std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               loop_.wall_now().time_since_epoch())
        .count();
  }

  std::string settings_file_;
  ModelPtr model_;
  io::AsioLoop loop_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<io::Wire> wire_;
  std::unique_ptr<io::Wire> dns_wire_;
  std::unique_ptr<snmp::Client> client_;
  std::unique_ptr<snmp::BlockingClient> blocking_;
  std::optional<Background> background_;
  Guarded<health::SnapshotPtr> snapshot_;
  Guarded<snmp::Client::Counters> counters_;
  std::int64_t started_ms_ = 0;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Works> works_;
  std::unique_ptr<DriftWatch> drift_watch_;
  std::unique_ptr<netlink::ChangeWatch> kernel_changes_;
  std::unique_ptr<api::Server> server_;
  io::Timer stop_timer_;
  bool closed_ = false;  ///< nobody is at work any more
  std::thread recovery_;
};

}  // namespace

Result<std::unique_ptr<App>> make_app(const std::string& settings_file) {
  return MarketApp::make(settings_file);
}

}  // namespace market::app
