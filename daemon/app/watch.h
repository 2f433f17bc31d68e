// The watching half of the daemon: sweeps, polls, probes, and the Snapshot made of them.
//
// Threads:  the loop's thread only, but for what is said to be callable from anywhere.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/app/background.h"
#include "daemon/app/daily.h"
#include "daemon/app/evidence.h"
#include "daemon/app/guarded.h"
#include "daemon/app/model.h"
#include "daemon/app/presence.h"
#include "daemon/app/stalls.h"
#include "daemon/app/views.h"
#include "daemon/app/whereabouts.h"
#include "daemon/health/snapshot.h"
#include "daemon/inventory/inventory.h"
#include "daemon/reconcile/journal.h"
#include "daemon/schedule/poller.h"
#include "daemon/schedule/timetable.h"
#include "daemon/store/store.h"
#include "probes/io/asio_loop.h"
#include "probes/netlink/neighbours.h"
#include "probes/service/dns.h"
#include "probes/service/tcp.h"
#include "probes/snmp/client.h"
#include "probes/sweep/sweep.h"
#include "probes/wireless/client_id.h"

namespace market::app {

class Watch {
 public:
  using Publish = std::function<void(health::SnapshotPtr)>;

  /// `dns_wire` is for DNS queries alone.
  Watch(io::AsioLoop& loop, snmp::Client& client, io::Wire& dns_wire, store::Store& store,
        Background& background, ModelPtr model, std::vector<inventory::DeviceRecord> records,
        std::vector<inventory::Finding> open_findings, Publish publish);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Sweeps, then polls for ever.
  void start();
  /// Goes on with another design; health starts anew, the inventory stays.
  void set_model(ModelPtr model);
  /// Nothing happens while one is under way.
  void sweep_now();
  /// Asks every device again, soon.
  void poll_all_now();

  /// What works (planning, applying) reports for the snapshot.
  void set_activity(std::string activity);
  void set_confirm_by(const std::optional<reconcile::BootTime>& until);
  void set_verdict(std::string verdict, std::size_t pending_changes);
  void set_drift(health::DriftPtr drift);
  /// Called with the id of a device that has sent a trap.
  void on_told(std::function<void(const std::string&)> told) { told_ = std::move(told); }
  void set_reload(bool ok);
  void note(std::string text);

  /// From any thread: the inventory of the last picture.
  [[nodiscard]] inventory::Records records() const { return records_.copy(); }
  /// From any thread, seconds: how late the last turn of polls was.
  [[nodiscard]] double lag_seconds() const { return lag_seconds_.copy(); }
  /// From any thread, seconds: the loop's longest stall of the last minute or two.
  [[nodiscard]] double stall_seconds() const { return stall_seconds_.copy(); }

 private:
  /// One thing that is polled.
  struct Subject {
    IpAddress address = IpAddress::v4(0);
    std::uint16_t tcp_port = 0;  ///< of a terminal without SNMP; 0 = ask by SNMP
    bool terminal = false;
    const snmp::Credentials* credentials = nullptr;  ///< of the model; null = it has none
    bool others_left = false;                        ///< that have not been tried there
    const Profile* profile = nullptr;                ///< of the model; null = not known
  };
  void adopt_model();
  void add_subjects();
  [[nodiscard]] bool is_replaced(const Terminal& terminal) const;
  Subject& add_subject(const std::string& id, std::optional<IpAddress> address,
                       const std::string& profile);
  [[nodiscard]] const snmp::Credentials* credentials(const std::string& id) const;
  void tick();
  void ask(const std::string& id);
  void ask_tcp(const std::string& id, const Subject& subject);
  [[nodiscard]] snmp::Patience patience(const std::string& id) const;
  /// Zero = it may be asked.
  [[nodiscard]] io::Duration refusal_pause(const Subject& subject) const;
  /// What it has refused; empty = it has not.
  [[nodiscard]] std::string note_refusal(const Subject& subject,
                                         const schedule::PollResult& result);
  void on_poll(const std::string& id, schedule::PollResult result);
  void on_tcp(const std::string& id, const service::TcpVerdict& verdict);
  void on_alive(const std::string& id, bool alive);
  void after_health(const std::string& id, const std::vector<health::HealthEvent>& events);
  void after_events(const std::vector<health::HealthEvent>& events);
  void probe_services();
  void on_service(const std::string& id, const std::string& where, bool answered,
                  std::chrono::microseconds took, const std::string& reason);
  void on_swept(const sweep::SweepResult& result);
  void on_trap(const IpAddress& from, const std::string& what);
  void look_at_this_host();
  void on_finding(const inventory::Finding& finding, bool open);
  void on_drawn();
  void save_inventory();
  /// Something large was made for a moment: its memory goes back to the kernel, soon.
  void tidy_soon();
  void in_background(std::function<Result<void>()> work);
  void changed();
  void publish_now();
  [[nodiscard]] std::int64_t now_ms() const;

  io::AsioLoop& loop_;
  snmp::Client& client_;
  store::Store& store_;
  Background& background_;
  ModelPtr model_;
  Publish publish_;
  std::function<void(const std::string&)> told_;

  /// Draws the picture, so that the loop need not, and gives back what that left; one of each.
  Background drawer_{2};
  Whereabouts whereabouts_;
  Presence presence_;
  std::unique_ptr<netlink::Kernel> kernel_;  ///< null = could not be opened
  std::unique_ptr<netlink::NeighbourWatch> neighbours_;
  std::int64_t saved_ms_ = 0;  ///< when the inventory was given to the store last
  bool findings_changed_ = false;
  Guarded<inventory::Records> records_;
  Guarded<double> lag_seconds_, stall_seconds_;
  Stalls stalls_;
  io::TimePoint tick_due_ = io::TimePoint::max();
  schedule::Poller poller_;
  service::DnsClient dns_;
  /// Of this run alone: the ids of Wi-Fi clients lead nowhere after a restart.
  const std::string client_key_ = wireless::random_key();
  std::unique_ptr<schedule::Timetable> timetable_;
  std::unique_ptr<health::HealthTracker> tracker_;
  std::unique_ptr<Evidence> evidence_;
  std::map<std::string, Subject> subjects_;
  std::map<IpAddress, std::string> subject_at_;
  std::map<std::string, std::int64_t> trap_noted_ms_;  ///< by subject
  std::unique_ptr<Views> views_;
  std::map<std::string, double> service_seconds_;
  std::map<std::string, std::unique_ptr<service::Probe>> probes_;
  std::unique_ptr<sweep::Sweep> sweep_;
  Daily communities_test_;                   ///< a wrong community is a line in a device's log
  std::map<IpAddress, std::string> worked_;  ///< ids of credentials, by the last sweeps
  std::shared_ptr<sweep::Refusals> refusals_ = std::make_shared<sweep::Refusals>();
  std::deque<health::Event> events_;
  std::optional<reconcile::BootTime> confirm_by_;
  health::Snapshot header_;  ///< the parts that are not per device

  io::Duration publish_took_{};
  io::Timer tick_timer_, service_timer_, sweep_timer_, publish_timer_, tidy_timer_;
  std::map<std::string, io::Timer> again_;  ///< suspects, asked again soon
};

}  // namespace market::app
