// A client without its MAC: HMAC-SHA-256 with a key of the market's own, cut to 64 bits.
//
// The same client is the same id at every AP of one market and another in the next, and without the
// key the 2^46 possible MACs cannot be tried. 64 bits: two of 10,000 clients share an id with a
// chance of 3e-12.
//
// Threads:  pure. Errors: an empty key gives no ids at all.
#pragma once

#include <string>
#include <string_view>

#include "config/types/mac_address.h"

namespace market::wireless {

/// Sixteen hex digits; empty when `key` is empty.
[[nodiscard]] std::string client_id(const MacAddress& mac, std::string_view key);

/// A key nobody knows, from the kernel's random numbers; empty when there are none.
[[nodiscard]] std::string random_key();

}  // namespace market::wireless
