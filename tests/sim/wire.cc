#include "tests/sim/wire.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/types/ip_prefix.h"
#include "tests/sim/addresses.h"
#include "tests/sim/dice.h"

namespace market::sim {
namespace {

constexpr std::size_t kMostPeers = 4096;
/// Between two devices that come up at the same moment: no burst that a queue would not hold.
constexpr Time kApart{200};

std::string ip_frame(const Mac& to, const Mac& from, std::string_view packet) {
  return frame::write_ethernet(to, from, frame::kIpv4, packet);
}

}  // namespace

Result<WireLink> WireLink::parse(std::string_view text) {
  const auto equals = text.find('=');
  const auto where = equals == std::string_view::npos
                         ? Result<InterfaceAddress>{tl::make_unexpected(Error{})}
                         : InterfaceAddress::parse(text.substr(equals + 1));
  if (!where || equals == 0 || !where->address().is_v4()) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is no link with the gateway's address, such as "
                            "'sim2=10.64.4.1/23'",
                            text));
  }
  WireLink link;
  link.name = text.substr(0, equals);
  link.gateway = where->address().v4_number();
  link.mask = where->length() == 0 ? 0 : ~std::uint32_t{0} << (32 - where->length());
  link.network = link.gateway & link.mask;
  return link;
}

void Wire::send(std::size_t link, std::string frame, Time at) {
  departures_.push({at, order_++, link, std::move(frame)});
}

std::optional<Departure> Wire::take(Time now) {
  if (departures_.empty() || departures_.top().at > now) return std::nullopt;
  Departure next = departures_.top();
  departures_.pop();
  return next;
}

std::optional<Time> Wire::next_due() const {
  if (departures_.empty()) return std::nullopt;
  return departures_.top().at;
}

std::size_t Wire::link_of(std::uint32_t address) const {
  const auto found = std::find_if(options_.links.begin(), options_.links.end(),
                                  [address](const WireLink& link) { return link.holds(address); });
  return found == options_.links.end() ? kNone
                                       : static_cast<std::size_t>(found - options_.links.begin());
}

void Wire::remember(std::uint32_t address, std::size_t link, const Mac& mac) {
  if (address == 0 || (peers_.size() >= kMostPeers && !peers_.contains(address))) return;
  peers_[address] = {link, mac};
}

void Wire::arrive(std::size_t link, ber::Octets octets, Time now) {
  const auto ethernet = frame::read_ethernet(octets);
  if (!ethernet) return;
  if (ethernet->type == frame::kIpv4) return answer_ip(link, *ethernet, now);
  const auto arp =
      ethernet->type == frame::kArp ? frame::read_arp(ethernet->payload) : std::nullopt;
  if (!arp) return;
  remember(arp->sender, link, arp->sender_mac);
  if (arp->operation == frame::Arp::Operation::Request) answer_arp(link, *arp, now);
}

/// Two devices with one address take turns at being the first to answer.
void Wire::answer_arp(std::size_t link, const frame::Arp& request, Time now) {
  if (!options_.links[link].holds(request.target)) return;
  std::vector<const Device*> claimants;
  for (const std::size_t index : world_.all_at(request.target)) {
    const Device& device = world_.devices()[index];
    if (device.answers) claimants.push_back(&device);
  }
  if (claimants.size() > 1) {
    std::sort(claimants.begin(), claimants.end());
    const auto first = static_cast<std::ptrdiff_t>(asked_++ % claimants.size());
    std::rotate(claimants.begin(), claimants.begin() + first, claimants.end());
  }
  for (const Device* const device : claimants) {
    const frame::Arp reply{frame::Arp::Operation::Reply, device->mac, request.target,
                           request.sender_mac, request.sender};
    send(link,
         frame::write_ethernet(request.sender_mac, device->mac, frame::kArp,
                               frame::write_arp(reply)),
         now);
  }
}

void Wire::answer_ip(std::size_t link, const frame::Ethernet& ethernet, Time now) {
  const auto packet = frame::read_ipv4(ethernet.payload);
  if (!packet) return;
  if (packet->protocol == frame::kUdp) {
    const auto datagram = frame::read_udp(packet->payload);
    if (datagram && datagram->to == dhcp::kClientPort) {
      return take_lease(link, ethernet, *datagram, now);
    }
  }
  for (const std::size_t index : world_.all_at(packet->to)) {
    const Device& device = world_.devices()[index];
    if (device.mac != ethernet.to || !device.answers) continue;
    remember(packet->from, link, ethernet.from);
    return serve(index, link, ethernet, *packet, now);
  }
}

