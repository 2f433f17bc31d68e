#include "tests/sim/frame.h"

#include <algorithm>

namespace market::sim::frame {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kUdpHeader = 8;

Mac get_mac(Octets octets, std::size_t at) {
  Mac mac{};
  std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(at), mac.size(), mac.begin());
  return mac;
}

void put_mac(std::string& out, const Mac& mac) { out.append(mac.begin(), mac.end()); }

/// RFC 1071, not yet complemented.
std::uint32_t sum_of(Octets octets, std::uint32_t sum) {
  for (std::size_t i = 0; i + 1 < octets.size(); i += 2) sum += get_16(octets, i);
  if (octets.size() % 2 != 0) sum += std::uint32_t{octets.back()} << 8U;
  return sum;
}

std::uint16_t checksum(Octets octets, std::uint32_t start = 0) {
  std::uint32_t sum = sum_of(octets, start);
  while ((sum >> 16U) != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum & 0xffffU);
}

void write_at(std::string& out, std::size_t at, std::uint16_t number) {
  out[at] = static_cast<char>(number >> 8U);
  out[at + 1] = static_cast<char>(number & 0xffU);
}

}  // namespace

Octets octets_of(std::string_view text) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

std::string_view text_of(Octets octets) {
  return {static_cast<const char*>(static_cast<const void*>(octets.data())), octets.size()};
}

void put_16(std::string& out, std::uint16_t number) {
  out.push_back(static_cast<char>(number >> 8U));
  out.push_back(static_cast<char>(number & 0xffU));
}

void put_32(std::string& out, std::uint32_t number) {
  put_16(out, static_cast<std::uint16_t>(number >> 16U));
  put_16(out, static_cast<std::uint16_t>(number & 0xffffU));
}

std::uint16_t get_16(Octets octets, std::size_t at) {
  return static_cast<std::uint16_t>((octets[at] << 8U) | octets[at + 1]);
}

std::uint32_t get_32(Octets octets, std::size_t at) {
  return (std::uint32_t{get_16(octets, at)} << 16U) | get_16(octets, at + 2);
}

std::optional<Ethernet> read_ethernet(Octets frame) {
  if (frame.size() < kEthernetHeader) return std::nullopt;
  return Ethernet{get_mac(frame, 0), get_mac(frame, 6), get_16(frame, 12),
                  frame.subspan(kEthernetHeader)};
}

std::optional<Arp> read_arp(Octets packet) {
  if (packet.size() < 28) return std::nullopt;
  // Ethernet, IPv4, and the lengths of their addresses.
  if (get_16(packet, 0) != 1 || get_16(packet, 2) != kIpv4 || get_16(packet, 4) != 0x0604) {
    return std::nullopt;
  }
  const std::uint16_t operation = get_16(packet, 6);
  if (operation != 1 && operation != 2) return std::nullopt;
  return Arp{static_cast<Arp::Operation>(operation), get_mac(packet, 8), get_32(packet, 14),
             get_mac(packet, 18), get_32(packet, 24)};
}

std::optional<Ipv4> read_ipv4(Octets packet) {
  if (packet.size() < kIpv4Header || (packet[0] >> 4U) != 4) return std::nullopt;
  const std::size_t header = std::size_t{packet[0] & 0x0fU} * 4;
  const std::size_t total = get_16(packet, 2);
  if (header < kIpv4Header || total < header || total > packet.size()) return std::nullopt;
  const bool fragment = (get_16(packet, 6) & 0x3fffU) != 0;  // more to come, or not the first
  if (fragment) return std::nullopt;
  return Ipv4{get_32(packet, 12), get_32(packet, 16), packet[9],
              packet.subspan(header, total - header)};
}

std::optional<Udp> read_udp(Octets packet) {
  if (packet.size() < kUdpHeader) return std::nullopt;
  const std::size_t length = get_16(packet, 4);
  if (length < kUdpHeader || length > packet.size()) return std::nullopt;
  return Udp{get_16(packet, 0), get_16(packet, 2), packet.subspan(kUdpHeader, length - kUdpHeader)};
}

std::string write_ethernet(const Mac& to, const Mac& from, std::uint16_t type,
                           std::string_view payload) {
  std::string out;
  out.reserve(kEthernetHeader + payload.size());
  put_mac(out, to);
  put_mac(out, from);
  put_16(out, type);
  out += payload;
  return out;
}

std::string write_arp(const Arp& arp) {
  std::string out;
  put_16(out, 1);
  put_16(out, kIpv4);
  put_16(out, 0x0604);
  put_16(out, static_cast<std::uint16_t>(arp.operation));
  put_mac(out, arp.sender_mac);
  put_32(out, arp.sender);
  put_mac(out, arp.target_mac);
  put_32(out, arp.target);
  return out;
}

std::string write_ipv4(const Ipv4& packet) {
  std::string out;
  out.reserve(kIpv4Header + packet.payload.size());
  put_16(out, 0x4500);
  put_16(out, static_cast<std::uint16_t>(kIpv4Header + packet.payload.size()));
  put_32(out, 0);  // identification; not a fragment
  out.push_back(64);
  out.push_back(static_cast<char>(packet.protocol));
  put_16(out, 0);
  put_32(out, packet.from);
  put_32(out, packet.to);
  write_at(out, 10, checksum(octets_of(out)));
  out += text_of(packet.payload);
  return out;
}

std::string write_udp(std::uint32_t from, std::uint32_t to, const Udp& datagram) {
  std::string udp;
  put_16(udp, datagram.from);
  put_16(udp, datagram.to);
  put_16(udp, static_cast<std::uint16_t>(kUdpHeader + datagram.payload.size()));
  put_16(udp, 0);
  udp += text_of(datagram.payload);
  std::string packet = write_ipv4({from, to, kUdp, octets_of(udp)});
  fill_checksum(packet);
  return packet;
}

std::optional<std::string> echo_reply(Octets message) {
  if (message.size() < 8 || message[0] != 8 || message[1] != 0) return std::nullopt;
  std::string out{text_of(message)};
  out[0] = 0;
  write_at(out, 2, 0);
  write_at(out, 2, checksum(octets_of(out)));
  return out;
}

void fill_checksum(std::string& packet) {
  const auto ip = read_ipv4(octets_of(packet));
  if (!ip || (ip->protocol != kUdp && ip->protocol != kTcp)) return;
  const std::size_t field = ip->protocol == kUdp ? 6 : 16;
  if (ip->payload.size() < field + 2) return;
  const auto begin = static_cast<std::size_t>(ip->payload.data() - octets_of(packet).data());
  write_at(packet, begin + field, 0);
  // The pseudo header: both addresses, the protocol, the length.
  std::uint32_t start = sum_of(octets_of(packet).subspan(12, 8), ip->protocol);
  start += static_cast<std::uint32_t>(ip->payload.size());
  const std::uint16_t sum = checksum(octets_of(packet).subspan(begin, ip->payload.size()), start);
  const bool none = ip->protocol == kUdp && sum == 0;  // 0 would mean "not computed"
  write_at(packet, begin + field, none ? 0xffff : sum);
}

}  // namespace market::sim::frame
