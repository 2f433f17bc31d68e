// The working half of the daemon: plan, apply, roll back, recover, audit. One at a time.
//
// Threads:  any but the loop's; a second caller is told that somebody is at work, and who.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "daemon/api/server.h"
#include "daemon/app/confirm_timer.h"
#include "daemon/app/drivers.h"
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
  };
  Works(Parts parts, ModelPtr model);

  void set_model(ModelPtr model) { model_.set(std::move(model)); }
  /// Ends what a crash left half-done; to be called before anything else. False: left over.
  bool recover();
  /// Gives a gateway that has restarted back what was applied to it; after recover().
  void restore();

  /// From now on everybody is told that somebody is at work. False when somebody is.
  bool close();

  api::Reply plan() override;
  api::Reply apply(const std::string& body) override;
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
  [[nodiscard]] reconcile::Executor executor(const Drivers& drivers, const std::string& verb);
  [[nodiscard]] api::Reply report(const reconcile::Report& report, const std::string& verb,
                                  const std::string& actor);
  [[nodiscard]] Drivers drivers(const ModelPtr& model);
  void say(std::string activity);
  /// Puts the run that waits back at `until`, and tells everybody till when; nothing: none waits.
  void wait_until(const std::optional<reconcile::BootTime>& until);
  /// Ends the open run as the journal says, or lets it wait to be confirmed. at_work_ is held.
  bool resolve();
  /// A run that nobody confirmed in time is put back. False: somebody is at work.
  bool put_back();

  Parts parts_;
  Guarded<ModelPtr> model_;
  std::mutex at_work_;
  ConfirmTimer timer_;  // the last: its thread uses all the others
};

}  // namespace market::app
