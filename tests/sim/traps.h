// Who tells the manager what happens to it: a switch that a link came or went, every agent that it
// has started. What is told by somebody who is not heard is lost, as the rest of what it says.
//
// No socket here: datagrams come out (udp_door.h carries them). An inform is repeated until it is
// acknowledged, three times in all.
//
// Threads:  one.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/types/result.h"
#include "tests/sim/trap.h"
#include "tests/sim/world.h"

namespace market::sim {

struct TrapOptions {
  std::uint32_t address = 0;  ///< IPv4 of the manager; 0 = nobody is told anything
  std::uint16_t port = 162;
  TrapForm form = TrapForm::V2c;
  std::string community = "public";

  /// "10.64.0.1" or "10.64.0.1:1162". InvalidValue otherwise.
  [[nodiscard]] static Result<TrapOptions> parse(std::string_view text);
};

class Traps {
 public:
  static constexpr Time kPatience{2'000'000};  ///< for an acknowledgement
  static constexpr int kAttempts = 3;

  /// `world` must outlive this. What is so now is taken for known.
  Traps(const World& world, TrapOptions options);

  struct Datagram {
    std::uint32_t from = 0;
    std::string message;
  };
  struct Counts {
    std::uint64_t sent = 0;          ///< notifications, not repetitions
    std::uint64_t acknowledged = 0;  ///< informs
    std::uint64_t given_up = 0;      ///< informs
  };

  [[nodiscard]] const TrapOptions& options() const { return options_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// After a change of the world: whoever has something to tell tells it.
  void follow(Time now);
  /// One device says one thing. False when it is not heard, or no agent.
  bool tell(std::size_t device, Trap trap, Time now);
  /// What came from the manager's side: perhaps an acknowledgement.
  void heard(std::size_t device, ber::Octets datagram);
  /// The next datagram to be sent; repeats informs that are due.
  [[nodiscard]] std::optional<Datagram> take(Time now);
  [[nodiscard]] std::optional<Time> next_due() const;

 private:
  struct Known {
    std::uint32_t boots = 0;
    std::vector<bool> links;
  };
  struct Waiting {
    std::size_t device = 0;
    std::string message;
    Time due{};
    int attempts = 1;
  };

  void remember(std::size_t device);
  void follow_device(std::size_t device, Time now);

  const World& world_;
  TrapOptions options_;
  std::vector<Known> known_;
  std::uint64_t followed_ = 0;
  std::deque<Datagram> ready_;
  std::map<std::int32_t, Waiting> waiting_;  ///< informs by request-id
  std::int32_t last_id_ = 0;
  Counts counts_;
};

}  // namespace market::sim
