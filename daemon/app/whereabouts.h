// The inventory of a running daemon: what sweeps, surveys, polls and the kernel say, made into
// records, places and findings.
//
// Threads:  confined to the loop's thread; the Picture it gives is immutable.
#pragma once

#include <functional>
#include <map>
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

namespace market::app {

/// A picture is drawn at most this often: a market of 10,000 devices takes a second.
inline constexpr std::chrono::seconds kDrawEvery{5};

class Whereabouts {
 public:
  struct Handlers {
    /// Records, places or findings are other than before.
    std::function<void()> drawn;
    /// A finding was not there before, or (`open` false) is there no more.
    std::function<void(const inventory::Finding&, bool open)> found;
  };
  /// `records` and `open` are what the store remembers.
  Whereabouts(io::Loop& loop, Surveys::Start start, std::vector<inventory::DeviceRecord> records,
              std::vector<inventory::Finding> open, Handlers handlers);

  [[nodiscard]] const inventory::Inventory& inventory() const { return inventory_; }
  [[nodiscard]] const inventory::PicturePtr& picture() const { return picture_; }

  /// `model` must outlive the next call. A round of surveys under way ends.
  void set_model(ModelPtr model);
  /// Merges a sweep, then surveys every device that may see others.
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
  /// Who could be a payment terminal, speaks no SNMP and is not in the design.
  struct SilentHost {
    MacAddress mac;
    IpAddress address;
  };
  [[nodiscard]] std::vector<SilentHost> silent_hosts() const;
  /// This gateway's own interfaces.
  void on_links(const std::vector<netlink::Link>& links, std::int64_t now_ms);

 private:
  void survey_all();
  [[nodiscard]] std::vector<Surveys::Subject> subjects() const;
  void soon();
  void draw();
  [[nodiscard]] std::int64_t now_ms() const;

  io::Loop& loop_;
  Handlers handlers_;
  ModelPtr model_;
  inventory::Inventory inventory_;
  inventory::Observations seen_;
  std::set<MacAddress> wanted_;  ///< MACs of the design
  inventory::PicturePtr picture_;
  std::vector<inventory::Finding> open_;
  bool surveyed_ = false;  ///< a whole round since the start: what is not found now is no more
  Surveys surveys_;
  io::Timer draw_timer_;
};

}  // namespace market::app
