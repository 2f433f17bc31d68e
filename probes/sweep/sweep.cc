#include "probes/sweep/sweep.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "config/profile/fact.h"
#include "probes/sweep/address_queue.h"
#include "probes/sweep/system_group.h"

namespace market::sweep {
namespace {

using std::chrono::milliseconds;

/// Often enough for 2000 packets per second in bursts of 20.
constexpr milliseconds kTick{10};
constexpr milliseconds kProgressInterval{200};
/// Rows of a fact's column that are looked at: a stack's first rows may be nameless containers.
constexpr std::size_t kFactRows = 16;

/// The first value of `bindings` at `oid`, or null.
const snmp::Value* value_at(const std::vector<snmp::VarBind>& bindings, const Oid& oid) {
  for (const auto& binding : bindings) {
    if (binding.oid == oid && snmp::exists(binding.value)) return &binding.value;
  }
  return nullptr;
}

std::string text_at(const std::vector<snmp::VarBind>& bindings, const Oid& oid) {
  const auto* value = value_at(bindings, oid);
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  return octets == nullptr ? std::string{} : clean_text(*octets);
}

Oid oid_at(const std::vector<snmp::VarBind>& bindings, const Oid& oid) {
  const auto* value = value_at(bindings, oid);
  const auto* found = value == nullptr ? nullptr : std::get_if<Oid>(value);
  return found == nullptr ? Oid{} : *found;
}

/// An address that answered, while its facts are asked for.
struct Visit {
  Sighting sighting;
  std::size_t credentials = 0;
  std::vector<snmp::VarBind> bindings;  ///< all it has said
  std::vector<Oid> columns;             ///< still to be walked
};

/// pass 0 -> address silent? -> pass 1 -> ... ;  answered -> facts -> columns -> done
class SweepRun final : public Sweep {
 public:
  SweepRun(io::Loop& loop, snmp::Client& client, const ProfileSet& profiles, SweepOptions options,
           std::function<void(SweepProgress)> progress, std::function<void(SweepResult)> done)
      : loop_{loop},
        client_{client},
        profiles_{profiles},
        options_{std::move(options)},
        progress_{std::move(progress)},
        done_{std::move(done)},
        fresh_{options_.ranges},
        begun_{loop.now()},
        last_progress_{begun_},
        last_tick_{begun_} {
    result_.addresses = fresh_.count();
    if (!options_.credentials.empty()) state_.total = fresh_.count();
    arm(io::Duration::zero());
  }

 private:
  using Work = std::function<void()>;

  void arm(io::Duration delay) {
    timer_ = loop_.after(delay, [this] { tick(); });
  }

  /// The only place that sends and the only one that lets a finished request go.
  void tick() {
    finished_.clear();
    refill();
    while (may_send()) {
      if (!send_next()) break;
    }
    if (is_over()) return finish();
    const std::weak_ptr<int> alive = alive_;
    report_now_and_then();
    if (!alive.expired()) arm(kTick);
  }

  void refill() {
    const auto now = loop_.now();
    const double seconds = std::chrono::duration<double>(now - last_tick_).count();
    last_tick_ = now;
    const double rate = std::max<std::uint32_t>(options_.packets_per_second, 1);
    // At most one burst is saved up; at least one question must fit into it.
    const double burst = std::max(rate * std::chrono::duration<double>(kTick).count(), cost());
    if (now == begun_) budget_ = burst;
    budget_ = std::min(budget_ + rate * seconds, burst);
  }

  /// Packets of a question that nobody answers.
  [[nodiscard]] double cost() const { return std::max(options_.patience.attempts, 1); }

  [[nodiscard]] bool may_send() const {
    const auto most = std::max<std::uint32_t>(options_.outstanding_max, 1);
    return budget_ >= (follow_ups_.empty() ? cost() : 1.0) && in_flight_.size() < most;
  }

