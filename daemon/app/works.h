// The working half of the daemon: plan, apply, roll back, recover, audit. One at a time.
//
// Threads:  any but the loop's; a second caller is told that somebody is at work, and who.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "daemon/api/server.h"
#include "daemon/app/confirm_timer.h"
#include "daemon/app/drift_watch.h"
#include "daemon/app/drivers.h"
#include "daemon/app/guard.h"
#include "daemon/app/guarded.h"
#include "daemon/app/model.h"
#include "daemon/app/watch.h"
#include "daemon/reconcile/executor.h"
#include "daemon/store/store.h"
#include "probes/io/loop.h"
#include "probes/snmp/blocking.h"

namespace market::app {

class Works final : public api::Commands {
 public:
  struct Parts {
    io::Loop& loop;
    snmp::BlockingClient& client;
    store::Store& store;
    Watch& watch;
    std::function<Result<void>()> reload;  ///< of settings, profiles and design; on the loop
    std::function<health::SnapshotPtr()> snapshot;
    std::function<void(const std::string&)> look_again;  ///< at a device, for drift; on the loop
    Guard guard;
  };
  Works(Parts parts, ModelPtr model);

  void set_model(ModelPtr model) { model_.set(std::move(model)); }
  /// Ends what a crash left half-done; to be called before anything else. False: left over.
  bool recover();
  /// Gives a gateway that has restarted back what was applied to it; after recover().
  void restore();

  /// Looks at the devices for drift, and puts right what the design says. False: somebody is at
  /// work.
  bool look_for_drift(const DevicesToLookAt& devices);

  /// From now on everybody is told that somebody is at work. False when somebody is.
  bool close();

  api::Reply plan() override;
  api::Reply apply(const std::string& body) override;
  api::Reply approve(const std::string& body) override;
  api::Reply confirm(const std::string& body) override;
  api::Reply rollback(const std::string& body) override;
  api::Reply audit() override;
  api::Reply sweep() override;
  api::Reply reload() override;
  api::Reply history() override;
  api::Reply outages() override;

 private:
  struct Look {
    reconcile::Observed observed;
    reconcile::Plan plan;
  };
  [[nodiscard]] Look look(const Model& model, const Drivers& drivers);
  /// Empty when this daemon may write, else why not.
  [[nodiscard]] static std::string write_objection(const Model& model);
  /// The same of bringing the design to the devices.
  [[nodiscard]] std::string apply_objection(const Model& model) const;
  /// The same of a person at this moment: windows, and who has approved the plan.
  [[nodiscard]] std::string moment_objection(const Model& model) const;
  [[nodiscard]] std::string approval_objection(const Model& model, const reconcile::Plan& plan,
                                               const std::string& actor) const;
  [[nodiscard]] reconcile::Executor executor(const Drivers& drivers, const std::string& verb);
  [[nodiscard]] api::Reply report(const reconcile::Report& report, const std::string& verb,
                                  const std::string& actor);
  [[nodiscard]] Drivers drivers(const ModelPtr& model);
  using Turn = std::unique_lock<std::timed_mutex>;
  /// Not owned when somebody is at work.
  [[nodiscard]] Turn take();
  void say(std::string activity);
  void show_verdict(const reconcile::Plan& plan);
  void look_at(const DevicesToLookAt& asked);
  void show_drift(health::DriftPtr drift);
  /// Puts the enforced classes right. True: something was written, look again. `note`: why not.
  bool enforce(const Model& model, const Drivers& tools, const reconcile::Desired& desired,
               const reconcile::Observed& observed,
               const std::vector<reconcile::RunRecord>& history, std::string& note);
  [[nodiscard]] std::int64_t wall_ms() const;
  /// With a guard behind it from before the first write; an error: there is none, nothing was
  /// written.
  [[nodiscard]] Result<reconcile::Report> apply_to_be_confirmed(const reconcile::Plan& plan,
                                                                const Drivers& drivers,
                                                                const std::string& actor,
                                                                std::chrono::seconds within);
  /// The run that waits is put back at `until`, or sooner when what worked in `before` fails, and
  /// everybody is told till when; nothing: none waits any more.
  void wait_until(const std::optional<reconcile::BootTime>& until,
                  const health::SnapshotPtr& before = {});
  [[nodiscard]] ConfirmTimer::Work eye(const health::Snapshot& before);
  void dismiss_guard();
  /// Ends the open run as the journal says, or lets it wait to be confirmed. at_work_ is held.
  bool resolve();
  /// For the timer, which asks again while somebody is at work.
  void put_back(const std::string& reason);
  void put_back_late();

  Parts parts_;
  Guarded<ModelPtr> model_;
  std::timed_mutex at_work_;
  std::atomic<bool> looks_ = false;  ///< for drift: whoever comes meanwhile waits for its end
  health::DriftPtr drift_;           ///< of the last look; at_work_ guards it
  ConfirmTimer timer_;               // the last: its thread uses all the others
};

}  // namespace market::app
