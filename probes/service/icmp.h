// Who answers an ICMP echo? A paced sweep of a range, each answer with its round trip.
//
// An unprivileged ping socket where net.ipv4.ping_group_range lets us have one, else a raw socket,
// else an error that says which right is missing. Answers are told from strays by a token in the
// payload that nobody else knows; the time of sending is in the payload too, so that a sweep of a
// million addresses remembers only who answered.
//
// Threads:  the loop's. Handlers run from the loop, never from inside ping_sweep; any of them may
//           destroy the sweep.
// Errors:   Io: no socket. What cannot be sent (no route, a full buffer) is lost, as on any
// network. Sources:  RFC 792 (echo), RFC 1071 (checksum), icmp(7).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "config/types/ip_prefix.h"
#include "config/types/result.h"
#include "probes/service/tcp.h"

namespace market::service {

struct EchoAnswer {
  IpAddress from;
  std::chrono::microseconds round_trip{};
};

struct EchoSummary {
  std::uint64_t asked = 0;     ///< addresses
  std::uint64_t answered = 0;  ///< addresses
  std::uint64_t sent = 0;      ///< datagrams
  std::uint64_t strays = 0;    ///< echoes that were not of this sweep, or came again
};

struct EchoOptions {
  unsigned per_second = 200;                 ///< some 17 kB/s with headers: no uplink notices
  std::chrono::milliseconds patience{1000};  ///< after the last one of a round
  int attempts = 2;                          ///< rounds; the later ones ask who has not answered
};

struct EchoHandlers {
  std::function<void(EchoAnswer)> on_answer;  ///< at most once for each address
  std::function<void(EchoSummary)> on_end;    ///< once
};

/// Destroying the probe ends the sweep: no handler will run. IPv4 only.
[[nodiscard]] Result<std::unique_ptr<Probe>> ping_sweep(io::AsioLoop& loop, const IpRange& range,
                                                        EchoOptions options, EchoHandlers handlers);

}  // namespace market::service
