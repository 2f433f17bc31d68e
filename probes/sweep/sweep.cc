#include "probes/sweep/sweep.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "config/profile/fact.h"
#include "probes/sweep/address_queue.h"
#include "probes/sweep/neighbourhood.h"
#include "probes/sweep/pace.h"
#include "probes/sweep/system_group.h"

namespace market::sweep {
namespace {

using std::chrono::milliseconds;

/// Often enough for 2000 packets per second in bursts of 20.
constexpr milliseconds kTick{10};
constexpr milliseconds kProgressInterval{200};
/// The kernel gives up after three seconds, unless others go on asking for the address.
constexpr std::chrono::seconds kSought{5};
/// Of an address that the kernel found late, or whose packet it refused because its table was full.
constexpr int kAskedAgain = 3;
/// ARP requests, a second apart, before the kernel gives up: each is as good as a round.
constexpr std::size_t kKernelTries = 3;
/// Rows of a fact's column that are looked at: a stack's first rows may be nameless containers.
constexpr std::size_t kFactRows = 16;
/// Of a maker's own tree, where no profile says what is where: scalars come first in most.
constexpr std::size_t kEnterpriseRows = 64;
/// One answer of that many objects fits a datagram.
constexpr std::size_t kRootsPerRequest = 20;

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
  std::vector<snmp::VarBind> bindings;    ///< all it has said
  std::vector<Oid> columns;               ///< still to be walked
  std::optional<std::vector<Oid>> roots;  ///< still to be looked into; nothing = not thought of yet
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
        pace_{options_.packets_per_second, kTick, begun_},
        neighbourhood_{options_.neighbours, options_.on_link, begun_},
        counted_{client.counters()} {
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
    decide();
    while (may_send()) {
      if (!send_next()) break;
    }
    if (is_over()) return finish();
    const std::weak_ptr<int> alive = alive_;
    report_now_and_then();
    if (!alive.expired()) arm(kTick);
  }

  void refill() {
    const auto counters = client_.counters();
    pace_.refill(loop_.now());
    pace_.charge(counters.retries - counted_.retries);
    if (counters.receive_drops > counted_.receive_drops) pace_.slow_down();
    counted_ = counters;
  }

  [[nodiscard]] bool may_send() const {
    const auto most = std::max<std::uint32_t>(options_.outstanding_max, 1);
    return pace_.may_send() && in_flight_.size() < most;
  }

  /// Who answered comes first: fewer half-known devices at any time. False = nothing to send.
  bool send_next() {
    if (!follow_ups_.empty()) {
      pace_.charge(1);
      const auto work = std::move(follow_ups_.front());
      follow_ups_.pop_front();
      work();
      return true;
    }
    const auto address = next_address();
    if (!address) return false;
    pace_.charge(1);
    ask(*address);
    return true;
  }

  /// What is known of those who kept silent while the kernel sought them.
  void decide() {
    if (undecided_.empty() || !look()) return;
    using Standing = Neighbourhood::Standing;
    for (auto& [address, since, sought] : std::exchange(undecided_, {})) {
      const auto standing = neighbourhood_.standing(address);
      const bool patient = loop_.now() - since < kSought;
      // What was sent went out too late, or not at all. One that was sought and is in the table no
      // more has failed.
      const bool lost = standing == Standing::There || (standing == Standing::Unknown && !sought);
      if (standing == Standing::Sought && patient) {
        undecided_.push_back({address, since, true});
      } else if (lost && asked_again_[address]++ < kAskedAgain) {
        current_.push_back(address);
        ++state_.total;
      } else {
        if (standing != Standing::There && standing != Standing::Elsewhere) absent_.insert(address);
        silent_.push_back(address);
      }
    }
  }

  bool look() { return neighbourhood_.look(loop_.now()); }

  /// Of this pass; at its end, and only when all its questions are over, the next pass begins.
  std::optional<IpAddress> next_address() {
    if (options_.credentials.empty()) return std::nullopt;
    if (!neighbourhood_.has_room() && !(look() && neighbourhood_.has_room())) return std::nullopt;
    if (pass_ == 0) {
      if (auto address = fresh_.next()) return address;
    }
    if (!current_.empty()) {
      const auto address = current_.front();
      current_.pop_front();
      return address;
    }
    if (asking_ > 0 || !undecided_.empty() || is_last_pass() || silent_.empty()) {
      return std::nullopt;
    }
    begin_pass();
    return next_address();
  }

  [[nodiscard]] bool is_last_pass() const {
    const auto rounds = std::max<std::size_t>(options_.rounds, 1);
    return pass_ + 1 >= options_.credentials.size() * rounds;
  }

