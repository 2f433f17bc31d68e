// Who answered is asked what it is, one question after another:
//
//   begin -> facts -> columns -> decided? --no--> its maker's tree -> telling roots -.
//                                   '-------- yes --------> default communities? <---'-> ended
//
// Nothing is sent before send_next(): the sweep keeps the pace.
//
// Threads:  the loop's. Errors: none; what a device does not tell stays empty.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "probes/sweep/flights.h"
#include "probes/sweep/sweep.h"

namespace market::sweep {

class Visits {
 public:
  using Ended = std::function<void(Sighting)>;

  /// All of the arguments by reference must outlive this.
  Visits(snmp::Client& client, const ProfileSet& profiles, const SweepOptions& options,
         Flights& flights, Ended ended)
      : client_{client},
        profiles_{profiles},
        options_{options},
        flights_{flights},
        ended_{std::move(ended)} {}

  /// `answer` is what `address` said to `credentials`, an index of the options'.
  void begin(const IpAddress& address, std::size_t credentials, snmp::Answer answer);
  /// One question; false = there is none at present.
  bool send_next();
  /// Begun and not ended.
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

 private:
  struct Visit;
  using Shared = std::shared_ptr<Visit>;
  using Then = void (Visits::*)(const Shared&);

  [[nodiscard]] const std::vector<Oid>& facts_of(const Sighting& sighting);
  void ask_facts(const Shared& visit);
  void ask_columns(const Shared& visit);
  void walk_columns(const Shared& visit, const std::vector<Oid>& columns);
  void end_columns(const Shared& visit);
  void ask_enterprise(const Shared& visit);
  void ask_roots(const Shared& visit);
  void send_roots(const Shared& visit);
  void try_default(const Shared& visit, std::size_t turn);
  void end(Visit& visit);

  [[nodiscard]] snmp::Target target(const Visit& visit) const;
  /// A handler that keeps what was said and goes on with `then`.
  [[nodiscard]] snmp::Handler keeping(Flights::Ticket ticket, const Shared& visit, Then then);

  snmp::Client& client_;
  const ProfileSet& profiles_;
  const SweepOptions& options_;
  Flights& flights_;
  Ended ended_;
  std::map<const Profile*, std::vector<Oid>> facts_;  ///< to be asked for, by what matched
  std::deque<std::function<void()>> questions_;       ///< that may be sent now
  std::size_t under_way_ = 0;
};

}  // namespace market::sweep
