// The watching half of the daemon: sweeps, polls, probes, and the Snapshot made of them.
//
// Threads:  the loop's thread only, but for what is said to be callable from anywhere.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/app/background.h"
#include "daemon/app/evidence.h"
#include "daemon/app/guarded.h"
#include "daemon/app/model.h"
#include "daemon/app/presence.h"
#include "daemon/app/stalls.h"
#include "daemon/app/whereabouts.h"
#include "daemon/health/snapshot.h"
#include "daemon/inventory/inventory.h"
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
  using Records = std::shared_ptr<const std::vector<inventory::DeviceRecord>>;

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
  void set_verdict(std::string verdict, std::size_t pending_changes);
  void set_reload(bool ok);
  void note(std::string text);

  /// From any thread: the inventory as of the last sweep.
  [[nodiscard]] Records records() const { return records_.copy(); }
  /// From any thread, seconds: how late the last turn of polls was.
  [[nodiscard]] double lag_seconds() const { return lag_seconds_.copy(); }
  /// From any thread, seconds: the loop's longest stall of the last minute or two.
  [[nodiscard]] double stall_seconds() const { return stall_seconds_.copy(); }

 private:
  struct Subject;  ///< one thing that is polled
  void adopt_model();
  void add_subjects();
  void tick();
  void ask(const std::string& id);
  void ask_tcp(const std::string& id, const Subject& subject);
  void on_poll(const std::string& id, schedule::PollResult result);
  void on_tcp(const std::string& id, const service::TcpVerdict& verdict);
  void on_alive(const std::string& id, bool alive);
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
  void in_background(std::function<Result<void>()> work);
  void changed();
  void publish_now();
  [[nodiscard]] std::int64_t now_ms() const;
  /// Of a device, to be changed: a copy when a snapshot has it.
  [[nodiscard]] health::DeviceView& view(const std::string& id);
  [[nodiscard]] health::Rows<health::StallView> stall_rows(const health::Readings& readings,
                                                           std::int64_t at_ms);
  void fill_views();

  io::AsioLoop& loop_;
  snmp::Client& client_;
  store::Store& store_;
  Background& background_;
  ModelPtr model_;
  Publish publish_;

  Background drawer_{1};  ///< draws the picture, so that the loop need not
  Whereabouts whereabouts_;
  Presence presence_;
  std::unique_ptr<netlink::Kernel> kernel_;  ///< null = could not be opened
  std::unique_ptr<netlink::NeighbourWatch> neighbours_;
  std::int64_t saved_ms_ = 0;  ///< when the inventory was given to the store last
  bool findings_changed_ = false;
  Guarded<Records> records_;
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
  struct View {
    std::shared_ptr<health::DeviceView> row;
    bool published = false;  ///< a snapshot has it: it is not changed any more
  };
  std::map<std::string, View> views_;
  health::Rows<health::StallView> stalls_told_;             ///< of the last snapshot
  std::map<std::string, std::vector<Design::Drop>> drops_;  ///< by stall
  std::map<std::string, double> service_seconds_;
  std::map<std::string, std::unique_ptr<service::Probe>> probes_;
  std::unique_ptr<sweep::Sweep> sweep_;
  std::int64_t communities_tested_ms_ = 0;
  std::map<IpAddress, std::string> worked_;  ///< ids of credentials, by the last sweeps
  std::deque<health::Event> events_;
  health::Snapshot header_;  ///< the parts that are not per device

  io::Duration publish_took_{};
  io::Timer tick_timer_, service_timer_, sweep_timer_, publish_timer_;
  std::map<std::string, io::Timer> again_;  ///< suspects, asked again soon
};

}  // namespace market::app
