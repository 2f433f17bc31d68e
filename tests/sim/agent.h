// All agents of a market behind one door: a datagram to an address goes in, the answer of the agent
// at that address comes out, or silence.
//
// Silence is the answer of an address without a device, of a device that is not heard, to a
// community that is neither the read nor the write one, to whatever is no SNMP, and to lost
// packets. What is wrong with an SNMPv3 message is reported (usm.h). A SET with the read community
// or by the user who reads is refused with noAccess.
//
// Threads:  one. Sources: RFC 3416, 4.2.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tests/sim/dice.h"
#include "tests/sim/pdu.h"
#include "tests/sim/usm.h"
#include "tests/sim/write.h"

namespace market::sim {

struct AgentOptions {
  std::string read_community = "public";
  std::string write_community = "private";
  /// The most that a community may do, whatever it is called.
  Access communities = Access::Write;
  UsmOptions usm;
  /// The longest answer: a UDP payload that fits an Ethernet frame unfragmented.
  std::size_t answer_limit = 1472;
};

struct Reply {
  std::string message;
  Time at{};  ///< when to send it
};

class Agents {
 public:
  /// `world` must outlive this.
  Agents(World& world, AgentOptions options);

  [[nodiscard]] std::optional<Reply> handle(std::uint32_t address, ber::Octets datagram, Time now);
  /// The same when it is known which device is asked.
  [[nodiscard]] std::optional<Reply> ask(std::size_t index, ber::Octets datagram, Time now);

  /// Writes by hand, past communities, lies and counts. The status of the SET.
  [[nodiscard]] ErrorStatus write_by_hand(std::size_t device, const VarBind& binding, Time now);

  /// `handler` gets what comes to an agent that is heard and is no request: acknowledgements.
  using Handler = std::function<void(std::size_t device, ber::Octets datagram)>;
  void on_no_request(Handler handler) { no_request_ = std::move(handler); }

  /// Loss and delay of all devices, on top of each one's own.
  void set_loss(std::uint64_t percent) { loss_percent_ = percent; }
  void set_delay(Time delay) { delay_ = delay; }

 private:
  enum class Fate : std::uint8_t { Delivered, LostThere, LostBack };
  [[nodiscard]] Fate draw(const Device& device);
  /// A request, and the SNMPv3 message that it came in.
  struct Question {
    Request request;
    std::optional<UsmQuestion> secure;
  };
  [[nodiscard]] std::optional<Question> open(const Device& device, ber::Octets datagram, Time now);
  [[nodiscard]] std::string answer(std::size_t index, const Question& question, Time now);
  [[nodiscard]] std::string report(Device& device, const UsmQuestion& question, Time now);
  [[nodiscard]] std::string respond(std::size_t index, const Request& request, Time now);
  [[nodiscard]] std::string get(const View& view, const Request& request) const;
  [[nodiscard]] std::string get_next(const View& view, const Request& request) const;
  [[nodiscard]] std::string get_bulk(const View& view, const Request& request) const;
  [[nodiscard]] std::string set(std::size_t index, const Request& request, Time now);
  [[nodiscard]] std::string half_apply(std::size_t index, const Request& request, Time now);
  void keep(std::size_t index, Draft draft, Time now);
  [[nodiscard]] Access access_of(const Device& device, const std::string& community) const;
  /// A device's own users or communities, or those of all.
  [[nodiscard]] Users users(const Device& device) const;
  [[nodiscard]] const std::string& read_community(const Device& device) const;
  [[nodiscard]] const std::string& write_community(const Device& device) const;
  [[nodiscard]] std::string garbage();

  World& world_;
  AgentOptions options_;
  Usm usm_;
  Handler no_request_;
  Dice dice_;
  std::uint64_t loss_percent_ = 0;
  Time delay_{};
};

}  // namespace market::sim
