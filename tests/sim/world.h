// The whole simulated market: devices, what is plugged into what, what has power, who is heard.
//
// Built from a design; everything that a person in the market could do to it afterwards is a verb
// here. Links, power and reachability follow at once (settle), and nothing else changes by itself
// but the counters and the clocks. VLANs carry nothing: a device is heard when it has power and
// every link on its path to the gateway is up, whatever VLANs the ports are in.
//
// Threads:  one. Errors: NotFound for an unknown id, InvalidValue for a verb that makes no sense
// for the thing it names. Time is a parameter everywhere, so that a test needs no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/types/result.h"
#include "tests/sim/device.h"
#include "tests/sim/usm.h"

namespace market {
struct Design;
}

namespace market::sim {

enum class Birth : std::uint8_t {
  FactoryFresh,  ///< out of the box
  AsBuilt,       ///< configured as the design says, and saved
};

struct WorldOptions {
  Birth birth = Birth::FactoryFresh;
  std::uint64_t seed = 1;
  Time reboot{2'000'000};          ///< how long a device is silent when it starts
  std::set<std::string> left_out;  ///< ids of what is not plugged in at first
};

/// A stall and where its terminals are plugged in.
struct StallSite {
  std::string id;
  std::vector<std::size_t> terminals;  ///< device indexes
  struct Drop {
    std::size_t device;  ///< a switch
    std::size_t port;    ///< index of its port
  };
  std::vector<Drop> drops;  ///< terminal i is on drop min(i, last)
  bool plugged = true;
};

/// Something outside the market that terminals reach through the gateway.
struct Outside {
  std::string id;
  std::vector<std::uint32_t> addresses;  ///< the IP literals of the design
  std::uint16_t tcp_port = 0;            ///< 0 = not TCP
  bool up = true;
};

/// A subnet of the market, as the design has it.
struct Subnet {
  std::string zone;
  std::uint32_t network = 0;  ///< host order
  std::uint32_t mask = 0;
  std::uint32_t gateway = 0;  ///< 0 = none

  [[nodiscard]] bool holds(std::uint32_t address) const { return (address & mask) == network; }
};

/// NotFound: nothing in this market has that id.
[[nodiscard]] Error no_such(std::string_view id);

class World {
 public:
  /// NotFound when `left_out` names nothing of the design.
  [[nodiscard]] static Result<World> build(const Design& design, const WorldOptions& options);

