#include "tests/sim/vendor.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::sim {

std::string model_of(const Device& device) {
  switch (device.kind) {
    case Kind::Switch:
      return fmt::format("SW-{}P", device.managed->ports.size());
    case Kind::AccessPoint:
      return "AP-6E";
    case Kind::Terminal:
      break;
  }
  return "PT-10";
}

std::string firmware_of(const Device& device) {
  switch (device.kind) {
    case Kind::Switch:
      return "5.10";
    case Kind::AccessPoint:
      return "2.4.1";
    case Kind::Terminal:
      break;
  }
  return "1.7";
}

std::string description_of(const Device& device) {
  const char* const noun = device.kind == Kind::Switch        ? "switch"
                           : device.kind == Kind::AccessPoint ? "access point"
                                                              : "payment terminal";
  return fmt::format("MarketSim {} {}, firmware {}", noun, model_of(device), firmware_of(device));
}

Name object_id_of(const Device& device) {
  return {1, 3, 6, 1, 4, 1, kEnterprise, 1, static_cast<std::uint32_t>(device.kind) + 1};
}

std::string engine_id_of(const Device& device) {
  std::string id{'\x80', '\x00', '\x7e', '\xd9', '\x03'};
  static_assert(kEnterprise == 0x7ed9);
  return id + octets_of(device.mac);
}

std::string octets_of(const Mac& mac) { return {mac.begin(), mac.end()}; }

std::uint64_t uptime_of(const Device& device, Time now) {
  const auto hundredths = (now - device.boot).count() / 10'000;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(hundredths, 0));
}

}  // namespace market::sim
