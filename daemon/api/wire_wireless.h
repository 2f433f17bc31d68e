// The wireless facts of a device as JSON: networks, clients by hash, and the APs of a controller.
// Its radios are in the device's `radios`.
//
// Threads:  pure. Errors: none; what was not told is null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "probes/wireless/facts.h"

namespace market::api {

[[nodiscard]] nlohmann::ordered_json wireless_json(const wireless::WirelessFacts& facts);

}  // namespace market::api
