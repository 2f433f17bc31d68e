#include "probes/sweep/sweep.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "probes/sweep/flights.h"
#include "probes/sweep/neighbourhood.h"
#include "probes/sweep/pace.h"
#include "probes/sweep/passes.h"
#include "probes/sweep/system_group.h"
#include "probes/sweep/visits.h"

namespace market::sweep {
namespace {

using std::chrono::milliseconds;

/// Often enough for 2000 packets per second in bursts of 20.
constexpr milliseconds kTick{10};
constexpr milliseconds kProgressInterval{200};
/// The kernel gives up after three seconds, unless others go on asking for the address.
constexpr std::chrono::seconds kSought{5};

/// Asks for the system group of whom Passes names, and hands those who answer to Visits.
class SweepRun final : public Sweep {
 public:
  SweepRun(io::Loop& loop, snmp::Client& client, const ProfileSet& profiles, SweepOptions options,
           std::function<void(SweepProgress)> progress, std::function<void(SweepResult)> done)
      : loop_{loop},
        client_{client},
        options_{std::move(options)},
        progress_{std::move(progress)},
        done_{std::move(done)},
        passes_{options_},
        visits_{client, profiles, options_, flights_,
                [this](Sighting sighting) { result_.sightings.push_back(std::move(sighting)); }},
        begun_{loop.now()},
        last_progress_{begun_},
        pace_{options_.packets_per_second, kTick, begun_},
        neighbourhood_{options_.neighbours, options_.on_link, begun_},
        counted_{client.counters()},
        contacts_(options_.credentials.size()) {
    result_.addresses = passes_.addresses();
    if (!options_.credentials.empty()) state_.total = passes_.addresses();
    arm(io::Duration::zero());
  }

 private:
  void arm(io::Duration delay) {
    timer_ = loop_.after(delay, [this] { tick(); });
  }

  /// The only place that sends and the only one that lets a finished request go.
  void tick() {
    flights_.forget_landed();
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
    return pace_.may_send() && asking_ + flights_.count() < most;
  }

  /// Who answered comes first: fewer half-known devices at any time. False = nothing to send.
  bool send_next() {
    if (!visits_.send_next()) {
      const auto address = next_address();
      if (!address) return false;
      ask(*address);
    }
    pace_.charge(1);
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
      } else if (lost && passes_.ask_again(address)) {
        ++state_.total;
      } else if (standing == Standing::There || standing == Standing::Elsewhere) {
        passes_.note_silent(address);
      } else {
        passes_.note_absent(address);
      }
    }
  }

  bool look() { return neighbourhood_.look(loop_.now()); }

  /// Of this pass; at its end, and only when all its questions are over, the next pass begins.
  std::optional<IpAddress> next_address() {
    if (options_.credentials.empty()) return std::nullopt;
    if (!neighbourhood_.has_room() && !(look() && neighbourhood_.has_room())) return std::nullopt;
    while (auto address = passes_.next()) {
      if (!is_spared(*address)) return address;
      ++state_.asked;
      passes_.note_silent(*address);
      const auto& id = credentials_id(passes_.credentials_at(*address));
      refused_.try_emplace(*address, Refused{*address, id, "refused before, and spared for now"});
    }
    if (asking_ > 0 || !undecided_.empty() || passes_.is_last()) return std::nullopt;
    state_.total += passes_.begin_next();
    return next_address();
  }

  [[nodiscard]] const std::string& credentials_id(std::size_t index) const {
    return options_.credentials[index].id;
  }

  /// It has refused these credentials too often, before this sweep.
  [[nodiscard]] bool is_spared(const IpAddress& address) const {
    if (!options_.refusals) return false;
    const auto& id = credentials_id(passes_.credentials_at(address));
    return options_.refusals->pause(address, id, loop_.now()) > io::Duration::zero();
  }

  void ask(const IpAddress& address) {
    ++asking_;
    using Standing = Neighbourhood::Standing;
    const auto standing = neighbourhood_.standing(address);
    const bool is_there = standing == Standing::There || standing == Standing::Elsewhere;
    if (!is_there) {
      sought_.insert(address);
      neighbourhood_.note_asked(address);
    }
    contact(passes_.credentials_at(address)).ask(address);
  }

  snmp::FirstContact& contact(std::size_t credentials) {
    static const std::array kSystem{kSysDescr, kSysObjectId, kSysName, kSysLocation};
    auto& contact = contacts_[credentials];
    if (!contact) {
      const snmp::Target target{
          IpAddress::v4(0), options_.port, options_.credentials[credentials], {}};
      contact = client_.first_contact(
          target, kSystem, options_.patience,
          [this, credentials](const IpAddress& address, snmp::Outcome outcome) {
            --asking_;
            ++state_.asked;
            const bool was_sought = sought_.erase(address) > 0;
            if (was_sought && std::holds_alternative<snmp::Silence>(outcome)) {
              undecided_.push_back({address, loop_.now(), false});
            } else {
              heard(address, credentials, std::move(outcome));
            }
          });
    }
    return *contact;
  }

  /// Silent, or an agent that does not know us: the next credentials.
  void heard(const IpAddress& address, std::size_t credentials, snmp::Outcome outcome) {
    if (auto* answer = std::get_if<snmp::Answer>(&outcome)) {
      ++state_.answered;
      refused_.erase(address);
      if (options_.refusals) options_.refusals->forget(address, credentials_id(credentials));
      visits_.begin(address, credentials, std::move(*answer));
    } else if (const auto* refusal = std::get_if<snmp::Refusal>(&outcome)) {
      passes_.note_refused(address, credentials);
      if (refusal->status != snmp::ErrorStatus::AuthorizationError) return;  // it is busy, say
      const auto& id = credentials_id(credentials);
      refused_.insert_or_assign(address, Refused{address, id, snmp::describe(outcome)});
      if (options_.refusals) options_.refusals->note(address, id, loop_.now());
    } else {
      passes_.note_silent(address);
    }
  }

  [[nodiscard]] bool is_over() const {
    const bool waits = asking_ > 0 || visits_.under_way() > 0 || flights_.count() > 0;
    if (waits || !undecided_.empty()) return false;
    if (options_.credentials.empty()) return true;
    return state_.asked == state_.total && passes_.is_last();
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
    for (auto& [address, refused] : refused_) result_.refused.push_back(std::move(refused));
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
  SweepOptions options_;
  std::function<void(SweepProgress)> progress_;
  std::function<void(SweepResult)> done_;

  Passes passes_;
  /// Kept silent, and may not have been found in time.
  struct Undecided {
    IpAddress address;
    io::TimePoint since;
    bool sought;  ///< by the kernel, when it was looked at last
  };
  std::vector<Undecided> undecided_;
  std::size_t asking_ = 0;      ///< first questions in flight
  std::set<IpAddress> sought_;  ///< of these, whom the kernel had not found when they were asked
  std::map<IpAddress, Refused> refused_;  ///< who has answered to nothing yet
  Visits visits_;
  Flights flights_;  // dies before those whom its handlers call

  io::TimePoint begun_, last_progress_;
  Pace pace_;
  Neighbourhood neighbourhood_;
  snmp::Client::Counters counted_;  ///< at the last tick
  /// By credentials, made when they are first used; they die before those whom they call.
  std::vector<std::unique_ptr<snmp::FirstContact>> contacts_;
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
