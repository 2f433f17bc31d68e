// MarketSim, the vendor of everything in a simulated market: models, firmware, object identifiers.
// Enterprise 32473 is IANA's number for documentation (RFC 5612).
#pragma once

#include <array>
#include <string>

#include "tests/sim/device.h"
#include "tests/sim/name.h"
#include "tests/sim/pdu.h"

namespace market::sim {

inline constexpr std::uint32_t kEnterprise = 32473;
/// The objects that save the configuration: an action, not a setting.
inline constexpr std::array<std::uint32_t, 8> kSaveRoot{1, 3, 6, 1, 4, 1, kEnterprise, 9};
/// The objects that take requests: actions likewise.
inline constexpr std::array<std::uint32_t, 8> kRequestRoot{1, 3, 6, 1, 4, 1, kEnterprise, 8};

[[nodiscard]] std::string model_of(const Device& device);     ///< "SW-24P", "AP-6E", "PT-10"
[[nodiscard]] std::string firmware_of(const Device& device);  ///< "5.10"
/// "MarketSim switch SW-24P, firmware 5.10"
[[nodiscard]] std::string description_of(const Device& device);
[[nodiscard]] Name object_id_of(const Device& device);
/// RFC 3411, 5: the enterprise, format 3, the chassis MAC.
[[nodiscard]] std::string engine_id_of(const Device& device);
[[nodiscard]] std::string octets_of(const Mac& mac);
/// sysUpTime: hundredths of a second since the device started.
[[nodiscard]] std::uint64_t uptime_of(const Device& device, Time now);
/// TruthValue: true is 1, false is 2 (RFC 2579).
[[nodiscard]] inline Value truth(bool value) { return Value::integer(value ? 1 : 2); }

}  // namespace market::sim
