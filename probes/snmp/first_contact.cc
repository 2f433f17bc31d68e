#include "probes/snmp/first_contact.h"

#include <algorithm>
#include <utility>

namespace market::snmp {
namespace {

// Addresses asked together are given up together: the loop is not woken for each.
constexpr std::chrono::milliseconds kTogether{1};

}  // namespace

OneByOne::OneByOne(Client& client, Target target, std::span<const Oid> oids, Patience patience,
                   Handler handler)
    : client_{client},
      target_{std::move(target)},
      oids_{oids.begin(), oids.end()},
      patience_{patience},
      handler_{std::move(handler)} {}

void OneByOne::ask(const IpAddress& address) {
  landed_.clear();
  target_.address = address;
  const auto number = next_++;
  in_flight_.emplace(
      number, client_.get(target_, oids_, patience_, [this, number, address](Outcome outcome) {
        auto node = in_flight_.extract(number);
        if (!node.empty()) landed_.push_back(std::move(node.mapped()));
        handler_(address, std::move(outcome));
      }));
}

RollCall::RollCall(Engine& engine, Target target, NamesPtr names,
                   std::shared_ptr<const Prepared> prepared, Patience patience, Handler handler)
    : engine_{engine},
      target_{std::move(target)},
      names_{std::move(names)},
      prepared_{std::move(prepared)},
      patience_{patience},
      handler_{std::move(handler)} {
  engine_.join(*this);
}

RollCall::~RollCall() {
  engine_.leave(*this);
  for (const auto& weak : by_themselves_) {
    if (const auto ask = weak.lock()) engine_.withdraw(ask);
  }
}

void RollCall::ask(const IpAddress& address) {
  if (engine_.knows({address, target_.port})) return ask_by_itself(address, make_get(names_));
  send({address, {}, engine_.fresh_id(), 1});
  arm();
}

void RollCall::send(Outstanding::Asked asked) {
  asked.sent_at = engine_.send({asked.address, target_.port}, *prepared_, asked.id);
  outstanding_.add(asked);
}

void RollCall::ask_by_itself(const IpAddress& address, std::unique_ptr<Task> task) {
  if (by_themselves_.size() >= look_at_) {
    std::erase_if(by_themselves_, [](const auto& ask) { return ask.expired(); });
    look_at_ = 2 * by_themselves_.size() + 1;
  }
  target_.address = address;
  by_themselves_.push_back(
      engine_.ask(target_, patience_, std::move(task),
                  [this, address](Outcome outcome) { handler_(address, std::move(outcome)); }));
}

bool RollCall::take(const io::Endpoint& from, const Envelope& envelope,
                    std::span<const std::uint8_t> bytes) {
  if (envelope.version != target_.credentials.version || from.port != target_.port) return false;
  auto* const asked = outstanding_.find(envelope.id, from.address);
  if (asked == nullptr) return false;
  asked->id = 0;
  auto reply = decode_community(bytes, prepared_.get());
  if (!reply) {
    ++engine_.counted().garbled;
    handler_(from.address, Garbled{std::move(reply.error().message)});
    return true;
  }
  const auto took = engine_.note_heard(from, asked->sent_at, asked->attempt);
  auto task = make_get(names_);
  (void)task->question();
  auto outcome = task->take(std::move(*reply));
  if (!outcome) {
    ask_by_itself(from.address, std::move(task));
    return true;
  }
  if (auto* const answer = std::get_if<Answer>(&*outcome)) {
    answer->round_trip = took;
    answer->attempt = asked->attempt;
  }
  if (std::holds_alternative<Garbled>(*outcome)) ++engine_.counted().garbled;
  handler_(from.address, std::move(*outcome));
  return true;
}

void RollCall::arm() {
  if (timer_.armed() || outstanding_.empty()) return;
  const auto due = outstanding_.first().sent_at + patience_.timeout;
  timer_ = engine_.loop().after(std::max<io::Duration>(due - engine_.loop().now(), kTogether),
                                [this] { on_timer(); });
}

void RollCall::on_timer() {
  timer_.cancel();
  const auto now = engine_.loop().now();
  while (!outstanding_.empty() && outstanding_.first().sent_at + patience_.timeout <= now) {
    on_timeout(outstanding_.take());
  }
  arm();
}

void RollCall::on_timeout(Outstanding::Asked asked) {
  if (asked.id == 0) return;
  if (asked.attempt < patience_.attempts) {
    ++asked.attempt;
    ++engine_.counted().retries;
    return send(asked);
  }
  ++engine_.counted().timeouts;
  handler_(asked.address, Silence{patience_.timeout * asked.attempt});
}

std::unique_ptr<FirstContact> Client::first_contact(const Target& target, std::span<const Oid> oids,
                                                    Patience patience,
                                                    FirstContact::Handler handler) {
  return std::make_unique<OneByOne>(*this, target, oids, patience, std::move(handler));
}

}  // namespace market::snmp
