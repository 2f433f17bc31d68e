// The gateway's links as the market sees them: every device answers ARP with its own MAC, ICMP
// echo and SNMP when it is heard and nothing when it is not, and says so itself when it comes up.
//
// No socket here: frames go in, frames come out (link_door.h carries them). What the devices do
// not do themselves - TCP - goes to the kernel of the market over an inner link, and back.
//
// Threads:  one. Errors: what makes no sense is dropped, as on a wire.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/agent.h"
#include "tests/sim/dhcp.h"
#include "tests/sim/frame.h"
#include "tests/sim/world.h"

namespace market::sim {

/// A link of the gateway that carries one zone.
struct WireLink {
  std::string name;           ///< of its end in the market: "sim2"
  std::uint32_t network = 0;  ///< devices with addresses in here are on this link
  std::uint32_t mask = 0;
  std::uint32_t gateway = 0;

  /// "sim2=10.64.4.1/23". InvalidValue otherwise.
  [[nodiscard]] static Result<WireLink> parse(std::string_view text);
  [[nodiscard]] bool holds(std::uint32_t address) const { return (address & mask) == network; }
};

struct WireOptions {
  std::vector<WireLink> links;
  std::uint16_t snmp_port = 161;
  /// Addresses that a program of the market's kernel plays: everything but ARP goes there.
  std::set<std::uint32_t> genuine;
  /// Access points and terminals ask for a lease whenever they come up, are plugged in or swapped.
  bool ask_leases = false;
};

/// A frame that is to be sent.
struct Departure {
  Time at{};
  std::uint64_t order = 0;  ///< first come, first served among equals
  std::size_t link = 0;     ///< index of a link, or Wire::kInner
  std::string frame;
  friend bool operator<(const Departure& a, const Departure& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

class Wire {
 public:
  static constexpr std::size_t kInner = kNone;

  /// Both must outlive this.
  Wire(World& world, Agents& agents, WireOptions options)
      : world_{world}, agents_{agents}, options_{std::move(options)} {}

  /// A frame came from the gateway over `link`.
  void arrive(std::size_t link, ber::Octets frame, Time now);
  /// A frame came from the market's own kernel.
  void arrive_inner(ber::Octets frame, Time now);
  /// After a change of the world: who has come, moved or changed its MAC tells everybody.
  void follow(Time now);
  /// The device asks for the gateway's MAC, as before a payment. False when it is not heard.
  bool talk(std::size_t device, Time now);
  /// The device asks for a lease. False when it is not heard.
  bool ask_lease(std::size_t device, Time now);
  /// The destination MAC of frames to the kernel.
  void set_inner_mac(const Mac& mac) { inner_mac_ = mac; }

  [[nodiscard]] const std::vector<WireLink>& links() const { return options_.links; }
  /// The next frame that is due; nothing when none is.
  [[nodiscard]] std::optional<Departure> take(Time now);
  [[nodiscard]] std::optional<Time> next_due() const;

 private:
  struct Peer {
    std::size_t link = 0;
    Mac mac{};
  };
  struct Known {
    bool heard = false;
    Mac mac{};
    std::uint32_t address = 0;
    friend bool operator==(const Known&, const Known&) = default;
  };

  void send(std::size_t link, std::string frame, Time at);
  void answer_arp(std::size_t link, const frame::Arp& request, Time now);
  void answer_ip(std::size_t link, const frame::Ethernet& ethernet, Time now);
  void serve(std::size_t device, std::size_t link, const frame::Ethernet& ethernet,
             const frame::Ipv4& packet, Time now);
  void take_lease(std::size_t link, const frame::Ethernet& ethernet, const frame::Udp& datagram,
                  Time now);
  void announce(std::size_t link, const Mac& mac, std::uint32_t address, Time at);
  void remember(std::uint32_t address, std::size_t link, const Mac& mac);
  [[nodiscard]] std::size_t link_of(std::uint32_t address) const;

  World& world_;
  Agents& agents_;
  WireOptions options_;
  std::priority_queue<Departure> departures_;
  std::uint64_t order_ = 0;
  std::uint64_t asked_ = 0;  ///< ARP requests for duplicate addresses, so that they take turns
  std::map<std::uint32_t, Peer> peers_;  ///< who has spoken to us, for what the kernel answers
  std::vector<Known> known_;
  std::uint64_t followed_ = 0;
  std::map<std::uint32_t, std::size_t> leases_;  ///< transactions of DHCP that are open
  std::map<std::size_t, std::uint32_t> asking_;  ///< the last one of each device
  Mac inner_mac_{};
};

}  // namespace market::sim
