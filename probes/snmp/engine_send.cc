// How a question gets to its agent: put into octets, sent, and sent again until patience ends.
#include <algorithm>
#include <utility>

#include "probes/snmp/engine.h"

namespace market::snmp {
namespace {

// What could not even be asked. The caller's credentials or bindings are at fault, not the agent.
Outcome cannot_ask(const Error& error, const Ask& ask) {
  if (ask.identity->credentials().version == Version::V3 &&
      !ask.identity->master_keys().has_value()) {
    return Refusal{ErrorStatus::AuthorizationError, 0,
                   "credentials '" + ask.identity->credentials().id + "': " + error.message};
  }
  return Garbled{"not sent: " + error.message};
}

}  // namespace

Result<const UsmUser*> Engine::user_at(Agent& agent, const Ask& ask) {
  auto& users = agent.engine->users;
  const auto known = std::find_if(users.begin(), users.end(),
                                  [&ask](const auto& user) { return user.first == ask.identity; });
  if (known != users.end()) return &known->second;
  auto made = UsmUser::make(*ask.identity, agent.engine->id);
  if (!made) return tl::make_unexpected(std::move(made.error()));
  return &users.emplace_back(ask.identity, std::move(*made)).second;
}

Result<Bytes> Engine::encode(Agent& agent, Ask& ask, const Question& question) {
  const auto& credentials = ask.identity->credentials();
  ask.stage = Ask::Stage::Asking;
  ask.prepared = prepared_.find(*ask.identity, question);
  if (credentials.version == Version::V3) return encode_v3(agent, ask, question);
  if (ask.prepared) return Bytes{};
  if (credentials.version == Version::V1) return encode_v1(credentials.community, question);
  return encode_v2c(credentials.community, question);
}

Result<Bytes> Engine::encode_v3(Agent& agent, Ask& ask, const Question& question) {
  if (const auto& keys = ask.identity->master_keys(); !keys) {
    return tl::make_unexpected(keys.error());
  }
  if (!agent.engine) {
    ask.stage = Ask::Stage::Discovering;
    return encode_discovery(question.request_id);
  }
  const auto user = user_at(agent, ask);
  if (!user) return tl::make_unexpected(user.error());
  if (ask.prepared) {
    ask.prepared->write(question.request_id, outgoing_);
  } else {
    auto pdu = encode_pdu(question);
    if (!pdu) return pdu;
    outgoing_ = std::move(*pdu);
  }
  const auto flags = level_of(ask.identity->credentials()) | kReportableFlag;
  return (*user)->write(question.request_id, static_cast<std::uint8_t>(flags),
                        agent.engine->clock.at(loop_.now()),
                        scoped_pdu(agent.engine->id, ask.context, outgoing_));
}

void Engine::proceed(Agent& agent, const Shared& ask) {
  auto question = ask->task->question();
  question.request_id = fresh_id();
  auto encoded = encode(agent, *ask, question);
  if (!encoded) return complete_soon(ask, cannot_ask(encoded.error(), *ask));
  ask->datagram = std::move(*encoded);
  ask->id = question.request_id;
  ask->attempt = 0;
  ask->waited = std::chrono::microseconds{0};
  transmit(ask);
}

void Engine::transmit(const Shared& ask) {
  ++ask->attempt;
  if (ask->datagram.empty()) {
    ask->sent_at = send(ask->to, *ask->prepared, ask->id);
  } else {
    ask->sent_at = send(ask->to, ask->datagram);
  }
  const auto& agent = *ask->agent;
  const auto longest = std::chrono::duration_cast<std::chrono::microseconds>(ask->patience.timeout);
  auto patience = longest;
  if (agent.heard) {
    const auto jitter = static_cast<double>(random_()) / static_cast<double>(random_.max());
    patience = agent.round_trip.patience(longest, ask->attempt, allowed_sends(*ask), jitter);
  }
  wait_until(ask, ask->sent_at + patience);
}

int Engine::allowed_sends(const Ask& ask) {
  return ask.stage == Ask::Stage::Discovering ? std::max(ask.patience.attempts, 1)
                                              : ask.task->attempts(ask.patience);
}

void Engine::wait_until(const Shared& ask, io::TimePoint due) {
  ask->due = due;
  deadlines_.add(due, ask);
  if (due < timer_due_) arm();
}

void Engine::arm() {
  timer_.cancel();
  // Most questions were answered long before: their deadlines must not wake the loop.
  deadlines_.prune([](io::TimePoint due, const Ask* ask) { return ask && ask->due == due; });
  timer_due_ = deadlines_.empty() ? io::TimePoint::max() : deadlines_.next();
  if (deadlines_.empty()) return;
  const auto delay = std::max(timer_due_ - loop_.now(), io::Duration::zero());
  timer_ = loop_.after(delay, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_timer();
  });
}

// A handler may ask, withdraw and destroy the client, which clears the deadlines.
void Engine::on_timer() {
  const auto now = loop_.now();
  while (!deadlines_.empty() && deadlines_.next() <= now) {
    const auto due = deadlines_.next();
    const auto ask = deadlines_.take();
    if (!ask || ask->due != due) continue;
    ask->due = io::TimePoint::max();
    if (ask->ending) {
      auto outcome = std::move(*ask->ending);
      complete(ask, std::move(outcome));
    } else {
      on_timeout(ask);
    }
  }
  timer_due_ = io::TimePoint::max();
  arm();
}

void Engine::on_timeout(const Shared& ask) {
  using std::chrono::duration_cast;
  ask->waited += duration_cast<std::chrono::microseconds>(loop_.now() - ask->sent_at);
  if (ask->attempt < allowed_sends(*ask)) {
    ++counters_.retries;
    if (ask->stage == Ask::Stage::Asking && ask->task->on_loss()) ask_smaller(ask);
    return transmit(ask);
  }
  if (!ask->babble.empty()) return complete(ask, Garbled{std::move(ask->babble)});
  ++counters_.timeouts;
  complete(ask, Silence{duration_cast<std::chrono::milliseconds>(ask->waited)});
}

// The same question under the same id, in a form the agent may find easier: a late answer to the
// earlier form is as good.
void Engine::ask_smaller(const Shared& ask) {
  auto question = ask->task->question();
  question.request_id = ask->id;
  auto encoded = encode(*ask->agent, *ask, question);
  if (!encoded) return;
  ask->datagram = std::move(*encoded);
}

}  // namespace market::snmp
