#include "daemon/schedule/poller.h"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/schedule/wireless_poll.h"

namespace market::schedule {
namespace {

const Oid kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};
const Oid kEngineId{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0};
const Oid kIfAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
const Oid kIfOperStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 8};
const Oid kIfInErrors{1, 3, 6, 1, 2, 1, 2, 2, 1, 14};
const Oid kIfOutErrors{1, 3, 6, 1, 2, 1, 2, 2, 1, 20};
const Oid kIfName{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
const Oid kIfHcInOctets{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6};
const Oid kIfHcOutOctets{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10};
const Oid kIfAlias{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18};
const Oid kBasePortIfIndex{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2};
const Oid kDot1qPvid{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1};
const Oid kDot1qTpFdbPort{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2};

/// A table of more rows than this is cut off: no market switch learns more.
constexpr std::size_t kMaxRows = 4096;

using Rows = std::map<Oid, snmp::Value>;  // index -> value

bool has_ports(const Profile& profile) { return profile.attributes.contains("port.pvid"); }

/// What the profile calls `name`, or nothing.
const Attribute* attribute(const Profile& profile, const std::string& name) {
  const auto found = profile.attributes.find(name);
  return found == profile.attributes.end() ? nullptr : &found->second;
}

std::optional<Oid> serial_oid(const Profile* profile) {
  if (profile == nullptr) return std::nullopt;
  const auto rules = profile->facts.find("serial");
  if (rules == profile->facts.end() || rules->second.empty()) return std::nullopt;
  return rules->second.front().oid;
}

/// Every binding of every answer that lies below `column`.
Rows rows_below(const Oid& column, const std::vector<std::vector<snmp::VarBind>>& answers) {
  Rows rows;
  for (const auto& answer : answers) {
    for (const auto& [oid, value] : answer) {
      if (oid.size() > column.size() && oid.starts_with(column) && exists(value)) {
        rows.emplace(oid.after(column), value);
      }
    }
  }
  return rows;
}

std::uint64_t counter(const Rows& rows, const Oid& index) {
  const auto row = rows.find(index);
  if (row == rows.end()) return 0;
  return static_cast<std::uint64_t>(snmp::as_number(row->second).value_or(0));
}

std::string text(const Rows& rows, const Oid& index) {
  const auto row = rows.find(index);
  if (row == rows.end()) return {};
  const auto* octets = snmp::as_octets(row->second);
  return octets != nullptr ? *octets : snmp::to_string(row->second);
}

void decode_scalars(const Profile* profile, const std::vector<snmp::VarBind>& bindings,
                    PollResult& result) {
  const auto serial = serial_oid(profile);
  for (const auto& [oid, value] : bindings) {
    if (!exists(value)) continue;
    const auto* octets = snmp::as_octets(value);
    if (oid == kSysUpTime) {
      if (const auto ticks = snmp::as_number(value)) {
        result.uptime_ticks = static_cast<std::uint32_t>(*ticks);
      }
    } else if (octets == nullptr) {
      continue;
    } else if (oid == kSysName) {
      result.sys_name = *octets;
    } else if (oid == kEngineId) {
      for (const char c : *octets) {
        result.engine_id += fmt::format("{:02x}", static_cast<unsigned char>(c));
      }
    } else if (serial && oid == *serial) {
      result.serial = *octets;
    }
  }
}

void decode_ports(const std::vector<std::vector<snmp::VarBind>>& answers, PollResult& result) {
  const Rows names = rows_below(kIfName, answers);
  const Rows aliases = rows_below(kIfAlias, answers);
  const Rows admin = rows_below(kIfAdminStatus, answers);
  const Rows oper = rows_below(kIfOperStatus, answers);
  const Rows in = rows_below(kIfHcInOctets, answers);
  const Rows out = rows_below(kIfHcOutOctets, answers);
  const Rows in_errors = rows_below(kIfInErrors, answers);
  const Rows out_errors = rows_below(kIfOutErrors, answers);
  result.ports.reserve(names.size());  // a snapshot keeps them
  for (const auto& [index, name] : names) {
    result.ports.push_back({.name = text(names, index),
                            .alias = text(aliases, index),
                            .admin_up = counter(admin, index) == 1,
                            .oper_up = counter(oper, index) == 1,
                            .in_octets = counter(in, index),
                            .out_octets = counter(out, index),
                            .in_errors = counter(in_errors, index),
                            .out_errors = counter(out_errors, index)});
  }
}

/// dot1dBasePort -> port name.
std::map<std::int64_t, std::string> base_port_names(
    const std::vector<std::vector<snmp::VarBind>>& answers) {
  const Rows names = rows_below(kIfName, answers);
  std::map<std::int64_t, std::string> ports;
  for (const auto& [base_port, if_index] : rows_below(kBasePortIfIndex, answers)) {
    const auto number = snmp::as_number(if_index);
    if (!number || base_port.size() != 1) continue;
    const auto name = text(names, Oid{static_cast<std::uint32_t>(*number)});
    if (!name.empty()) ports.emplace(base_port.back(), name);
  }
  return ports;
}

void decode_bridge(const std::vector<std::vector<snmp::VarBind>>& answers, PollResult& result) {
  const auto ports = base_port_names(answers);
  for (const auto& [base_port, pvid] : rows_below(kDot1qPvid, answers)) {
    const auto port = ports.find(base_port.back());
    const auto number = snmp::as_number(pvid);
    if (port != ports.end() && number) result.pvids[port->second] = *number;
  }
  // Index: dot1qFdbId, then the six octets of the MAC.
  for (const auto& [index, base_port] : rows_below(kDot1qTpFdbPort, answers)) {
    const auto number = snmp::as_number(base_port);
    if (!number || index.size() != 1 + MacAddress::kOctets) continue;
    std::array<std::uint8_t, MacAddress::kOctets> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i) {
      octets[i] = static_cast<std::uint8_t>(index[i + 1]);
    }
    const auto port = ports.find(*number);
    if (port != ports.end()) result.forwarding.emplace(*MacAddress::from(octets), port->second);
  }
}