  /// Who answered comes first: fewer half-known devices at any time. False = nothing to send.
  bool send_next() {
    if (!follow_ups_.empty()) {
      budget_ -= 1;
      const auto work = std::move(follow_ups_.front());
      follow_ups_.pop_front();
      work();
      return true;
    }
    const auto address = next_address();
    if (!address) return false;
    budget_ -= cost();
    ask(*address);
    return true;
  }

  /// Of this pass; at its end, and only when all its questions are over, the next pass begins.
  std::optional<IpAddress> next_address() {
    if (options_.credentials.empty()) return std::nullopt;
    if (pass_ == 0) {
      if (auto address = fresh_.next()) return address;
    } else if (!current_.empty()) {
      const auto address = current_.front();
      current_.pop_front();
      return address;
    }
    const bool last = pass_ + 1 >= options_.credentials.size();
    if (asking_ > 0 || last || silent_.empty()) return std::nullopt;
    ++pass_;
    std::sort(silent_.begin(), silent_.end());
    current_.assign(silent_.begin(), silent_.end());
    silent_.clear();
    state_.total += current_.size();
    return next_address();
  }

  [[nodiscard]] snmp::Target target(const IpAddress& address, std::size_t credentials) const {
    return {address, options_.port, options_.credentials[credentials]};
  }

  /// Keeps `request` until its handler has run; a handler gets its ticket.
  template <class Send>
  void launch(Send send) {
    const auto ticket = next_ticket_++;
    in_flight_.emplace(ticket, send(ticket));
  }

  void land(std::uint64_t ticket) {
    auto node = in_flight_.extract(ticket);
    if (!node.empty()) finished_.push_back(std::move(node.mapped()));
  }

  void ask(const IpAddress& address) {
    static const std::array kSystem{kSysDescr, kSysObjectId, kSysName, kSysLocation};
    ++asking_;
    launch([&](std::uint64_t ticket) {
      return client_.get(target(address, pass_), kSystem, options_.patience,
                         [this, ticket, address, pass = pass_](snmp::Outcome outcome) {
                           land(ticket);
                           --asking_;
                           ++state_.asked;
                           heard(address, pass, std::move(outcome));
                         });
    });
  }

  void heard(const IpAddress& address, std::size_t pass, snmp::Outcome outcome) {
    auto* answer = std::get_if<snmp::Answer>(&outcome);
    if (answer == nullptr) {  // silent, or an agent that does not know us: the next credentials
      silent_.push_back(address);
      return;
    }
    ++state_.answered;
    auto visit = std::make_shared<Visit>();
    auto& sighting = visit->sighting;
    sighting.address = address;
    sighting.port = options_.port;
    sighting.credentials = options_.credentials[pass].id;
    sighting.round_trip = answer->round_trip;
    visit->credentials = pass;
    visit->bindings = std::move(answer->bindings);
    sighting.sys_descr = text_at(visit->bindings, kSysDescr);
    sighting.sys_name = text_at(visit->bindings, kSysName);
    sighting.sys_location = text_at(visit->bindings, kSysLocation);
    sighting.sys_object_id = oid_at(visit->bindings, kSysObjectId);
    ++visiting_;
    follow_ups_.push_back([this, visit] { ask_facts(visit); });
  }

  void ask_facts(const std::shared_ptr<Visit>& visit) {
    auto oids = fact_oids(profiles_, visit->sighting.sys_object_id, visit->sighting.sys_descr);
    for (const auto& oid : oids) {
      if (oid.back() != 0) visit->columns.push_back(oid);
    }
    oids.push_back(kEngineId);
    launch([&](std::uint64_t ticket) {
      return client_.get(target(visit->sighting.address, visit->credentials), oids,
                         options_.patience, [this, ticket, visit](const snmp::Outcome& outcome) {
                           land(ticket);
                           keep(*visit, outcome);
                           next_column(visit);
                         });
    });
  }

