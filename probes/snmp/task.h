// What one call of get(), next(), walk(), walk_table() or set() asks next, and when it is answered.
// Private. Pure: no socket, no clock.
//
//   make_* -> immediate()? --no--> question() -> [network] -> take(reply) --Outcome--> end
//                                     ^                            |
//                                     '----------- nothing --------'
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "probes/snmp/codec.h"

namespace market::snmp {

class Task {
 public:
  virtual ~Task() = default;
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  /// The outcome when there is nothing to ask: no OID, no binding wanted.
  [[nodiscard]] virtual std::optional<Outcome> immediate() = 0;
  /// The next PDU, without its id. Points into the task, until take().
  [[nodiscard]] virtual Question question() = 0;
  /// The reply to the last question: the outcome, or nothing when there is more to ask. An
  /// Answer's round trip and attempt are filled in by the engine.
  [[nodiscard]] virtual std::optional<Outcome> take(Reply reply) = 0;
  /// The bindings of earlier replies, given away: the next reply's come behind them. A task that
  /// keeps none gives none.
  [[nodiscard]] virtual std::vector<VarBind> give_bindings() { return {}; }
  /// How often one PDU may be sent.
  [[nodiscard]] virtual int attempts(const Patience& patience) const;
  /// A datagram went unanswered and is about to be repeated. True: question() has become smaller.
  [[nodiscard]] virtual bool on_loss() { return false; }
};

[[nodiscard]] std::unique_ptr<Task> make_get(NamesPtr names);
[[nodiscard]] std::unique_ptr<Task> make_walk(Oid root, std::size_t max_bindings, Version version);
[[nodiscard]] std::unique_ptr<Task> make_next(NamesPtr roots);
[[nodiscard]] std::unique_ptr<Task> make_table(std::span<const Oid> columns, std::size_t max_rows,
                                               Version version);
[[nodiscard]] std::unique_ptr<Task> make_set(std::span<const VarBind> bindings);

}  // namespace market::snmp
