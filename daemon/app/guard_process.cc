// The guard's own side: waits, and does a dead daemon's work.
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <iostream>
#include <optional>
#include <thread>

#include "daemon/app/boot_clock.h"
#include "daemon/app/change_log.h"
#include "daemon/app/drivers.h"
#include "daemon/app/guard.h"
#include "daemon/app/log.h"
#include "daemon/app/memory.h"
#include "daemon/app/model.h"
#include "daemon/store/lock_file.h"
#include "probes/io/asio_loop.h"
#include "probes/snmp/client.h"

namespace market::app {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
/// While the deadline is over and somebody else has the state folder: looks, one a second, for a
/// day. A daemon says when the change is settled, however long that takes it.
constexpr int kLooks = 24 * 60 * 60;
constexpr const char* kName = "guard";

/// By CLOCK_BOOTTIME, which goes on in suspend.
void sleep_until(std::int64_t boot_ms) {
  const timespec moment{.tv_sec = boot_ms / 1000, .tv_nsec = boot_ms % 1000 * 1'000'000};
  while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &moment, nullptr) == EINTR) {
  }
}

/// "ready", or why not; nobody listens any more after it.
void say(const std::string& words) {
  std::cout << words << std::endl;
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDOUT_FILENO);
  ::close(nowhere);
}

Result<reconcile::Report> put_right(const ModelPtr& model, store::Store& store) {
  auto records = store.devices();
  if (!records) return tl::make_unexpected(std::move(records.error()));
  io::AsioLoop loop;
  auto wire = io::open_udp(loop);
  if (!wire) return tl::make_unexpected(std::move(wire.error()));
  const auto client = snmp::make_client(loop, **wire);
  const auto blocking = snmp::make_blocking(loop, *client);
  std::thread network{[&loop] { loop.run(); }};
  const Drivers drivers{model, *records, *blocking};
  auto report = reconcile::Executor{
      store.journal(), [&drivers](const std::string& device) { return drivers.find(device); },
      [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); },
      [](std::size_t, std::size_t, const std::string&) {
      }}.recover(boot_now());
  loop.stop();
  network.join();
  return report;
}

/// Until when the run still waits; nothing when no run is left open, or nothing more can be done.
std::optional<std::int64_t> settle(const ModelPtr& model, store::Store& store) {
  const auto open = store.journal().open_run();
  if (open && !*open) return std::nullopt;
  const bool waits = open && (*open)->state == reconcile::RunState::AwaitingConfirm;
  if (waits && !is_over((*open)->confirm_by, boot_now())) return (*open)->confirm_by.ms;
  log(Level::Warning, "GUARD_ACTS", {},
      "the daemon is gone, and a change was not confirmed; the guard ends it by the journal");
  const auto report = put_right(model, store);
  if (!report) {
    log(Level::Error, "GUARD_FAILED", {}, report.error().message);
  } else if (const auto told =
                 tell_end(store, *report, "recover", kName, std::chrono::system_clock::now());
             !told) {
    log(Level::Error, "GUARD_FAILED", {}, told.error().message);
  }
  return std::nullopt;
}

void stand(const ModelPtr& model, std::int64_t deadline_ms) {
  sleep_until(deadline_ms);
  for (int look = 0; look < kLooks; ++look) {
    if (const auto store = store::open_store(model->settings.state_directory)) {
      const auto waits_until = settle(model, **store);
      if (!waits_until) return;
      deadline_ms = *waits_until;
    } else {
      deadline_ms = boot_now().ms + 1000;
    }
    sleep_until(deadline_ms);
  }
}

int guard(const std::string& settings_file, std::int64_t deadline_ms) {
  ::prctl(PR_SET_NAME, "marketd-guard");
  const auto loaded = load_model(settings_file);
  if (!loaded.model) {
    for (const auto& problem : loaded.problems) {
      if (problem.severity == Severity::Error) say(problem.to_string());
    }
    return kFailed;
  }
  const auto only_one =
      store::LockFile::take(loaded.model->settings.state_directory, store::LockFile::kGuard);
  if (!only_one) {
    say(only_one.error().message);
    return kFailed;
  }
  give_back_memory();
  say("ready");
  stand(loaded.model, deadline_ms);
  return kDone;
}

}  // namespace

int stand_guard(const std::string& settings_file, std::int64_t deadline_ms) {
  const auto pid = ::fork();
  if (pid < 0) {
    say(std::string{"fork: "} + std::strerror(errno));
    return kFailed;
  }
  if (pid > 0) ::_exit(kDone);
  return guard(settings_file, deadline_ms);
}

}  // namespace market::app
