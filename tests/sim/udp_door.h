// The one UDP socket behind which all agents sit. IP_PKTINFO tells which address was asked, and
// makes the answer come from it (ip(7)).
//
// Threads:  one. Nothing blocks. Errors: only opening can fail; what cannot be sent is lost, as UDP
// is, and counted.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "config/types/result.h"
#include "tests/sim/agent.h"
#include "tests/sim/descriptor.h"

namespace market::sim {

class UdpDoor {
 public:
  UdpDoor(const UdpDoor&) = delete;
  UdpDoor(UdpDoor&&) noexcept;
  UdpDoor& operator=(const UdpDoor&) = delete;
  UdpDoor& operator=(UdpDoor&&) noexcept;
  ~UdpDoor();
  [[nodiscard]] static Result<UdpDoor> open(const std::string& bind, std::uint16_t port);

  [[nodiscard]] int descriptor() const { return socket_.number(); }
  /// Lets the agents answer what has arrived, at most a few hundred datagrams.
  void receive(Agents& agents, Time now);
  /// Lets a datagram of our own leave from `from` to `to` and `port`, IPv4 in host order.
  void post(std::uint32_t from, std::uint32_t to, std::uint16_t port, std::string message, Time at);
  /// Sends the answers that are due.
  void send(Time now);
  /// When the next answer is due; nothing when none waits.
  [[nodiscard]] std::optional<Time> next_due() const;
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }

 private:
  struct Outgoing {
    Time at{};
    std::uint64_t order = 0;  ///< first come, first served among equals
    sockaddr_in to{};
    in_addr from{};
    std::string message;
    friend bool operator<(const Outgoing& a, const Outgoing& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  struct Inbox;

  explicit UdpDoor(Descriptor socket);
  [[nodiscard]] std::size_t receive_batch(Agents& agents, Time now);
  void send_batch(std::vector<Outgoing>& batch);

  Descriptor socket_;
  std::unique_ptr<Inbox> inbox_;
  std::priority_queue<Outgoing> outgoing_;
  std::uint64_t order_ = 0;
  std::uint64_t unsent_ = 0;
};

}  // namespace market::sim
