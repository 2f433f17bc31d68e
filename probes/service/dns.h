// Does a DNS server answer? One query for the name servers of the root, which every resolver
// knows; any well-formed response to it counts, whatever its RCODE.
//
// Threads:  confined to the loop's thread; a handler runs at most once, from the loop.
// Sources:  RFC 1035, 4.1 (message format), 4.2.1 (UDP).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "probes/io/datagram.h"
#include "probes/io/loop.h"

namespace market::service {

struct DnsVerdict {
  bool answered = false;
  std::chrono::microseconds took{};
  std::string reason;  ///< "no answer within 2000 ms"; empty when answered
};

/// Asks many servers over one wire, which nobody else may receive from. `loop` and `wire` must
/// outlive it; destroying it withdraws every question.
class DnsClient {
 public:
  using Handler = std::function<void(DnsVerdict)>;
  DnsClient(io::Loop& loop, io::Wire& wire);
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  void ask(const io::Endpoint& server, std::chrono::milliseconds patience, Handler handler);

 private:
  struct Question {
    io::Endpoint server;
    io::TimePoint asked;
    io::Timer deadline;
    Handler handler;
  };
  void on_datagram(const io::Endpoint& from, std::span<const std::uint8_t> bytes);
  void finish(std::uint16_t id, DnsVerdict verdict);

  io::Loop& loop_;
  io::Wire& wire_;
  std::map<std::uint16_t, Question> questions_;  ///< by the message's id
  std::uint16_t next_id_;
};

}  // namespace market::service
