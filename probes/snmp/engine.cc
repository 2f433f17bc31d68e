#include "probes/snmp/engine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "probes/snmp/first_contact.h"
#include "probes/snmp/report.h"

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

std::size_t Engine::EndpointHash::operator()(const io::Endpoint& endpoint) const {
  std::size_t hash = endpoint.port;
  for (const auto octet : endpoint.address.octets()) {
    hash = (hash ^ octet) * 0x100000001b3U;  // FNV-1a, 64 bits
  }
  return hash;
}

Engine::Engine(io::Loop& loop, io::Wire& wire)
    : loop_{loop}, wire_{wire}, random_{std::random_device{}()} {}

void Engine::open() {
  wire_.on_receive(
      [weak = weak_from_this()](const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
        // Held for the whole call: a handler may destroy the client.
        if (const auto self = weak.lock()) self->on_datagram(from, bytes);
      });
}

void Engine::close() {
  wire_.on_receive({});
  timer_.cancel();
  deadlines_.clear();
  // Handlers may own Requests, which withdraw as they die and must find an empty table.
  const auto dropped = std::exchange(agents_, {});
  for (const auto& [at, agent] : dropped) {
    if (agent.active) agent.active->agent = nullptr;
    for (const auto& ask : agent.waiting) ask->agent = nullptr;
  }
}

std::weak_ptr<Ask> Engine::ask(const Target& target, Patience patience, std::unique_ptr<Task> task,
                               Handler handler) {
  auto ask = std::make_shared<Ask>(io::Endpoint{target.address, target.port},
                                   identity_of(target.credentials));
  ask->context = target.context;
  ask->patience = patience;
  ask->task = std::move(task);
  ask->handler = std::move(handler);
  auto& agent = agents_[ask->to];
  ask->agent = &agent;
  agent.waiting.push_back(ask);
  if (!agent.active) start_next(agent, ask->to);
  return ask;
}

void Engine::withdraw(const std::shared_ptr<Ask>& ask) {
  if (ask->agent == nullptr) return;
  auto& agent = *std::exchange(ask->agent, nullptr);
  ask->due = io::TimePoint::max();
  if (agent.active != ask) {
    std::erase(agent.waiting, ask);
    return;
  }
  agent.active.reset();
  start_next(agent, ask->to);
}

Client::Counters Engine::counters() const {
  auto counters = counters_;
  counters.receive_drops = wire_.dropped();
  return counters;
}

std::shared_ptr<const Prepared> Engine::prepared(const Credentials& credentials,
                                                 const NamesPtr& names) {
  if (names->oids.empty() || names->fit != names->oids.size()) return nullptr;
  Question question;
  question.oids = names->oids;
  question.names = names;
  return prepared_.find(identity_of(credentials), question);
}

io::TimePoint Engine::send(const io::Endpoint& to, const Prepared& prepared, std::int32_t id) {
  prepared.write(id, outgoing_);
  return send(to, outgoing_);
}

io::TimePoint Engine::send(const io::Endpoint& to, const Bytes& datagram) {
  ++counters_.requests_sent;
  // What cannot be sent now (no route, no IPv6 yet) is lost, and a link may be back at the retry.
  (void)wire_.send(to, datagram);
  return loop_.now();
}

std::chrono::microseconds Engine::note_heard(const io::Endpoint& from, io::TimePoint sent_at,
                                             int attempt) {
  ++counters_.replies;
  auto& agent = agents_[from];
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(loop_.now() - sent_at);
  agent.heard = true;
  if (attempt == 1) agent.round_trip.sample(took);
  return took;
}

const Identity& Engine::identity_of(const Credentials& credentials) {
  if (last_identity_ != nullptr && last_identity_->credentials() == credentials) {
    return *last_identity_;
  }
  auto& known = identities_[credentials];
  if (!known) known = std::make_unique<Identity>(credentials);
  last_identity_ = known.get();
  return *known;
}

// Not to be guessed by those who do not see the question. Unique per agent, since an agent has
// one exchange at a time; a late reply to an earlier one meets another id.
std::int32_t Engine::fresh_id() {
  std::uniform_int_distribution<std::int32_t> ids{Prepared::kSmallestId,
                                                  std::numeric_limits<std::int32_t>::max()};
  return ids(random_);
}

void Engine::start_next(Agent& agent, const io::Endpoint& at) {
  if (agent.waiting.empty()) {
    // A sweep meets thousands of silent addresses: only what was learnt is kept.
    if (!agent.engine && !agent.heard) agents_.erase(at);
    return;
  }
  const Shared ask = agent.active = std::move(agent.waiting.front());
  agent.waiting.erase(agent.waiting.begin());
  if (auto outcome = ask->task->immediate()) return complete_soon(ask, std::move(*outcome));
  proceed(agent, ask);
}

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

void Engine::complete(const Shared& ask, Outcome outcome) {
  const Shared held = ask;  // the caller's reference may be the queue's own
  held->due = io::TimePoint::max();
  held->id = 0;
  const auto handler = std::move(held->handler);
  auto& agent = *std::exchange(held->agent, nullptr);
  agent.active.reset();
  start_next(agent, held->to);
  if (handler) handler(std::move(outcome));
}

void Engine::complete_soon(const Shared& ask, Outcome outcome) {
  ask->stage = Ask::Stage::Ending;
  ask->id = 0;
  ask->ending = std::move(outcome);
  wait_until(ask, loop_.now());
}

}  // namespace market::snmp
