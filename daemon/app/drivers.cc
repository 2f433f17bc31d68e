#include "daemon/app/drivers.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "probes/device/dnsmasq_part.h"
#include "probes/device/firewall_part.h"
#include "probes/device/kernel_part.h"
#include "probes/device/queue_part.h"
#include "probes/device/routing_part.h"
#include "probes/device/snmp_driver.h"

namespace market::app {
namespace {

/// Devices looked at side by side: enough to hide their round trips, few enough to stay polite.
constexpr std::size_t kObservers = 8;

}  // namespace

reconcile::ObservedDevice observe_one(device::Driver* driver, const std::string& why_not) {
  reconcile::ObservedDevice observed;
  if (driver == nullptr) {
    observed.reason = why_not;
    return observed;
  }
  auto identity = driver->identity();
  if (!identity) {
    observed.reason = identity.error().message;
    return observed;
  }
  auto seen = driver->observe();
  if (!seen) {
    observed.reason = seen.error().message;
    return observed;
  }
  observed.reached = true;
  observed.fields = std::move(seen->fields);
  observed.ours = std::move(seen->ours);
  observed.unable = std::move(seen->unable);
  observed.engine_id = identity->engine_id;
  observed.serial = identity->serial;
  observed.mac = identity->mac;
  observed.max_changes_per_write = driver->max_changes_per_write();
  return observed;
}

std::unique_ptr<device::Driver> gateway_driver(netlink::Kernel& kernel, netlink::Queues& queues,
                                               const std::string& site,
                                               const std::string& state_directory) {
  std::vector<std::unique_ptr<device::GatewayPart>> parts;
  parts.push_back(device::make_kernel_part(kernel, "marketd:" + site));
  parts.push_back(device::make_routing_part(kernel));
  parts.push_back(device::make_queue_part(queues));
  parts.push_back(device::make_firewall_part(firewall::make_nft_firewall()));
  parts.push_back(device::make_dnsmasq_part(dhcp::make_dnsmasq(state_directory)));
  return device::make_gateway_driver(std::move(parts));
}

Drivers::Drivers(ModelPtr model, const std::vector<inventory::DeviceRecord>& records,
                 snmp::BlockingClient& client)
    : model_{std::move(model)} {
  if (model_->design.gateway) add_gateway();
  for (const auto& item : model_->design.switches) {
    add_snmp(item.id, item.profile, item.address, records, client);
  }
  for (const auto& item : model_->design.aps) {
    add_snmp(item.id, item.profile, item.address, records, client);
  }
}

void Drivers::add_gateway() {
  auto& entry = entries_[model_->design.gateway->id];
  auto kernel = netlink::open_kernel();
  if (!kernel) {
    entry.why_not = kernel.error().message;
    return;
  }
  kernel_ = std::move(*kernel);
  auto queues = netlink::open_queues();
  if (!queues) {
    entry.why_not = queues.error().message;
    return;
  }
  queues_ = std::move(*queues);
  entry.driver =
      gateway_driver(*kernel_, *queues_, model_->design.site.id, model_->settings.state_directory);
}

void Drivers::add_snmp(const std::string& id, const std::string& profile, const IpAddress& address,
                       const std::vector<inventory::DeviceRecord>& records,
                       snmp::BlockingClient& client) {
  auto& entry = entries_[id];
  const auto* family = model_->profiles.find(profile);
  if (family == nullptr) {
    entry.why_not = "there is no profile '" + profile + "'";
    return;
  }
  if (model_->read_credentials.empty()) {
    entry.why_not = "the settings have no SNMP credentials to read with";
    return;
  }
  snmp::Target target{.address = address, .port = model_->settings.snmp_port, .credentials = {}};
  target.credentials = model_->read_credentials.front();
  const auto record = std::find_if(records.begin(), records.end(), [&](const auto& known) {
    return known.design_id == id && !known.silent;
  });
  if (record != records.end()) {
    target.address = record->address;
    for (const auto& credentials : model_->read_credentials) {
      if (credentials.id == record->credentials) target.credentials = credentials;
    }
  }
  auto write = target;
  if (!model_->write_credentials.empty()) write.credentials = model_->write_credentials.front();
  const snmp::Patience patience{model_->settings.snmp_timeout, model_->settings.snmp_attempts};
  entry.driver = device::make_snmp_driver(
      client, {.read = std::move(target), .write = std::move(write), .patience = patience},
      *family);
}

device::Driver* Drivers::find(const std::string& device) const {
  const auto entry = entries_.find(device);
  return entry == entries_.end() ? nullptr : entry->second.driver.get();
}

reconcile::ObservedDevice Drivers::observe(const std::string& device) const {
  const auto entry = entries_.find(device);
  if (entry == entries_.end()) return {};
  return observe_one(entry->second.driver.get(), entry->second.why_not);
}

reconcile::Observed Drivers::observe(const std::set<std::string>& devices) const {
  reconcile::Observed observed;
  for (const auto& device : devices) {
    if (entries_.contains(device)) observed.emplace(device, observe(device));
  }
  return observed;
}

reconcile::Observed Drivers::observe_all() const {
  struct Job {
    const std::string* id;
    const Entry* entry;
    reconcile::ObservedDevice* result;
  };
  reconcile::Observed observed;
  std::vector<Job> jobs;
  for (const auto& [id, entry] : entries_) jobs.push_back({&id, &entry, &observed[id]});

  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < jobs.size(); i = next++) {
      *jobs[i].result = observe_one(jobs[i].entry->driver.get(), jobs[i].entry->why_not);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min(kObservers, jobs.size()); ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  return observed;
}

}  // namespace market::app
