#include "probes/snmp/task.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "probes/snmp/task_parts.h"

namespace market::snmp {
namespace {

// GET, and GETNEXT of several roots: one binding for each OID, in the order asked.
//
// SNMPv1 refuses the whole PDU for one unknown name (RFC 1157, 4.1.2): that name is dropped and the
// rest asked again. Until the first drop, the names are the shared ones and answers are simply
// appended.
class ScalarTask final : public Task {
 public:
  ScalarTask(Operation operation, NamesPtr names)
      : operation_{operation}, names_{std::move(names)} {}

  std::optional<Outcome> immediate() override {
    if (!names_->oids.empty()) return std::nullopt;
    return answer_of({});
  }
  Question question() override {
    Question question;
    question.operation = operation_;
    asked_ = next_count();
    question.oids = asked();
    if (!drops_ && asked_ == names_->oids.size()) question.names = names_;
    return question;
  }
  std::optional<Outcome> take(Reply reply) override {
    if (is_too_big(reply) && asked_ > 1) {
      limit_ = asked_ / 2;
      return std::nullopt;
    }
    if (is_no_such_name(reply)) return drop(reply, asked_);
    if (reply.error_status != 0) return refusal_of(reply, done_, asked_);
    if (!fits(reply)) return Garbled{"the answer's bindings are not those that were asked"};
    if (reply.bindings.size() == names_->oids.size() && !drops_) {  // all of it at once
      return answer_of(std::move(reply.bindings));
    }
    for (auto& binding : reply.bindings) keep(std::move(binding));
    return end_or_more();
  }

 private:
  /// What is left after drops, and where the caller asked it.
  struct Rest {
    std::vector<Oid> oids;
    std::vector<std::size_t> places;
  };

  /// Asked and to be asked, without the dropped.
  [[nodiscard]] std::span<const Oid> rest() const { return drops_ ? drops_->oids : names_->oids; }
  [[nodiscard]] std::span<const Oid> asked() const { return rest().subspan(done_, asked_); }
  [[nodiscard]] bool fits(const Reply& reply) const {
    if (operation_ == Operation::Get && reply.names_as_asked) return true;
    const auto pair_fits = [this](const Oid& oid, const VarBind& binding) {
      return operation_ == Operation::Get ? oid == binding.oid : follows(oid, binding);
    };
    return std::equal(asked().begin(), asked().end(), reply.bindings.begin(), reply.bindings.end(),
                      pair_fits);
  }
  static bool follows(const Oid& root, const VarBind& binding) {
    return root < binding.oid || std::holds_alternative<EndOfMibView>(binding.value);
  }
  void keep(VarBind binding) {
    if (drops_) {
      results_[drops_->places[done_]] = std::move(binding);
    } else {
      results_.push_back(std::move(binding));
    }
    ++done_;
  }
  std::optional<Outcome> end_or_more() {
    if (done_ < rest().size()) return std::nullopt;
    return answer_of(std::move(results_));
  }
  std::optional<Outcome> drop(const Reply& reply, std::size_t asked) {
    auto index = static_cast<std::size_t>(std::max<std::int64_t>(reply.error_index, 0));
    if (asked == 1) index = 1;
    if (index == 0 || index > asked) {  // which one? ask fewer at a time
      limit_ = asked / 2;
      return std::nullopt;
    }
    if (!drops_) {
      drops_.emplace(Rest{names_->oids, {}});
      drops_->places.resize(names_->oids.size());
      std::iota(drops_->places.begin(), drops_->places.end(), std::size_t{0});
      results_.resize(names_->oids.size());
    }
    const auto at = static_cast<std::ptrdiff_t>(done_ + index - 1);
    auto& result = results_[drops_->places[done_ + index - 1]];
    result.oid = std::move(drops_->oids[done_ + index - 1]);
    if (operation_ == Operation::Get) {
      result.value = NoSuchObject{};
    } else {
      result.value = EndOfMibView{};
    }
    drops_->oids.erase(drops_->oids.begin() + at);
    drops_->places.erase(drops_->places.begin() + at);
    return end_or_more();
  }
  [[nodiscard]] std::size_t next_count() const {
    if (done_ == 0 && !drops_) return std::min(names_->fit, limit_);
    const auto left = rest().subspan(done_);
    return fitting(left.first(std::min(left.size(), limit_)));
  }

  Operation operation_;
  NamesPtr names_;
  std::optional<Rest> drops_;  ///< nothing = no name was dropped yet
  std::vector<VarBind> results_;
  std::size_t done_ = 0;          ///< of rest()
  std::size_t asked_ = 0;         ///< of rest(), in the question under way
  std::size_t limit_ = SIZE_MAX;  ///< bindings in one PDU, as the agent's tooBig taught
};

class SetTask final : public Task {
 public:
  explicit SetTask(std::span<const VarBind> bindings)
      : bindings_{bindings.begin(), bindings.end()} {}

  std::optional<Outcome> immediate() override {
    if (!bindings_.empty()) return std::nullopt;
    return answer_of({});
  }
  Question question() override {
    Question question;
    question.operation = Operation::Set;
    question.bindings = bindings_;
    return question;
  }
  std::optional<Outcome> take(Reply reply) override {
    if (reply.error_status != 0) return refusal_of(reply, 0, bindings_.size());
    return answer_of(std::move(reply.bindings));
  }
  // What the agent made of a lost SET is not known, so it is not repeated.
  [[nodiscard]] int attempts(const Patience& /*patience*/) const override { return 1; }

 private:
  std::vector<VarBind> bindings_;
};

}  // namespace

int Task::attempts(const Patience& patience) const { return std::max(patience.attempts, 1); }

std::unique_ptr<Task> make_get(NamesPtr names) {
  return std::make_unique<ScalarTask>(Operation::Get, std::move(names));
}

std::unique_ptr<Task> make_next(NamesPtr roots) {
  return std::make_unique<ScalarTask>(Operation::GetNext, std::move(roots));
}

std::unique_ptr<Task> make_set(std::span<const VarBind> bindings) {
  return std::make_unique<SetTask>(bindings);
}

}  // namespace market::snmp
