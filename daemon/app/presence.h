// Who is there, told without a question by SNMP: DHCP requests and leases, ICMP echoes, open TCP
// ports of those who keep silent; they go to Whereabouts. And traps, which go to who polls.
//
// Threads:  confined to the loop's thread.
// Errors:   none: a source that cannot be had is logged once, and the others go on.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/app/model.h"
#include "daemon/app/whereabouts.h"
#include "probes/dhcp/listener.h"
#include "probes/io/asio_loop.h"
#include "probes/netlink/kernel.h"
#include "probes/service/icmp.h"
#include "probes/service/tcp.h"
#include "probes/snmp/trap_receiver.h"

namespace market::app {

/// Each is another on-link address that the kernel must remember for three seconds when nobody
/// answers (gc_thresh3), so it is a third of that.
inline constexpr unsigned kEchoesPerSecond = 100;
/// A silent device's ports are tried this often.
inline constexpr std::chrono::hours kDoorsEvery{24};

class Presence {
 public:
  /// `what`: "linkDown", or the trap's OID.
  using OnTrap = std::function<void(const IpAddress& from, const std::string& what)>;

  /// Who we are to senders of informs, counted with every call.
  using StartEngine = std::function<Result<snmp::OwnEngine>()>;

  /// Both must outlive it.
  Presence(io::AsioLoop& loop, Whereabouts& whereabouts, StartEngine start_engine, OnTrap on_trap);

  /// What is under way for the old one ends. Traps are received from here on.
  void set_model(ModelPtr model);
  /// Hears DHCP on those of `links` that are in a trusted zone.
  void listen(const std::vector<netlink::Link>& links);
  /// Leases, then echoes, then doors. Nothing while one is under way.
  void round();

 private:
  void receive_traps();
  void hear(const dhcp::ClientMessage& message);
  void read_leases();
  void next_range();
  void next_door();
  void try_door(const Whereabouts::SilentHost& host);
  void complain(const std::string& source, const std::string& error);
  [[nodiscard]] std::int64_t now_ms() const;

  io::AsioLoop& loop_;
  Whereabouts& whereabouts_;
  StartEngine start_engine_;
  OnTrap on_trap_;
  ModelPtr model_;
  std::unique_ptr<io::Wire> trap_wire_;
  std::unique_ptr<snmp::TrapReceiver> traps_;
  std::vector<std::string> listening_on_;
  std::unique_ptr<dhcp::Listener> listener_;
  bool under_way_ = false;
  std::deque<IpRange> ranges_;
  std::unique_ptr<service::Probe> echoes_;
  std::deque<Whereabouts::SilentHost> doors_;
  std::map<MacAddress, std::int64_t> tried_ms_;
  std::vector<std::unique_ptr<service::Probe>> probes_;  ///< at one host
  std::set<std::uint16_t> open_;                         ///< there, so far
  std::size_t waiting_ = 0;                              ///< answers still out, there
  io::Timer timer_;
  std::set<std::string> complained_;
};

}  // namespace market::app
