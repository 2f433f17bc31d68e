// Ethernet frames as the simulated devices send and hear them: ARP, IPv4, UDP, ICMP echo.
//
// Threads:  pure. Errors: what is malformed, fragmented or of another kind is nothing; nothing
// reads beyond the octets it was given. Sources: RFC 826, 791, 768, 792, 1071 (checksum).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/ber.h"
#include "tests/sim/device.h"

namespace market::sim::frame {

using ber::Octets;

inline constexpr std::uint16_t kIpv4 = 0x0800;
inline constexpr std::uint16_t kArp = 0x0806;
inline constexpr std::uint8_t kIcmp = 1;
inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr Mac kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

struct Ethernet {
  Mac to{}, from{};
  std::uint16_t type = 0;
  Octets payload;
};

struct Arp {
  enum class Operation : std::uint16_t { Request = 1, Reply = 2 };
  Operation operation = Operation::Request;
  Mac sender_mac{};
  std::uint32_t sender = 0;  ///< IPv4, host order
  Mac target_mac{};
  std::uint32_t target = 0;
};

struct Ipv4 {
  std::uint32_t from = 0, to = 0;
  std::uint8_t protocol = 0;
  Octets payload;
};

struct Udp {
  std::uint16_t from = 0, to = 0;  ///< ports
  Octets payload;
};

[[nodiscard]] std::optional<Ethernet> read_ethernet(Octets frame);
[[nodiscard]] std::optional<Arp> read_arp(Octets packet);
[[nodiscard]] std::optional<Ipv4> read_ipv4(Octets packet);
/// The UDP checksum is not looked at: on virtual links it is often left to be filled in.
[[nodiscard]] std::optional<Udp> read_udp(Octets packet);

[[nodiscard]] std::string write_ethernet(const Mac& to, const Mac& from, std::uint16_t type,
                                         std::string_view payload);
[[nodiscard]] std::string write_arp(const Arp& arp);
/// `packet.payload` is what it carries.
[[nodiscard]] std::string write_ipv4(const Ipv4& packet);
/// A whole IPv4 packet around a UDP datagram.
[[nodiscard]] std::string write_udp(std::uint32_t from, std::uint32_t to, const Udp& datagram);
/// The answer to an ICMP message; nothing unless it is an echo request.
[[nodiscard]] std::optional<std::string> echo_reply(Octets message);
/// Fills in the TCP or UDP checksum of an IPv4 packet of which the sender left it open.
void fill_checksum(std::string& packet);

[[nodiscard]] Octets octets_of(std::string_view text);
[[nodiscard]] std::string_view text_of(Octets octets);
void put_16(std::string& out, std::uint16_t number);
void put_32(std::string& out, std::uint32_t number);
[[nodiscard]] std::uint16_t get_16(Octets octets, std::size_t at);
[[nodiscard]] std::uint32_t get_32(Octets octets, std::size_t at);

}  // namespace market::sim::frame