  [[nodiscard]] const std::vector<Device>& devices() const { return devices_; }
  [[nodiscard]] Device& device(std::size_t index) { return devices_[index]; }
  /// Made when it has none.
  [[nodiscard]] Quirks& quirks(std::size_t device);
  [[nodiscard]] const std::vector<StallSite>& places() const { return places_; }
  [[nodiscard]] const std::vector<Outside>& outside() const { return outside_; }
  [[nodiscard]] const std::string& site() const { return site_; }
  [[nodiscard]] const std::string& gateway() const { return gateway_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  /// Index of the device, or kNone.
  [[nodiscard]] std::size_t find(std::string_view id) const;
  /// The first device at an address that answers, else the first; kNone when there is none.
  [[nodiscard]] std::size_t at_address(std::uint32_t address) const;
  /// All devices that claim an address: more than one is a duplicate.
  [[nodiscard]] std::vector<std::size_t> all_at(std::uint32_t address) const;
  /// The subnet of an address, or null.
  [[nodiscard]] const Subnet* subnet_of(std::uint32_t address) const;
  /// The terminals that are plugged into a switch's port and have power.
  [[nodiscard]] std::vector<std::size_t> live_terminals(const Jack& jack, std::size_t device,
                                                        std::size_t port) const;
  /// The forwarding table of a switch, sorted: what speaks behind each of its ports - neighbours,
  /// everything below them, stations on the air - in the VLAN of the port where it comes in. On an
  /// uplink: the next switch, and the gateway.
  [[nodiscard]] const std::vector<Learnt>& learnt(const Device& device) const;
  /// The same without VLANs: sorted by MAC, each MAC once.
  [[nodiscard]] const std::vector<Learnt>& learnt_by_mac(const Device& device) const;
  /// Who has which address, of the devices that a switch has learnt; nothing unless it has a cable
  /// to the gateway, as a core that routes has. The gateway is left out: its MACs are its own.
  [[nodiscard]] const std::vector<Resolved>& resolved(const Device& device) const;
  [[nodiscard]] Mac gateway_mac() const;
  /// What SNMPv3 knows a device by: its own, or a cloned id.
  [[nodiscard]] Engine engine(const Device& device, Time now) const;
  /// PoE drawn now from a switch, or from one of its ports, in milliwatts.
  [[nodiscard]] std::int64_t drawn_mw(const Device& device, std::size_t port) const;

  /// Lets time pass: devices that were starting answer again.
  void advance(Time now);
  /// When the next device will have started; nothing when none is starting.
  [[nodiscard]] std::optional<Time> next_wake() const { return next_wake_; }
  /// Grows with every change of power, links or reachability.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  /// Stores what a SET or a hand wrote; links and forwarding tables follow.
  void store(std::size_t device, Settings settings, Time now);

  // What a person can do. Ids are those of the design.
  [[nodiscard]] Result<void> unplug(std::string_view id, Time now);
  [[nodiscard]] Result<void> plug(std::string_view id, Time now);
  [[nodiscard]] Result<void> power_off(std::string_view id, Time now);
  [[nodiscard]] Result<void> power_on(std::string_view id, Time now);
  [[nodiscard]] Result<void> reboot(std::string_view id, Time now);
  [[nodiscard]] Result<void> swap_terminal(std::string_view stall, Time now);
  /// `port`: "sw-2/7". The port must be free.
  [[nodiscard]] Result<void> rewire(std::string_view stall, std::string_view port, Time now);
  /// The cables of two stalls change places: each terminal is on the other one's port.
  [[nodiscard]] Result<void> exchange(std::string_view one, std::string_view other, Time now);
  /// Puts an unmanaged switch at a port and plugs the cables of stalls into it. The port is free,
  /// or leads to one of them.
  [[nodiscard]] Result<void> hub(std::string_view port, const std::vector<std::string>& stalls,
                                 Time now);
  /// From now on, the device's MAC is learnt at `port` every other `every`; zero ends it.
  [[nodiscard]] Result<void> flap(std::string_view id, std::string_view port, Time every, Time now);
  /// Both ends of a cable at one free port, or its removal: the switch learns its own MAC there.
  [[nodiscard]] Result<void> loop(std::string_view port, bool on);
  [[nodiscard]] Result<void> clone_engine(std::string_view from, std::string_view to);
  [[nodiscard]] Result<void> move_address(std::string_view id, std::uint32_t address);
  /// The device answers there as well.
  [[nodiscard]] Result<void> second_address(std::string_view id, std::uint32_t address);
  /// The device takes the address of another one.
  [[nodiscard]] Result<void> duplicate_address(std::string_view id, std::string_view of);
  [[nodiscard]] Result<void> service(std::string_view id, std::string_view state);

 private:
  friend class Builder;
  enum class Plugged : bool { No, Yes };

  World() = default;
  [[nodiscard]] Result<void> set_plugged(std::string_view id, Plugged plugged, Time now);
  [[nodiscard]] Result<std::size_t> powered_device(std::string_view id) const;
  [[nodiscard]] StallSite* place(std::string_view id);
  [[nodiscard]] Result<void> check_free(std::uint32_t address) const;
  void take_address(std::size_t index, std::uint32_t address);
  struct PortPlace {
    std::size_t device;
    std::size_t port;
  };
  /// "sw-2/7". NotFound otherwise.
  [[nodiscard]] Result<PortPlace> find_port(std::string_view text) const;
  void pull_cable(std::size_t stall);
  void turn_flaps(Time now);
  void forget_learnt();
  void learn_port(std::size_t device, std::size_t port, std::vector<Learnt>& learnt) const;
  void learn_access_point(std::size_t device, std::uint16_t vlan, std::size_t base_port,
                          std::vector<Learnt>& learnt) const;
  [[nodiscard]] bool flapped(std::size_t device) const;
  void resolve(Managed& managed) const;

  void settle(Time now);
  void feed(Device& device, Time now);
  void feed_access_point(Device& device, Time now);
  void start(Device& device, Time now);
  void connect_switches();
  void settle_port(std::size_t device, std::size_t port, Time now);
  void settle_answers();
  [[nodiscard]] bool running(const Device& device) const { return device.fed && !device.rebooting; }
  [[nodiscard]] bool jack_alive(std::size_t device, std::size_t port) const;
  [[nodiscard]] bool trunk_alive(std::size_t device, std::size_t port) const;

  std::string site_, gateway_;
  std::uint64_t seed_ = 1;
  Time reboot_{};
  std::uint64_t generation_ = 0;
  std::optional<Time> next_wake_;
  std::vector<Device> devices_;  ///< switches, access points, terminals, in the design's order
  std::vector<StallSite> places_;
  std::vector<Outside> outside_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::string, std::size_t, std::less<>> place_by_id_;
  std::vector<Subnet> subnets_;
  std::vector<std::size_t> flapping_;  ///< device indexes
  std::unordered_multimap<std::uint32_t, std::size_t> by_address_;
};

}  // namespace market::sim