/// One packet to one device that is heard.
void Wire::serve(std::size_t index, std::size_t link, const frame::Ethernet& ethernet,
                 const frame::Ipv4& packet, Time now) {
  const Mac mac = world_.devices()[index].mac;
  const bool genuine = options_.genuine.contains(packet.to);
  if (packet.protocol == frame::kIcmp && !genuine) {
    const auto reply = frame::echo_reply(packet.payload);
    if (!reply) return;
    const std::string answer =
        frame::write_ipv4({packet.to, packet.from, frame::kIcmp, frame::octets_of(*reply)});
    return send(link, ip_frame(ethernet.from, mac, answer), now);
  }
  const auto datagram =
      packet.protocol == frame::kUdp ? frame::read_udp(packet.payload) : std::nullopt;
  if (datagram && datagram->to == options_.snmp_port && !genuine) {
    const auto reply = agents_.ask(index, datagram->payload, now);
    if (!reply) return;
    const std::string answer = frame::write_udp(
        packet.to, packet.from, {datagram->to, datagram->from, frame::octets_of(reply->message)});
    return send(link, ip_frame(ethernet.from, mac, answer), reply->at);
  }
  std::string whole{frame::text_of(ethernet.payload.first(frame::get_16(ethernet.payload, 2)))};
  frame::fill_checksum(whole);
  send(kInner, ip_frame(inner_mac_, ethernet.from, whole), now);
}

void Wire::arrive_inner(ber::Octets octets, Time now) {
  const auto ethernet = frame::read_ethernet(octets);
  if (!ethernet || ethernet->type != frame::kIpv4) return;
  const auto packet = frame::read_ipv4(ethernet->payload);
  if (!packet) return;
  const auto peer = peers_.find(packet->to);
  const std::size_t index = world_.at_address(packet->from);
  if (peer == peers_.end() || index == kNone || !world_.devices()[index].answers) return;
  std::string whole{frame::text_of(ethernet->payload.first(frame::get_16(ethernet->payload, 2)))};
  frame::fill_checksum(whole);
  send(peer->second.link, ip_frame(peer->second.mac, world_.devices()[index].mac, whole), now);
}

/// RFC 5227, 3: an ARP request for one's own address updates whoever knows it.
void Wire::announce(std::size_t link, const Mac& mac, std::uint32_t address, Time at) {
  const frame::Arp arp{frame::Arp::Operation::Request, mac, address, Mac{}, address};
  send(link, frame::write_ethernet(frame::kBroadcast, mac, frame::kArp, frame::write_arp(arp)), at);
}

bool Wire::talk(std::size_t index, Time at) {
  const Device& device = world_.devices()[index];
  const std::size_t link = link_of(device.address);
  if (!device.answers || device.address == 0 || link == kNone) return false;
  const frame::Arp arp{frame::Arp::Operation::Request, device.mac, device.address, Mac{},
                       options_.links[link].gateway};
  send(link,
       frame::write_ethernet(frame::kBroadcast, device.mac, frame::kArp, frame::write_arp(arp)),
       at);
  return true;
}

void Wire::follow(Time now) {
  if (followed_ == world_.generation() && !known_.empty()) return;
  followed_ = world_.generation();
  known_.resize(world_.devices().size());
  Time at = now;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const Device& device = world_.devices()[i];
    const Known seen{device.answers, device.mac, device.address};
    if (known_[i] == seen) continue;
    known_[i] = seen;
    if (!device.answers) continue;
    if (options_.ask_leases && device.kind != Kind::Switch) ask_lease(i, at);
    for (const std::uint32_t address : addresses_of(device)) {
      const std::size_t link = link_of(address);
      if (link != kNone) announce(link, device.mac, address, at);
    }
    talk(i, at);
    at += kApart;
  }
}

bool Wire::ask_lease(std::size_t index, Time now) {
  const Device& device = world_.devices()[index];
  const std::size_t link = link_of(device.address);
  if (!device.answers || link == kNone) return false;
  const auto transaction = static_cast<std::uint32_t>(mix(device.id, order_ ^ world_.seed()));
  if (const auto old = asking_.find(index); old != asking_.end()) leases_.erase(old->second);
  asking_[index] = transaction;
  leases_[transaction] = index;
  const std::string message = dhcp::write_discover(device, transaction);
  const std::string packet = frame::write_udp(
      0, ~std::uint32_t{0}, {dhcp::kClientPort, dhcp::kServerPort, frame::octets_of(message)});
  send(link, ip_frame(frame::kBroadcast, device.mac, packet), now);
  return true;
}

/// An offer is taken up once; the device keeps its address whatever the answer is.
void Wire::take_lease(std::size_t link, const frame::Ethernet& ethernet, const frame::Udp& datagram,
                      Time now) {
  const auto offer = dhcp::read_offer(datagram.payload);
  if (!offer) return;
  const auto open = leases_.find(offer->transaction);
  if (open == leases_.end()) return;
  const Device& device = world_.devices()[open->second];
  if (ethernet.to != frame::kBroadcast && ethernet.to != device.mac) return;
  if (offer->type != dhcp::Offer::Type::Offer) {
    leases_.erase(open);
    return;
  }
  const std::string message = dhcp::write_request(device, *offer);
  const std::string packet = frame::write_udp(
      0, ~std::uint32_t{0}, {dhcp::kClientPort, dhcp::kServerPort, frame::octets_of(message)});
  send(link, ip_frame(frame::kBroadcast, device.mac, packet), now);
}

}  // namespace market::sim
