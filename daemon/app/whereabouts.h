// The inventory of a running daemon: what sweeps, surveys, polls and the kernel say, made into
// records, places and findings.
//
// Learning from what was seen and drawing the picture takes a second in a market of 10,000 devices,
// so that is done on another thread:
//
//   idle --soon--> drawing: inventory as it was (shared, immutable), observations (lent) -.
//    ^    .--- what is told meanwhile waits ---.                                          |
//    '----'--- the new inventory and picture take the place of the old <-------------------'
//
// Threads:  confined to the loop's thread; the Inventory and the Picture it gives are immutable.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/app/model.h"
#include "daemon/app/surveys.h"
#include "daemon/inventory/inventory.h"
#include "daemon/inventory/picture.h"
#include "probes/dhcp/leases.h"
#include "probes/dhcp/message.h"
#include "probes/io/loop.h"
#include "probes/netlink/kernel.h"
#include "probes/sweep/sweep.h"
#include "probes/wireless/facts.h"

namespace market::app {

/// A picture is drawn at most this often, and in a large market so seldom that drawing takes at
/// most one part in kDrawShare of a processor, but not seldomer than kDrawAtLeast.
inline constexpr std::chrono::seconds kDrawEvery{5};
inline constexpr std::chrono::minutes kDrawAtLeast{10};
inline constexpr int kDrawShare = 40;
/// Where only times are newer, a picture is drawn this seldom: nothing in it is elsewhere.
inline constexpr std::chrono::seconds kRedrawEvery{60};

class Whereabouts {
 public:
  struct Handlers {
    /// Records, places or findings are other than before.
    std::function<void()> drawn;
    /// A finding was not there before, or (`open` false) is there no more.
    std::function<void(const inventory::Finding&, bool open)> found;
  };
  /// Does `work` on another thread, then `done` on the loop. Called for one thing at a time.
  using Aside = std::function<void(std::function<void()> work, std::function<void()> done)>;

  /// `records` and `open` are what the store remembers.
  Whereabouts(io::Loop& loop, Surveys::Start start, Aside aside,
              std::vector<inventory::DeviceRecord> records, std::vector<inventory::Finding> open,
              Handlers handlers);

  [[nodiscard]] const inventory::Inventory& inventory() const { return *inventory_; }
  /// The records of inventory(), which are never changed, only replaced by others.
  [[nodiscard]] inventory::Records records() const { return {inventory_, &inventory_->records()}; }
  [[nodiscard]] const inventory::PicturePtr& picture() const { return picture_; }

  /// `model` must outlive the next call. A round of surveys under way ends.
  void set_model(ModelPtr model);
  /// Calls `work` now, or when the drawing under way has ended.
  void when_idle(std::function<void()> work);
  /// Merges a sweep, then surveys every device that may see others. Only when idle.
  std::vector<inventory::InventoryEvent> on_swept(const sweep::SweepResult& result,
                                                  std::int64_t now_ms);
  /// A forwarding table that a poll has read; `id` as in DeviceRecord::id().
  void on_forwarding(const std::string& id, const std::map<MacAddress, std::string>& port_of,
                     std::int64_t now_ms);
  void on_neighbour(const netlink::Neighbour& neighbour, std::int64_t now_ms);
  void on_dhcp(const dhcp::ClientMessage& message, std::int64_t now_ms);
  void on_lease(const dhcp::Lease& lease, std::int64_t now_ms);
  void on_echo(const IpAddress& address, std::int64_t now_ms);
  void on_open_ports(const MacAddress& mac, std::set<std::uint16_t> ports, std::int64_t now_ms);
  /// The stations of an access point, by wireless::client_id with `key`: who is known or wanted is
  /// found among them; the others stay unknown.
  void on_stations(const std::string& id, const std::vector<std::string>& station_ids,
                   const std::string& key, std::int64_t now_ms);
  /// The access points of a controller: those that it hears are known by it.
  void on_access_points(const std::string& id, const std::vector<wireless::AccessPoint>& list,
                        std::int64_t now_ms);
  /// Who could be a payment terminal, speaks no SNMP and is not in the design.
  struct SilentHost {
    MacAddress mac;
    IpAddress address;
  };
  [[nodiscard]] std::vector<SilentHost> silent_hosts() const;
  /// This gateway's own interfaces.
  void on_links(const std::vector<netlink::Link>& links, std::int64_t now_ms);

 private:
  void note(std::function<void(inventory::Observations&)> telling);
  void match();
  void survey_all();
  [[nodiscard]] std::vector<Surveys::Subject> subjects() const;
  struct Drawing;
  void soon() { draw_within(kDrawEvery); }
  void draw_within(std::chrono::seconds time);
  void draw();
  void on_drawn(const Drawing& drawing);
  [[nodiscard]] std::int64_t now_ms() const;

  io::Loop& loop_;
  Aside aside_;
  Handlers handlers_;
  ModelPtr model_;
  std::shared_ptr<const inventory::Inventory> inventory_;
  std::shared_ptr<inventory::Observations> seen_;  ///< while drawing_, the other thread's
  std::set<MacAddress> wanted_;                    ///< MACs of the design
  inventory::PicturePtr picture_;
  /// Findings that are open: those of the picture, shared with it, or what the store remembers.
  std::shared_ptr<const std::vector<inventory::Finding>> open_;
  bool surveyed_ = false;  ///< a whole round since the start: what is not found now is no more
  Surveys surveys_;
  std::shared_ptr<Drawing> drawing_;         ///< under way; null = idle
  std::deque<std::function<void()>> later_;  ///< what was told meanwhile
  io::Duration drawing_took_{};
  io::Timer draw_timer_;
  io::TimePoint draw_due_{};                   ///< while draw_timer_ is armed
  std::map<std::string, std::size_t> tables_;  ///< digest of the last forwarding table, by key
};

}  // namespace market::app
