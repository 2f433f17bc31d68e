// What becomes of a datagram: whose it is, what it says, and what that means for the exchange.
#include <algorithm>
#include <utility>

#include "probes/snmp/engine.h"
#include "probes/snmp/first_contact.h"
#include "probes/snmp/report.h"

namespace market::snmp {

void Engine::on_datagram(const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
  const auto found = agents_.find(from);
  Shared ask;
  if (found != agents_.end()) ask = found->second.active;
  const auto envelope = open_envelope(bytes);
  if (!envelope) {
    ++counters_.garbled;
    if (ask) note_babble(*ask, "a datagram that is not SNMP");
    return;
  }
  if (!ask || ask->id == 0 || envelope->id != ask->id ||
      envelope->version != ask->identity->credentials().version) {
    const bool taken = std::any_of(roll_calls_.begin(), roll_calls_.end(), [&](RollCall* one) {
      return one->take(from, *envelope, bytes);
    });
    if (!taken) ++counters_.strays;
    return;
  }
  auto& agent = found->second;
  if (ask->stage == Ask::Stage::Discovering) return on_discovery(agent, ask, bytes);
  if (envelope->version != Version::V3) return on_community(agent, ask, bytes);
  on_v3(agent, ask, bytes);
}

void Engine::note_babble(Ask& ask, std::string what) {
  if (ask.babble.empty()) ask.babble = std::move(what);
}

void Engine::note_exchange_ended(Agent& agent, Ask& ask) {
  ++counters_.replies;
  ask.due = io::TimePoint::max();
  ask.id = 0;
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(loop_.now() - ask.sent_at);
  agent.heard = true;
  if (ask.attempt == 1) agent.round_trip.sample(took);
  ask.slowest = std::max(ask.slowest, took);
  ask.most_attempts = std::max(ask.most_attempts, ask.attempt);
}

void Engine::on_discovery(Agent& agent, const Shared& ask, std::span<const std::uint8_t> bytes) {
  auto found = decode_discovery(bytes);
  if (!found) {
    ++counters_.garbled;
    return note_babble(*ask, "a reply to SNMPv3 discovery that names no engine");
  }
  note_exchange_ended(agent, *ask);
  agent.engine = std::make_unique<AgentEngine>();
  agent.engine->id = std::move(found->engine);
  agent.engine->clock.guess(found->at, loop_.now());
  proceed(agent, ask);
}

void Engine::on_community(Agent& agent, const Shared& ask, std::span<const std::uint8_t> bytes) {
  auto reply = decode_community(bytes, ask->prepared.get(), ask->task->give_bindings());
  if (!reply) {
    ++counters_.garbled;
    return complete(ask, Garbled{std::move(reply.error().message)});
  }
  note_exchange_ended(agent, *ask);
  on_reply(agent, ask, std::move(*reply));
}

void Engine::on_v3(Agent& agent, const Shared& ask, std::span<const std::uint8_t> bytes) {
  const auto user = user_at(agent, *ask);
  if (!user) return;  // it was there to ask
  const auto head = (*user)->open(bytes, agent.engine->clock, loop_.now(), revealed_);
  if (!head) return on_v3_fault(agent, ask, head.error());
  const bool is_report = head->kind == Reply::Kind::Report;
  // The msgID told whose reply it is; the request-id inside must say the same, but a report may
  // come from an agent that could not read it (RFC 3412, 7.1.3c).
  if (!is_report && head->request_id != ask->id) {
    return on_v3_fault(agent, ask, UsmFault::Malformed);
  }
  auto reply = is_report ? read_bindings(*head, nullptr, {})
                         : read_bindings(*head, ask->prepared.get(), ask->task->give_bindings());
  if (!reply && is_report) return on_v3_fault(agent, ask, UsmFault::Malformed);
  if (!reply) {
    ++counters_.garbled;
    return complete(ask, Garbled{std::move(reply.error().message)});
  }
  reply->octets = bytes.size();
  note_exchange_ended(agent, *ask);
  if (is_report) return on_report(agent, ask, *reply);
  on_reply(agent, ask, std::move(*reply));
}

void Engine::on_v3_fault(Agent& agent, const Shared& ask, UsmFault fault) {
  ++counters_.garbled;
  if (fault == UsmFault::NotInTimeWindow && ask->engine_reports++ == 0) {
    // Authentic, but its clock went back: the agent lost its boots counter. Meet it anew.
    ask->due = io::TimePoint::max();
    return rediscover(agent, ask);
  }
  // Anybody may have sent it, so it does not end the exchange.
  note_babble(*ask, fault == UsmFault::NotAuthentic ? "a reply that is not authentic"
                                                    : "a malformed SNMPv3 reply");
}

void Engine::rediscover(Agent& agent, const Shared& ask) {
  agent.engine.reset();
  proceed(agent, ask);
}

void Engine::on_report(Agent& agent, const Shared& ask, const Reply& report) {
  switch (kind_of_report(report.bindings)) {
    case ReportKind::NotInTimeWindow:
      // Decoding the report has set the clock right; once more, and it is not the clock.
      if (ask->time_reports++ == 0) return proceed(agent, ask);
      if (ask->engine_reports++ == 0) return rediscover(agent, ask);
      break;
    case ReportKind::UnknownEngine:
      if (ask->engine_reports++ == 0) return rediscover(agent, ask);
      break;
    case ReportKind::Final:
      break;
  }
  complete(ask, explain_report(report.bindings, ask->identity->credentials()));
}

void Engine::on_reply(Agent& agent, const Shared& ask, Reply reply) {
  auto outcome = ask->task->take(std::move(reply));
  if (!outcome) return proceed(agent, ask);
  if (auto* const answer = std::get_if<Answer>(&*outcome)) {
    answer->round_trip = ask->slowest;
    answer->attempt = ask->most_attempts;
  }
  if (std::holds_alternative<Garbled>(*outcome)) ++counters_.garbled;
  complete(ask, std::move(*outcome));
}

}  // namespace market::snmp