void decode_radios(const Profile& profile, const std::vector<std::vector<snmp::VarBind>>& answers,
                   PollResult& result) {
  const auto index = profile.indexes.find("radio");
  if (index == profile.indexes.end()) return;
  const auto column = [&](const std::string& name) {
    const auto* known = attribute(profile, name);
    return known == nullptr ? Rows{} : rows_below(known->oid, answers);
  };
  const Rows channels = column("radio.channel");
  const Rows powers = column("radio.tx-power");
  const Rows stations = column("radio.stations");
  for (const auto& [row, band] : rows_below(index->second.table, answers)) {
    const auto value = [&row = row](const Rows& rows) -> std::optional<std::int64_t> {
      const auto found = rows.find(row);
      return found == rows.end() ? std::nullopt : snmp::as_number(found->second);
    };
    health::RadioSample radio{.band = snmp::to_string(band),
                              .channel = value(channels),
                              .tx_power_centidbm = value(powers),
                              .stations = value(stations)};
    const auto number = snmp::as_number(band);
    for (const auto& [word, wire] : index->second.keys) {
      if (number && wire == *number) radio.band = word;
    }
    if (radio.tx_power_centidbm) {
      *radio.tx_power_centidbm *= attribute(profile, "radio.tx-power")->scale;
    }
    result.radios.push_back(std::move(radio));
  }
}

}  // namespace

PollSpec poll_spec(const Profile* profile) {
  Ask scalars{.get = {kSysUpTime, kSysName, kEngineId}, .walk = {}};
  if (const auto serial = serial_oid(profile)) scalars.get.push_back(*serial);
  PollSpec spec{std::move(scalars)};
  if (profile == nullptr) return spec;
  if (has_ports(*profile)) {
    // One row a port in each; the FDB has rows of its own.
    spec.push_back({.get = {},
                    .walk = {kIfName, kIfAlias, kIfAdminStatus, kIfOperStatus, kIfHcInOctets,
                             kIfHcOutOctets, kIfInErrors, kIfOutErrors}});
    spec.push_back({.get = {}, .walk = {kBasePortIfIndex, kDot1qPvid}});
    spec.push_back({.get = {}, .walk = {kDot1qTpFdbPort}});
  }
  if (const auto radio = profile->indexes.find("radio"); radio != profile->indexes.end()) {
    Ask radios{.get = {}, .walk = {radio->second.table}};
    for (const auto* name : {"radio.channel", "radio.tx-power", "radio.stations"}) {
      if (const auto* known = attribute(*profile, name)) {
        radios.walk.push_back(known->oid);
      }
    }
    spec.push_back(std::move(radios));
  }
  return spec;
}

PollResult decode(const Profile* profile, const PollSpec& spec,
                  const std::vector<std::vector<snmp::VarBind>>& answers) {
  PollResult result;
  result.replied = !answers.empty();
  if (!result.replied) return result;
  decode_scalars(profile, answers.front(), result);
  if (profile == nullptr || answers.size() < spec.size()) return result;
  if (has_ports(*profile)) {
    decode_ports(answers, result);
    decode_bridge(answers, result);
  }
  decode_radios(*profile, answers, result);
  return result;
}