  static void keep(Visit& visit, const snmp::Outcome& outcome) {
    const auto* answer = std::get_if<snmp::Answer>(&outcome);
    if (answer == nullptr) return;  // a fact that is not told
    visit.bindings.insert(visit.bindings.end(), answer->bindings.begin(), answer->bindings.end());
  }

  /// The next column that was no instance by itself, or the end of the visit.
  void next_column(const std::shared_ptr<Visit>& visit) {
    std::erase_if(visit->columns,
                  [&](const Oid& oid) { return value_at(visit->bindings, oid) != nullptr; });
    if (visit->columns.empty()) return end(*visit);
    auto column = std::move(visit->columns.back());
    visit->columns.pop_back();
    follow_ups_.push_back([this, visit, column] { walk_column(visit, column); });
  }

  void walk_column(const std::shared_ptr<Visit>& visit, const Oid& column) {
    launch([&](std::uint64_t ticket) {
      return client_.walk(target(visit->sighting.address, visit->credentials), column, kFactRows,
                          options_.patience, [this, ticket, visit](const snmp::Outcome& outcome) {
                            land(ticket);
                            keep(*visit, outcome);
                            next_column(visit);
                          });
    });
  }

  void end(Visit& visit) {
    --visiting_;
    visit.sighting.identification = identify(profiles_, visit.bindings);
    result_.sightings.push_back(std::move(visit.sighting));
  }

  [[nodiscard]] bool is_over() const {
    if (asking_ > 0 || visiting_ > 0 || !in_flight_.empty()) return false;
    if (options_.credentials.empty()) return true;
    return state_.asked == state_.total &&
           (silent_.empty() || pass_ + 1 >= options_.credentials.size());
  }

  void report_now_and_then() {
    if (loop_.now() - last_progress_ < kProgressInterval) return;
    last_progress_ = loop_.now();
    if (!progress_) return;
    const auto progress = progress_;  // may destroy this
    progress(state_);
  }

  void finish() {
    std::sort(result_.sightings.begin(), result_.sightings.end(),
              [](const Sighting& a, const Sighting& b) { return a.address < b.address; });
    result_.took = std::chrono::duration_cast<milliseconds>(loop_.now() - begun_);
    const std::weak_ptr<int> alive = alive_;
    const auto progress = std::move(progress_);
    const auto done = std::move(done_);
    auto result = std::move(result_);
    if (progress) progress(state_);
    if (!alive.expired() && done) done(std::move(result));
  }

  io::Loop& loop_;
  snmp::Client& client_;
  const ProfileSet& profiles_;
  SweepOptions options_;
  std::function<void(SweepProgress)> progress_;
  std::function<void(SweepResult)> done_;

  AddressQueue fresh_;             ///< pass 0
  std::size_t pass_ = 0;           ///< index into options_.credentials
  std::deque<IpAddress> current_;  ///< later passes: still to be asked
  std::vector<IpAddress> silent_;  ///< of this pass
  std::deque<Work> follow_ups_;    ///< questions to those who answered
  std::size_t asking_ = 0;         ///< first questions in flight
  std::size_t visiting_ = 0;       ///< devices whose facts are still asked for
  std::map<std::uint64_t, snmp::Request> in_flight_;
  std::vector<snmp::Request> finished_;  ///< whose handlers ran since the last tick
  std::uint64_t next_ticket_ = 0;

  io::TimePoint begun_, last_progress_, last_tick_;
  double budget_ = 0;  ///< packets
  SweepProgress state_;
  SweepResult result_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  io::Timer timer_;
};

}  // namespace

std::unique_ptr<Sweep> start_sweep(io::Loop& loop, snmp::Client& client, const ProfileSet& profiles,
                                   SweepOptions options,
                                   std::function<void(SweepProgress)> progress,
                                   std::function<void(SweepResult)> done) {
  return std::make_unique<SweepRun>(loop, client, profiles, std::move(options), std::move(progress),
                                    std::move(done));
}

}  // namespace market::sweep
