#include "probes/snmp/task.h"

#include <algorithm>
#include <numeric>

#include "probes/snmp/task_parts.h"

namespace market::snmp {
namespace {

// GET, and GETNEXT of several roots: one binding for each OID, in the order asked.
//
// SNMPv1 refuses the whole PDU for one unknown name (RFC 1157, 4.1.2): that name is dropped and the
// rest asked again. Until the first drop, answers are simply appended.
class ScalarTask final : public Task {
 public:
  ScalarTask(Operation operation, std::span<const Oid> oids)
      : operation_{operation}, rest_{oids.begin(), oids.end()} {}

  std::optional<Outcome> immediate() override {
    if (!rest_.empty()) return std::nullopt;
    return answer_of({});
  }
  Question question() override {
    Question question;
    question.operation = operation_;
    asked_ = next_count();
    question.oids = asked();
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
    if (reply.bindings.size() == rest_.size() && places_.empty()) {  // all of it at once
      return answer_of(std::move(reply.bindings));
    }
    for (auto& binding : reply.bindings) keep(std::move(binding));
    return end_or_more();
  }

 private:
  [[nodiscard]] std::span<const Oid> asked() const {
    return std::span{rest_}.subspan(done_, asked_);
  }
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
    if (places_.empty()) {
      results_.push_back(std::move(binding));
    } else {
      results_[places_[done_]] = std::move(binding);
    }
    ++done_;
  }
  std::optional<Outcome> end_or_more() {
    if (done_ < rest_.size()) return std::nullopt;
    return answer_of(std::move(results_));
  }
  std::optional<Outcome> drop(const Reply& reply, std::size_t asked) {
    auto index = static_cast<std::size_t>(std::max<std::int64_t>(reply.error_index, 0));
    if (asked == 1) index = 1;
    if (index == 0 || index > asked) {  // which one? ask fewer at a time
      limit_ = asked / 2;
      return std::nullopt;
    }
    if (places_.empty()) {
      places_.resize(rest_.size());
      std::iota(places_.begin(), places_.end(), std::size_t{0});
      results_.resize(rest_.size());
    }
    const auto at = static_cast<std::ptrdiff_t>(done_ + index - 1);
    auto& result = results_[places_[done_ + index - 1]];
    result.oid = std::move(rest_[done_ + index - 1]);
    if (operation_ == Operation::Get) {
      result.value = NoSuchObject{};
    } else {
      result.value = EndOfMibView{};
    }
    rest_.erase(rest_.begin() + at);
    places_.erase(places_.begin() + at);
    return end_or_more();
  }
  [[nodiscard]] std::size_t next_count() const {
    const auto rest = std::span{rest_}.subspan(done_);
    return fitting(rest.first(std::min(rest.size(), limit_)));
  }

  Operation operation_;
  std::vector<Oid> rest_;            ///< asked and to be asked, without the dropped
  std::vector<std::size_t> places_;  ///< of rest_ in the caller's order; empty = as they stand
  std::vector<VarBind> results_;
  std::size_t done_ = 0;          ///< of rest_
  std::size_t asked_ = 0;         ///< of rest_, in the question under way
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

std::unique_ptr<Task> make_get(std::span<const Oid> oids) {
  return std::make_unique<ScalarTask>(Operation::Get, oids);
}

std::unique_ptr<Task> make_next(std::span<const Oid> roots) {
  return std::make_unique<ScalarTask>(Operation::GetNext, roots);
}

std::unique_ptr<Task> make_set(std::span<const VarBind> bindings) {
  return std::make_unique<SetTask>(bindings);
}

}  // namespace market::snmp
