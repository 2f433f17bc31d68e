#include "probes/survey/start.h"

#include <optional>
#include <utility>

#include "probes/survey/questions.h"
#include "probes/survey/survey_of.h"

namespace market::survey {
namespace {

constexpr int kSilencesBeforeGivingUp = 2;

class Asking final : public Run {
 public:
  Asking(snmp::Client& client, snmp::Target target, SurveyOptions options, Done done)
      : client_{client},
        device_{std::move(target)},
        options_{options},
        done_{std::move(done)},
        target_{device_} {}

  void begin() {
    request_.emplace(client_.get(target_, scalars(), options_.patience,
                                 [this](const snmp::Outcome& outcome) { take_scalars(outcome); }));
  }

 private:
  void take_scalars(const snmp::Outcome& outcome) {
    if (const auto* answer = std::get_if<snmp::Answer>(&outcome)) {
      for (const auto& binding : answer->bindings) read_[binding.oid] = {binding};
    } else {
      note("the device", outcome);
      // Each further question would be one more failure that it counts.
      const auto* refusal = std::get_if<snmp::Refusal>(&outcome);
      if (refusal != nullptr && refusal->status == snmp::ErrorStatus::AuthorizationError) {
        return end();
      }
    }
    ask_next();
  }

  /// The next question worth asking, of the device or of the VLAN under way; else the next VLAN;
  /// else the end.
  void ask_next() {
    if (silences_ >= kSilencesBeforeGivingUp) return end();
    const auto& list = in_context() ? context_questions() : questions();
    while (next_ < list.size()) {
      const auto& question = list[next_++];
      if (question.wanted == nullptr || question.wanted(read_)) return ask(question);
    }
    if (in_context()) {
      keep_context();
    } else {
      begin_contexts();
    }
  }

  void ask(const Question& question) {
    // One row more than wanted tells that there are more.
    request_.emplace(client_.walk(
        target_, question.column, options_.max_rows + 1, options_.patience,
        [this, &question](snmp::Outcome outcome) { take(question, std::move(outcome)); }));
  }

  void take(const Question& question, snmp::Outcome outcome) {
    auto* answer = std::get_if<snmp::Answer>(&outcome);
    if (answer == nullptr) {
      note(question.table, outcome);
      if (std::holds_alternative<snmp::Silence>(outcome)) leave_table(question.table);
      if (std::holds_alternative<snmp::Refusal>(outcome) && in_context()) leave_contexts();
      return ask_next();
    }
    silences_ = 0;
    auto rows = std::move(answer->bindings);
    if (rows.size() > options_.max_rows) {
      rows.resize(options_.max_rows);
      gaps_.push_back(where() + question.table + ": more than " +
                      std::to_string(options_.max_rows) + " rows, the rest was not read");
    }
    read_[question.column] = std::move(rows);
    ask_next();
  }

  /// What fell silent in one column will not speak in the next.
  void leave_table(const std::string& table) {
    const auto& list = in_context() ? context_questions() : questions();
    while (next_ < list.size() && list[next_].table == table) ++next_;
  }

  /// An agent that refuses one context has not been given any (Cisco: snmp-server context).
  void leave_contexts() {
    next_ = context_questions().size();
    vlans_.erase(vlans_.begin() + static_cast<std::ptrdiff_t>(vlan_ + 1), vlans_.end());
  }

  void note(const std::string& table, const snmp::Outcome& outcome) {
    gaps_.push_back(where() + table + ": " + snmp::describe(outcome));
    if (std::holds_alternative<snmp::Silence>(outcome)) ++silences_;
  }

  [[nodiscard]] bool in_context() const { return vlan_ < vlans_.size(); }
  [[nodiscard]] std::string where() const {
    return in_context() ? "VLAN " + std::to_string(vlans_[vlan_].number()) + ": " : std::string{};
  }

  void begin_contexts() {
    device_rows_ = std::exchange(read_, {});
    if (device_.credentials.version != snmp::Version::V1) vlans_ = vlans_to_ask(device_rows_);
    if (vlans_.size() > options_.max_contexts) {
      gaps_.push_back("bridge: " + std::to_string(vlans_.size()) + " VLANs, only " +
                      std::to_string(options_.max_contexts) + " were asked");
      vlans_.erase(vlans_.begin() + static_cast<std::ptrdiff_t>(options_.max_contexts),
                   vlans_.end());
    }
    enter_context();
  }

  void enter_context() {
    if (!in_context()) return end();
    next_ = 0;
    target_ = device_;
    const auto number = std::to_string(vlans_[vlan_].number());
    if (target_.credentials.version == snmp::Version::V3) {
      target_.context = "vlan-" + number;
    } else {
      target_.credentials.community = Secret{device_.credentials.community.reveal() + "@" + number};
    }
    ask_next();
  }

  void keep_context() {
    contexts_.push_back({vlans_[vlan_], flat(std::exchange(read_, {}))});
    ++vlan_;
    enter_context();
  }

  static std::vector<snmp::VarBind> flat(Columns columns) {
    std::vector<snmp::VarBind> rows;
    for (auto& [column, some] : columns) {
      rows.insert(rows.end(), std::make_move_iterator(some.begin()),
                  std::make_move_iterator(some.end()));
    }
    return rows;
  }

  void end() {
    if (silences_ >= kSilencesBeforeGivingUp) {
      gaps_.emplace_back("the device fell silent: the rest was not asked");
    }
    if (in_context()) {
      contexts_.push_back({vlans_[vlan_], flat(std::exchange(read_, {}))});
    } else if (device_rows_.empty()) {
      device_rows_ = std::exchange(read_, {});
    }
    auto survey = survey_of(flat(std::exchange(device_rows_, {})), contexts_);
    survey.gaps.insert(survey.gaps.begin(), gaps_.begin(), gaps_.end());
    const auto done = std::move(done_);
    done(std::move(survey));  // last: it may destroy this
  }

  snmp::Client& client_;
  snmp::Target device_;
  SurveyOptions options_;
  Done done_;
  snmp::Target target_;   ///< the device, or one of its VLANs
  std::size_t next_ = 0;  ///< in the list of questions
  int silences_ = 0;      ///< in a row
  Columns read_;          ///< of the device, then of the VLAN under way
  Columns device_rows_;
  std::vector<VlanId> vlans_;
  std::size_t vlan_ = 0;
  std::vector<VlanContext> contexts_;
  std::vector<std::string> gaps_;
  std::optional<snmp::Request> request_;
};

}  // namespace

std::unique_ptr<Run> start_survey(snmp::Client& client, snmp::Target target, SurveyOptions options,
                                  Done done) {
  auto asking = std::make_unique<Asking>(client, std::move(target), options, std::move(done));
  asking->begin();
  return asking;
}

}  // namespace market::survey