  /// Those who refused these credentials, or any too often, are not asked: they count failures.
  /// Nor are those whom the kernel could not find, in as many rounds as it has tried.
  void begin_pass() {
    ++pass_;
    if (pass_ % (options_.credentials.size() * kKernelTries) == 0) {
      absent_.clear();
      asked_again_.clear();
    }
    std::sort(silent_.begin(), silent_.end());
    const auto may_ask = [this](const IpAddress& address) {
      if (absent_.contains(address)) return false;
      const auto refusals = refusals_.find(address);
      if (refusals == refusals_.end()) return true;
      return refusals->second.size() < options_.refusals_max &&
             !refusals->second.contains(credentials_at(address));
    };
    const auto asked = std::stable_partition(silent_.begin(), silent_.end(), may_ask);
    current_.assign(silent_.begin(), asked);
    silent_.erase(silent_.begin(), asked);
    state_.total += current_.size();
  }

  /// Index of what this pass tries at `address`: what worked there last time comes first.
  [[nodiscard]] std::size_t credentials_at(const IpAddress& address) const {
    const auto turn = pass_ % options_.credentials.size();
    const auto known = options_.remembered.find(address);
    if (known == options_.remembered.end()) return turn;
    const auto& all = options_.credentials;
    const auto worked = std::find_if(all.begin(), all.end(), [&](const snmp::Credentials& one) {
      return one.id == known->second;
    });
    if (worked == all.end()) return turn;
    const auto first = static_cast<std::size_t>(worked - all.begin());
    if (turn == 0) return first;
    return turn <= first ? turn - 1 : turn;
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
    const auto credentials = credentials_at(address);
    using Standing = Neighbourhood::Standing;
    const auto standing = neighbourhood_.standing(address);
    const bool was_there = standing == Standing::There || standing == Standing::Elsewhere;
    neighbourhood_.note_asked(address);
    launch([&](std::uint64_t ticket) {
      return client_.get(target(address, credentials), kSystem, options_.patience,
                         [this, ticket, address, credentials, was_there](snmp::Outcome outcome) {
                           land(ticket);
                           --asking_;
                           ++state_.asked;
                           const bool silent = std::holds_alternative<snmp::Silence>(outcome);
                           if (silent && !was_there) {
                             undecided_.push_back({address, loop_.now(), false});
                             return;
                           }
                           heard(address, credentials, std::move(outcome));
                         });
    });
  }

