// The request engine behind Client: who waits for whom, what was sent when, whose reply came.
// Private.
//
// One question of a caller (an Ask) runs as a chain of exchanges, each one PDU out and one in:
//
//   Queued --turn comes--> Discovering (v3, engine unknown) --engine id--> Asking --reply--> next
//     |                        |  ^ timeout, attempts left: the same octets again   |  PDU or end
//     '------- withdrawn ------'--'                                                 |
//   end: out of the table first, the agent's next Ask started, the handler called last.
//
// Threads:  the loop's thread. A handler may withdraw Asks and destroy the client.
#pragma once

#include <map>
#include <random>
#include <unordered_map>

#include "probes/snmp/deadlines.h"
#include "probes/snmp/prepared_cache.h"
#include "probes/snmp/round_trip.h"
#include "probes/snmp/task.h"
#include "probes/snmp/usm.h"

namespace market::snmp {

struct Ask;
class RollCall;

// An SNMPv3 agent's engine, and those who asked it.
struct AgentEngine {
  EngineId id;
  EngineClock clock;
  std::vector<std::pair<const Identity*, UsmUser>> users;
};

// What was learnt about an agent, and who asks it. Ten thousand of them are gone through in turn:
// what most do not need is kept apart.
struct Agent {
  std::shared_ptr<Ask> active;                ///< null = none; then nobody is waiting either
  std::vector<std::shared_ptr<Ask>> waiting;  ///< behind it, in this order
  std::unique_ptr<AgentEngine> engine;        ///< null = not discovered
  RoundTrip round_trip;
  bool heard = false;  ///< has ever answered
};

struct Ask {
  Ask(io::Endpoint where, const Identity& who) : to{where}, identity{&who} {}

  io::Endpoint to;
  const Identity* identity;  ///< owned by the engine
  std::string context;       ///< of v3
  Patience patience;
  Agent* agent = nullptr;  ///< in whose queue it stands; null = in none
  std::unique_ptr<Task> task;
  Handler handler;

  enum class Stage : std::uint8_t { Queued, Discovering, Asking, Ending };
  Stage stage = Stage::Queued;
  std::int32_t id = 0;  ///< of the exchange under way; 0 = none
  int attempt = 0;      ///< sends of this exchange, 1 = the first
  io::TimePoint sent_at;
  std::shared_ptr<const Prepared> prepared;  ///< what is asked, but for the id; may be null
  Bytes datagram;                            ///< what is sent; empty = `prepared` with the id
  io::TimePoint due = io::TimePoint::max();  ///< when patience ends; max = it is not waiting
  std::chrono::microseconds waited{0};       ///< of this exchange, before the last send
  std::optional<Outcome> ending;             ///< Stage::Ending: what to tell

  std::string babble;  ///< what came from the agent and could not be read; empty = nothing
  int time_reports = 0;
  int engine_reports = 0;
  std::chrono::microseconds slowest{0};
  int most_attempts = 1;
};

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(io::Loop& loop, io::Wire& wire);

  /// Takes the wire's receiver. Apart from the constructor: it needs a shared owner.
  void open();
  /// Gives the receiver back and drops every Ask without calling its handler.
  void close();

  std::weak_ptr<Ask> ask(const Target& target, Patience patience, std::unique_ptr<Task> task,
                         Handler handler);
  void withdraw(const std::shared_ptr<Ask>& ask);
  [[nodiscard]] Client::Counters counters() const;

  // For RollCall, which keeps its own account of whom it asked.
  void join(RollCall& roll_call) { roll_calls_.push_back(&roll_call); }
  void leave(RollCall& roll_call) { std::erase(roll_calls_, &roll_call); }
  /// What a GET of `names` is sent as; null when it does not fit one datagram.
  [[nodiscard]] std::shared_ptr<const Prepared> prepared(const Credentials& credentials,
                                                         const NamesPtr& names);
  /// It has answered before, or is being asked.
  [[nodiscard]] bool knows(const io::Endpoint& at) const { return agents_.contains(at); }
  /// Gives the time of sending.
  io::TimePoint send(const io::Endpoint& to, const Prepared& prepared, std::int32_t id);
  /// An answer to what was sent then; gives how long it took.
  std::chrono::microseconds note_heard(const io::Endpoint& from, io::TimePoint sent_at,
                                       int attempt);
  std::int32_t fresh_id();
  [[nodiscard]] Client::Counters& counted() { return counters_; }
  [[nodiscard]] io::Loop& loop() { return loop_; }

 private:
  using Shared = std::shared_ptr<Ask>;

  struct EndpointHash {
    std::size_t operator()(const io::Endpoint& endpoint) const;
  };

  const Identity& identity_of(const Credentials& credentials);
  io::TimePoint send(const io::Endpoint& to, const Bytes& datagram);

  void start_next(Agent& agent, const io::Endpoint& at);
  void proceed(Agent& agent, const Shared& ask);
  Result<Bytes> encode(Agent& agent, Ask& ask, const Question& question);
  Result<Bytes> encode_v3(Agent& agent, Ask& ask, const Question& question);
  Result<const UsmUser*> user_at(Agent& agent, const Ask& ask);
  static int allowed_sends(const Ask& ask);
  void transmit(const Shared& ask);
  void wait_until(const Shared& ask, io::TimePoint due);
  void arm();
  void on_timer();
  void on_timeout(const Shared& ask);
  void ask_smaller(const Shared& ask);

  void on_datagram(const io::Endpoint& from, std::span<const std::uint8_t> bytes);
  void on_discovery(Agent& agent, const Shared& ask, std::span<const std::uint8_t> bytes);
  void on_community(Agent& agent, const Shared& ask, std::span<const std::uint8_t> bytes);
  void on_v3(Agent& agent, const Shared& ask, std::span<const std::uint8_t> bytes);
  void on_v3_fault(Agent& agent, const Shared& ask, UsmFault fault);
  void on_report(Agent& agent, const Shared& ask, const Reply& report);
  void on_reply(Agent& agent, const Shared& ask, Reply reply);
  void rediscover(Agent& agent, const Shared& ask);
  void note_babble(Ask& ask, std::string what);
  void note_exchange_ended(Agent& agent, Ask& ask);

  void complete(const Shared& ask, Outcome outcome);
  void complete_soon(const Shared& ask, Outcome outcome);

  io::Loop& loop_;
  io::Wire& wire_;
  std::map<Credentials, std::unique_ptr<Identity>> identities_;
  const Identity* last_identity_ = nullptr;  ///< whom the last question was asked as
  std::unordered_map<io::Endpoint, Agent, EndpointHash> agents_;
  PreparedCache prepared_;             // dies before the identities it points to
  Bytes outgoing_;                     ///< room for a prepared request with its id
  Bytes revealed_;                     ///< room for what was encrypted
  std::vector<RollCall*> roll_calls_;  ///< they leave as they die
  Deadlines<Ask> deadlines_;
  io::Timer timer_;
  io::TimePoint timer_due_ = io::TimePoint::max();
  std::mt19937 random_;
  Client::Counters counters_;
};

}  // namespace market::snmp
