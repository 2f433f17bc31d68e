#include "probes/snmp/engine.h"

#include <limits>
#include <utility>

namespace market::snmp {

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
