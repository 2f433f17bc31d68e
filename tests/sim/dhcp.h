// What a terminal or an access point says to get a lease: DISCOVER, and REQUEST once it was offered
// one. The host name, the vendor class and the list of wanted options are those of its make: a
// fingerprint.
//
// Threads:  pure. Sources: RFC 2131, RFC 2132.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sim/ber.h"
#include "tests/sim/device.h"

namespace market::sim::dhcp {

inline constexpr std::uint16_t kServerPort = 67;
inline constexpr std::uint16_t kClientPort = 68;

struct Offer {
  enum class Type : std::uint8_t { Offer = 2, Acknowledge = 5, Refusal = 6 };
  Type type = Type::Offer;
  std::uint32_t transaction = 0;
  std::uint32_t address = 0;  ///< yours
  std::uint32_t server = 0;   ///< option 54
};

/// Nothing unless it is a server's OFFER, ACK or NAK.
[[nodiscard]] std::optional<Offer> read_offer(ber::Octets message);
/// Asks for `device.address`, when it has one.
[[nodiscard]] std::string write_discover(const Device& device, std::uint32_t transaction);
[[nodiscard]] std::string write_request(const Device& device, const Offer& offer);

}  // namespace market::sim::dhcp
