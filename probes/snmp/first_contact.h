// The two ways to put one question to many addresses. Private.
//
// With a community all of them get the same octets but for the id: RollCall keeps a queue of who
// waits, and what is learnt of a silent address is nothing. Who answers something that is not yet
// the outcome (tooBig, a name that SNMPv1 refuses) goes on as any other question, and so does an
// agent that is known already, since it is asked one thing at a time. OneByOne asks each address
// by itself, as SNMPv3 must: there the engine comes first.
//
// Threads:  the loop's.
#pragma once

#include <unordered_map>
#include <vector>

#include "probes/snmp/engine.h"
#include "probes/snmp/outstanding.h"

namespace market::snmp {

class OneByOne final : public FirstContact {
 public:
  OneByOne(Client& client, Target target, std::span<const Oid> oids, Patience patience,
           Handler handler);
  void ask(const IpAddress& address) override;

 private:
  Client& client_;
  Target target_;
  std::vector<Oid> oids_;
  Patience patience_;
  Handler handler_;
  std::uint64_t next_ = 0;
  std::unordered_map<std::uint64_t, Request> in_flight_;
  std::vector<Request> landed_;  ///< a handler must not destroy the request that calls it
};

class RollCall final : public FirstContact {
 public:
  /// `prepared` is what `identity` asks `names` by; neither is null.
  RollCall(Engine& engine, Target target, NamesPtr names, std::shared_ptr<const Prepared> prepared,
           Patience patience, Handler handler);
  ~RollCall() override;
  RollCall(const RollCall&) = delete;
  RollCall& operator=(const RollCall&) = delete;

  void ask(const IpAddress& address) override;
  /// False when it is nobody's answer to this.
  bool take(const io::Endpoint& from, const Envelope& envelope,
            std::span<const std::uint8_t> bytes);

 private:
  void send(Outstanding::Asked asked);
  void ask_by_itself(const IpAddress& address, std::unique_ptr<Task> task);
  void arm();
  void on_timer();
  void on_timeout(Outstanding::Asked asked);

  Engine& engine_;
  Target target_;
  NamesPtr names_;
  std::shared_ptr<const Prepared> prepared_;
  Patience patience_;
  Handler handler_;
  Outstanding outstanding_;
  std::vector<std::weak_ptr<Ask>> by_themselves_;  ///< those that are over among them
  std::size_t look_at_ = 1;                        ///< so many of them, for which are over
  io::Timer timer_;
};

}  // namespace market::snmp
