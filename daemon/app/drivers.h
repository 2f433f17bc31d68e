// A driver for each device of the design, as it can be reached now; and one look at all of them.
//
// Threads:  made and used on worker threads. observe_all() uses several at once, one per device.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/app/model.h"
#include "daemon/inventory/inventory.h"
#include "daemon/reconcile/plan.h"
#include "probes/device/driver.h"
#include "probes/netlink/kernel.h"
#include "probes/netlink/queues.h"
#include "probes/snmp/blocking.h"

namespace market::app {

/// One look at a device; why not, where there is no way to it.
[[nodiscard]] reconcile::ObservedDevice observe_one(device::Driver* driver,
                                                    const std::string& why_not);
/// Of the machine that we run on; `kernel` and `queues` must outlive it.
[[nodiscard]] std::unique_ptr<device::Driver> gateway_driver(netlink::Kernel& kernel,
                                                             netlink::Queues& queues,
                                                             const std::string& site,
                                                             const std::string& state_directory);

class Drivers {
 public:
  /// Addresses come from the inventory where the device was found, else from the design.
  Drivers(ModelPtr model, const std::vector<inventory::DeviceRecord>& records,
          snmp::BlockingClient& client);

  /// Null when there is no way to it; `why_not` tells.
  [[nodiscard]] device::Driver* find(const std::string& device) const;
  [[nodiscard]] reconcile::Observed observe_all() const;
  /// The same of some, one after the other.
  [[nodiscard]] reconcile::Observed observe(const std::set<std::string>& devices) const;
  [[nodiscard]] reconcile::ObservedDevice observe(const std::string& device) const;

 private:
  struct Entry {
    std::unique_ptr<device::Driver> driver;
    std::string why_not;
  };
  void add_gateway();
  void add_snmp(const std::string& id, const std::string& profile, const IpAddress& address,
                const std::vector<inventory::DeviceRecord>& records, snmp::BlockingClient& client);

  ModelPtr model_;
  std::unique_ptr<netlink::Kernel> kernel_;
  std::unique_ptr<netlink::Queues> queues_;
  std::map<std::string, Entry> entries_;
};

}  // namespace market::app
