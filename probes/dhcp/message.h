// What a DHCPv4 client says of itself when it asks for an address.
//
// Pure, and safe against anything: the octets come from whoever is plugged in.
//
// Sources:  RFC 2131 (message), RFC 2132 (options), RFC 3396 (long options), RFC 791, RFC 768.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "config/types/ip_address.h"
#include "config/types/mac_address.h"

namespace market::dhcp {

/// RFC 2132, 9.6: what clients send.
enum class MessageType : std::uint8_t {
  Discover = 1,
  Request = 3,
  Decline = 4,
  Release = 7,
  Inform = 8,
};

struct ClientMessage {
  MessageType type = MessageType::Discover;
  MacAddress mac;                      ///< chaddr
  std::optional<IpAddress> address;    ///< ciaddr: the address it has
  std::optional<IpAddress> requested;  ///< option 50: the address it would like
  std::string hostname;                ///< option 12
  std::string parameters;              ///< option 55, the fingerprint: "1,3,6,15"
  std::string vendor_class;            ///< option 60: "android-dhcp-13"
  std::string client_id;               ///< option 61, in hex: "01 02 00 00 00 0a 01"
};

/// A DHCP message, the payload of UDP. Nothing unless it is a client's, on Ethernet and
/// well-formed.
[[nodiscard]] std::optional<ClientMessage> parse_message(std::span<const std::uint8_t> octets);

/// An Ethernet frame, with or without an 802.1Q tag, that carries such a message to port 67.
[[nodiscard]] std::optional<ClientMessage> parse_frame(std::span<const std::uint8_t> octets);

}  // namespace market::dhcp
