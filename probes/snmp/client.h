// SNMP manager: asks many agents from one thread, over one UDP socket per address family.
//
// net-snmp only encodes and derives keys. Sending, retrying, timing and SNMPv3's rules are ours, so
// a test can run ten thousand timeouts on a fake clock in a millisecond.
//
// Threads:  confined to the loop's thread. Nothing blocks. A handler runs at most once, from
//           the loop, never from inside the call that registered it.
// Errors:   what the network does - answer, stay silent, refuse, babble - is an Outcome,
//           because an outage is a measurement. Result<> is kept for our own failures.
// Sources:  RFC 3416 (operations), RFC 3414 (USM), RFC 3417 section 3 (UDP).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/oid.h"
#include "probes/io/datagram.h"
#include "probes/io/loop.h"
#include "probes/snmp/credentials.h"
#include "probes/snmp/value.h"

namespace market::snmp {

/// One agent as we reach it: where it listens, and how we prove who we are.
struct Target {
  IpAddress address;
  std::uint16_t port = 161;
  Credentials credentials;  ///< v2c community or v3 user; prints as "<secret>"
  std::string context;      ///< contextName of v3 (RFC 3411, 3.3.1.4); v1 and v2c have none
};

/// How long we wait: `attempts` sends, `timeout` after each. Worst case is their product.
struct Patience {
  std::chrono::milliseconds timeout{1500};
  int attempts = 3;
};

struct VarBind {
  Oid oid;
  Value value;  ///< NoSuchObject when the agent does not know the OID (RFC 3416, 4.2.1)
};

struct Answer {
  std::vector<VarBind> bindings;         ///< in the order asked
  std::chrono::microseconds round_trip;  ///< of the attempt that was answered
  int attempt;                           ///< 1 = at the first send
};
struct Silence {
  std::chrono::milliseconds waited;
};
struct Refusal {
  ErrorStatus status;     ///< of the agent; AuthorizationError also for a v3 report (bad key, user)
  std::size_t index = 0;  ///< 1-based binding at fault, 0 = none named (RFC 3416, 4.2.5)
  std::string detail;     ///< "usmStatsWrongDigests: wrong authentication passphrase"; may be empty
};
struct Garbled {
  std::string reason;  ///< for the log; the bytes go to the debug trace
};
using Outcome = std::variant<Answer, Silence, Refusal, Garbled>;

/// Silence, Refusal and Garbled in words: "no answer within 4500 ms", "wrongLength at binding 2".
[[nodiscard]] std::string describe(const Outcome& outcome);

using Handler = std::function<void(Outcome)>;

/// A question in flight. Destroying it withdraws the question: its handler will not run.
/// Impl's destructor does the withdrawing; it is public so that test doubles can make Requests.
class [[nodiscard]] Request {
 public:
  class Impl {
   public:
    virtual ~Impl() = default;
  };
  explicit Request(std::unique_ptr<Impl> impl) noexcept : impl_{std::move(impl)} {}

 private:
  std::unique_ptr<Impl> impl_;
};

/// One question put to many addresses, most of which may be nobody's: next to nothing is kept of
/// each. Destroying it withdraws what is in flight. Its client must outlive it.
class FirstContact {
 public:
  /// Once for each ask(), from the loop. It must not destroy the FirstContact.
  using Handler = std::function<void(const IpAddress&, Outcome)>;

  virtual ~FirstContact() = default;
  /// Not from inside the handler, nor while `address` is still being asked.
  virtual void ask(const IpAddress& address) = 0;
};

class Client {
 public:
  virtual ~Client() = default;

  /// Asks for the values of `oids`, split over as many PDUs as the agent's size limit needs.
  virtual Request get(const Target&, std::span<const Oid> oids, Patience, Handler) = 0;

  /// As get() of each address that it is asked for; that of the target does not matter.
  [[nodiscard]] virtual std::unique_ptr<FirstContact> first_contact(const Target&,
                                                                    std::span<const Oid> oids,
                                                                    Patience,
                                                                    FirstContact::Handler);

  /// What follows each of `roots` in the agent's order (GETNEXT): one binding a root, in the order
  /// asked. Behind the last object of all it is {root, EndOfMibView}. A binding that does not
  /// follow its root gives Garbled.
  virtual Request next(const Target&, std::span<const Oid> roots, Patience, Handler) = 0;

  /// Every binding below `root`, in OID order, by GETBULK (SNMPv1: GETNEXT). Stops at
  /// `max_bindings`, and at the first OID that does not increase: a looping agent gives Garbled,
  /// not a hang.
  virtual Request walk(const Target&, Oid root, std::size_t max_bindings, Patience, Handler) = 0;

  /// The columns of a table side by side: as walk() of each, at most `max_rows` of each, but
  /// all columns share the PDUs, and how many rows one asks for is what the agent answers well.
  /// The answer holds column after column as asked, each in OID order.
  virtual Request walk_table(const Target&, std::span<const Oid> columns, std::size_t max_rows,
                             Patience, Handler) = 0;

  /// Writes all of `bindings` or none of them (RFC 3416, 4.2.5). Sent once, whatever
  /// `patience.attempts` says: after Silence the caller must read back, not repeat.
  virtual Request set(const Target&, std::span<const VarBind> bindings, Patience, Handler) = 0;

  /// What the engine has done since it was made; for the self-metrics.
  struct Counters {
    std::uint64_t requests_sent = 0;  ///< datagrams, retries included
    std::uint64_t retries = 0;
    std::uint64_t timeouts = 0;       ///< requests that ended in Silence
    std::uint64_t replies = 0;        ///< matched to a request
    std::uint64_t strays = 0;         ///< unknown id, wrong source, late, duplicate
    std::uint64_t garbled = 0;        ///< not SNMP, or not an answer to what was asked
    std::uint64_t receive_drops = 0;  ///< lost in our own socket buffer
  };
  [[nodiscard]] virtual Counters counters() const = 0;
};

/// The engine for many agents over `wire`. At most one request is outstanding per agent; others
/// to the same agent wait their turn. `wire` and `loop` must outlive it.
[[nodiscard]] std::unique_ptr<Client> make_client(io::Loop& loop, io::Wire& wire);

}  // namespace market::snmp