  void heard(const IpAddress& address, std::size_t credentials, snmp::Outcome outcome) {
    auto* answer = std::get_if<snmp::Answer>(&outcome);
    if (answer == nullptr) {  // silent, or an agent that does not know us: the next credentials
      silent_.push_back(address);
      if (std::holds_alternative<snmp::Refusal>(outcome)) refusals_[address].insert(credentials);
      return;
    }
    ++state_.answered;
    auto visit = std::make_shared<Visit>();
    auto& sighting = visit->sighting;
    sighting.address = address;
    sighting.port = options_.port;
    sighting.credentials = options_.credentials[credentials].id;
    sighting.round_trip = answer->round_trip;
    visit->credentials = credentials;
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
    if (visit->columns.empty()) return look_further(visit);
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

  /// A device that its facts leave undecided is asked what it has: the first object below each of
  /// the roots that tell classes and models apart, and the beginning of its maker's own tree.
  void look_further(const std::shared_ptr<Visit>& visit) {
    if (!visit->roots) {
      visit->roots = telling_roots(profiles_, visit->sighting.sys_object_id, visit->bindings);
      if (!visit->roots->empty()) return begin_of_enterprise(visit);
    }
    if (visit->roots->empty()) return try_default(visit, 0);
    follow_ups_.push_back([this, visit] {
      const auto count = std::min(kRootsPerRequest, visit->roots->size());
      const std::vector<Oid> roots(visit->roots->end() - static_cast<std::ptrdiff_t>(count),
                                   visit->roots->end());
      visit->roots->resize(visit->roots->size() - count);
      launch([&](std::uint64_t ticket) {
        return client_.next(target(visit->sighting.address, visit->credentials), roots,
                            options_.patience, [this, ticket, visit](const snmp::Outcome& outcome) {
                              land(ticket);
                              keep(*visit, outcome);
                              look_further(visit);
                            });
      });
    });
  }

  void begin_of_enterprise(const std::shared_ptr<Visit>& visit) {
    const auto tree = enterprise_of(visit->sighting.sys_object_id);
    if (!tree) return look_further(visit);
    follow_ups_.push_back([this, visit, tree = *tree] {
      launch([&](std::uint64_t ticket) {
        return client_.walk(target(visit->sighting.address, visit->credentials), tree,
                            kEnterpriseRows, options_.patience,
                            [this, ticket, visit](const snmp::Outcome& outcome) {
                              land(ticket);
                              keep(*visit, outcome);
                              look_further(visit);
                            });
      });
    });
  }

  /// Whether the community that is tried `turn`th works, then the next, then the end of the visit.
  void try_default(const std::shared_ptr<Visit>& visit, std::size_t turn) {
    static const std::array<std::string, 2> kDefaults{"public", "private"};
    static const std::array kOne{kSysObjectId};
    if (!options_.test_default_communities || turn == kDefaults.size()) return end(*visit);
    if (turn == 0) visit->sighting.default_communities.emplace();
    const auto& used = options_.credentials[visit->credentials];
    const auto& community = kDefaults[turn];
    if (used.version != snmp::Version::V3 && used.community.reveal() == community) {
      visit->sighting.default_communities->push_back(community);
      return try_default(visit, turn + 1);
    }
    follow_ups_.push_back([this, visit, turn, community] {
      snmp::Target door{visit->sighting.address, options_.port, {}};
      door.credentials.id = "default-" + community;
      door.credentials.community = Secret{community};
      launch([&](std::uint64_t ticket) {
        return client_.get(door, kOne, options_.patience,
                           [this, ticket, visit, turn, community](const snmp::Outcome& outcome) {
                             land(ticket);
                             if (std::holds_alternative<snmp::Answer>(outcome)) {
                               visit->sighting.default_communities->push_back(community);
                             }
                             try_default(visit, turn + 1);
                           });
      });
    });
  }

  void end(Visit& visit) {
    --visiting_;
    visit.sighting.identification = identify(profiles_, visit.bindings);
    result_.sightings.push_back(std::move(visit.sighting));
  }

  [[nodiscard]] bool is_over() const {
    if (asking_ > 0 || visiting_ > 0 || !in_flight_.empty() || !undecided_.empty()) return false;
    if (options_.credentials.empty()) return true;
    return state_.asked == state_.total && (silent_.empty() || is_last_pass());
  }

  void report_now_and_then() {
    if (loop_.now() - last_progress_ < kProgressInterval) return;
    last_progress_ = loop_.now();
    if (!progress_) return;
    estimate();
    const auto progress = progress_;  // may destroy this
    progress(state_);
  }

  void estimate() {
    state_.packets_per_second = pace_.packets_per_second();
    const std::chrono::duration<double> took = loop_.now() - begun_;
    if (state_.asked == 0) return;
    const auto each = took / static_cast<double>(state_.asked);
    state_.remaining = std::chrono::ceil<std::chrono::seconds>(
        each * static_cast<double>(state_.total - state_.asked));
  }

  void finish() {
    std::sort(result_.sightings.begin(), result_.sightings.end(),
              [](const Sighting& a, const Sighting& b) { return a.address < b.address; });
    result_.took = std::chrono::duration_cast<milliseconds>(loop_.now() - begun_);
    estimate();
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
  std::size_t pass_ = 0;           ///< rounds one after another, in each all credentials
  std::deque<IpAddress> current_;  ///< still to be asked in this pass, after those in fresh_
  std::vector<IpAddress> silent_;  ///< of this pass
  /// Kept silent, and may not have been found in time.
  struct Undecided {
    IpAddress address;
    io::TimePoint since;
    bool sought;  ///< by the kernel, when it was looked at last
  };
  std::vector<Undecided> undecided_;
  std::set<IpAddress> absent_;                           ///< in these kKernelTries rounds
  std::map<IpAddress, int> asked_again_;                 ///< how often, in these rounds
  std::map<IpAddress, std::set<std::size_t>> refusals_;  ///< which credentials, by whom
  std::deque<Work> follow_ups_;                          ///< questions to those who answered
  std::size_t asking_ = 0;                               ///< first questions in flight
  std::size_t visiting_ = 0;  ///< devices whose facts are still asked for
  std::map<std::uint64_t, snmp::Request> in_flight_;
  std::vector<snmp::Request> finished_;  ///< whose handlers ran since the last tick
  std::uint64_t next_ticket_ = 0;

  io::TimePoint begun_, last_progress_;
  Pace pace_;
  Neighbourhood neighbourhood_;
  snmp::Client::Counters counted_;  ///< at the last tick
  SweepProgress state_;
  SweepResult result_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  io::Timer timer_;
};

}  // namespace

void look_at_links(netlink::Kernel& kernel, SweepOptions& options) {
  for (const auto& route : kernel.routes().value_or(std::vector<netlink::KernelRoute>{})) {
    const auto prefix = IpPrefix::parse(route.to);
    if (!route.via && prefix && route.link != "lo") options.on_link.push_back(*prefix);
  }
  options.neighbours = [&kernel] {
    return kernel.neighbours().value_or(std::vector<netlink::Neighbour>{});
  };
}

std::unique_ptr<Sweep> start_sweep(io::Loop& loop, snmp::Client& client, const ProfileSet& profiles,
                                   SweepOptions options,
                                   std::function<void(SweepProgress)> progress,
                                   std::function<void(SweepResult)> done) {
  return std::make_unique<SweepRun>(loop, client, profiles, std::move(options), std::move(progress),
                                    std::move(done));
}

}  // namespace market::sweep