class Poller::Poll {
 public:
  Poll(Poller& poller, std::string id, snmp::Target target, const Profile* profile,
       snmp::Patience patience, Handler handler)
      : poller_{poller},
        id_{std::move(id)},
        target_{std::move(target)},
        profile_{profile},
        patience_{patience},
        handler_{std::move(handler)},
        spec_{poll_spec(profile)} {
    if (poller_.wireless_maps_ != nullptr && may_have_radios(profile_)) {
      for (const auto& oid : identity_oids()) spec_.front().get.push_back(oid);
    }
  }

  void ask_next() {
    const auto& ask = spec_[answers_.size()];
    auto handler = [this](snmp::Outcome outcome) { on_outcome(std::move(outcome)); };
    if (ask.get.empty()) {
      request_.emplace(
          poller_.client_.walk_table(target_, ask.walk, kMaxRows, patience_, std::move(handler)));
    } else {
      request_.emplace(poller_.client_.get(target_, ask.get, patience_, std::move(handler)));
    }
  }

 private:
  void on_outcome(snmp::Outcome outcome) {
    auto* answer = std::get_if<snmp::Answer>(&outcome);
    if (answer == nullptr) {
      const bool only_wireless = map_ != nullptr && answers_.size() >= base_;
      map_ = nullptr;
      const auto* refusal = std::get_if<snmp::Refusal>(&outcome);
      refused_ = answers_.empty() && refusal != nullptr &&
                 refusal->status == snmp::ErrorStatus::AuthorizationError;
      return finish(only_wireless ? std::string{} : describe(outcome));
    }
    if (answers_.empty()) round_trip_ = answer->round_trip;
    answers_.push_back(std::move(answer->bindings));
    if (answers_.size() == 1) ask_wireless();
    if (answers_.size() == spec_.size()) return finish({});
    ask_next();
  }

  /// Adds the columns of the map that fits what the first answer says.
  void ask_wireless() {
    base_ = spec_.size();
    if (poller_.wireless_maps_ == nullptr || !may_have_radios(profile_)) return;
    map_ = map_for(*poller_.wireless_maps_, profile_, answers_.front());
    if (map_ == nullptr) return;
    // All scalars in one question, and the columns of a table side by side.
    Ask scalars;
    std::map<Oid, Ask> tables;  // by the table's entry
    for (auto& column : map_->columns()) {
      if (column.back() == 0) {
        scalars.get.push_back(std::move(column));
        continue;
      }
      const Oid entry{column.arcs().begin(), column.arcs().end() - 1};
      tables[entry].walk.push_back(std::move(column));
    }
    if (!scalars.get.empty()) spec_.push_back(std::move(scalars));
    for (auto& [entry, ask] : tables) spec_.push_back(std::move(ask));
  }

  /// Ends the poll; this object is gone when the handler runs.
  void finish(std::string failure) {
    if (answers_.size() >= base_) spec_.resize(base_);  // decode() knows the base alone
    auto result = decode(profile_, spec_, answers_);
    if (map_ != nullptr && failure.empty()) {
      tell_wireless(*map_, {answers_.begin() + static_cast<std::ptrdiff_t>(base_), answers_.end()},
                    poller_.client_key_, result);
    }
    result.failure = std::move(failure);
    result.refused = refused_;
    result.round_trip = round_trip_;
    auto handler = std::move(handler_);
    auto self = poller_.polls_.extract(id_);
    handler(std::move(result));
  }

  Poller& poller_;
  std::string id_;
  snmp::Target target_;
  const Profile* profile_;
  snmp::Patience patience_;
  Handler handler_;
  PollSpec spec_;
  bool refused_ = false;
  std::size_t base_ = 0;              ///< questions that every device of the profile is asked
  const WirelessMap* map_ = nullptr;  ///< whose columns follow them
  std::vector<std::vector<snmp::VarBind>> answers_;
  std::chrono::microseconds round_trip_{};
  std::optional<snmp::Request> request_;
};

Poller::Poller(snmp::Client& client) : client_{client} {}
Poller::~Poller() = default;

void Poller::read_wireless(const ProfileSet* profiles, std::string client_key) {
  wireless_maps_ = profiles;
  client_key_ = std::move(client_key);
}

void Poller::poll(const std::string& id, const snmp::Target& target, const Profile* profile,
                  snmp::Patience patience, Handler handler) {
  auto [place, fresh] = polls_.try_emplace(id);
  if (!fresh) return;
  place->second = std::make_unique<Poll>(*this, id, target, profile, patience, std::move(handler));
  place->second->ask_next();
}

std::size_t Poller::under_way() const { return polls_.size(); }
void Poller::cancel_all() { polls_.clear(); }

}  // namespace market::schedule
