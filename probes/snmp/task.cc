#include "probes/snmp/task.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace market::snmp {
namespace {

// A request that fits one Ethernet frame with room for a v3 header: an agent with a small buffer
// drops what is longer instead of answering tooBig.
constexpr std::size_t kRequestOctets = 1200;
// Tag, length and NULL around an OID; arcs beyond 127 take more than one octet.
constexpr std::size_t kBindingOverhead = 8;
// What GETBULK asks first: 25 rows of counters fill about one frame.
constexpr std::int32_t kFirstRepetitions = 25;

// Octets that the arcs of an OID take (X.690, 8.19: seven bits in each).
std::size_t encoded_size(const Oid& oid) {
  std::size_t size = kBindingOverhead;
  for (const auto arc : oid.arcs()) {
    size += 1;
    for (auto rest = arc >> 7U; rest != 0; rest >>= 7U) size += 1;
  }
  return size;
}

Answer answer_of(std::vector<VarBind> bindings) {
  return Answer{std::move(bindings), std::chrono::microseconds{0}, 1};
}

bool is_too_big(const Reply& reply) {
  return reply.error_status == static_cast<std::int64_t>(ErrorStatus::TooBig);
}

// `offset`: bindings asked in earlier PDUs; `count`: bindings of this one.
Refusal refusal_of(const Reply& reply, std::size_t offset, std::size_t count) {
  Refusal refusal{ErrorStatus::GenErr, 0, ""};
  const auto last = static_cast<std::int64_t>(ErrorStatus::InconsistentName);
  if (reply.error_status > 0 && reply.error_status <= last) {
    refusal.status = static_cast<ErrorStatus>(reply.error_status);
  } else {
    refusal.detail =
        "error-status " + std::to_string(reply.error_status) + " is not one of RFC 3416";
  }
  if (reply.error_index >= 1 && static_cast<std::uint64_t>(reply.error_index) <= count) {
    refusal.index = offset + static_cast<std::size_t>(reply.error_index);
  }
  return refusal;
}

class GetTask final : public Task {
 public:
  explicit GetTask(std::span<const Oid> oids) : oids_{oids.begin(), oids.end()} {}

  std::optional<Outcome> immediate() override {
    if (!oids_.empty()) return std::nullopt;
    return answer_of({});
  }
  Question question() override {
    Question question;
    question.operation = Operation::Get;
    question.oids = std::span{oids_}.subspan(answered_.size(), next_count());
    return question;
  }
  std::optional<Outcome> take(Reply reply) override {
    const auto asked = question().oids;
    if (is_too_big(reply) && asked.size() > 1) {
      limit_ = asked.size() / 2;
      return std::nullopt;
    }
    if (reply.error_status != 0) return refusal_of(reply, answered_.size(), asked.size());
    const bool same =
        std::equal(asked.begin(), asked.end(), reply.bindings.begin(), reply.bindings.end(),
                   [](const Oid& oid, const VarBind& binding) { return oid == binding.oid; });
    if (!same) return Garbled{"the answer's bindings are not those that were asked"};
    std::move(reply.bindings.begin(), reply.bindings.end(), std::back_inserter(answered_));
    if (answered_.size() < oids_.size()) return std::nullopt;
    return answer_of(std::move(answered_));
  }

 private:
  [[nodiscard]] std::size_t next_count() const {
    const auto rest = std::span{oids_}.subspan(answered_.size());
    std::size_t count = 0;
    std::size_t octets = 0;
    while (count < rest.size() && count < limit_) {
      octets += encoded_size(rest[count]);
      if (count > 0 && octets > kRequestOctets) break;
      ++count;
    }
    return count;
  }

  std::vector<Oid> oids_;
  std::vector<VarBind> answered_;
  std::size_t limit_ = SIZE_MAX;  ///< bindings in one PDU, as the agent's tooBig taught
};

class WalkTask final : public Task {
 public:
  WalkTask(Oid root, std::size_t max_bindings)
      : root_{std::move(root)}, last_{root_}, max_bindings_{max_bindings} {}

  std::optional<Outcome> immediate() override {
    if (max_bindings_ > 0) return std::nullopt;
    return answer_of({});
  }
  Question question() override {
    const auto missing = max_bindings_ - found_.size();
    const auto wanted = std::min(missing, static_cast<std::size_t>(repetitions_));
    Question question;
    question.operation = Operation::GetBulk;
    question.max_repetitions = static_cast<std::int32_t>(wanted);
    question.oids = std::span{&last_, 1};
    return question;
  }
  std::optional<Outcome> take(Reply reply) override {
    if (is_too_big(reply) && repetitions_ > 1) {
      repetitions_ /= 2;
      return std::nullopt;
    }
    if (reply.error_status != 0) return refusal_of(reply, 0, 1);
    if (reply.bindings.empty()) return Garbled{"GETBULK was answered without bindings"};
    for (auto& binding : reply.bindings) {
      if (auto end = take_binding(std::move(binding))) return end;
    }
    return std::nullopt;
  }

 private:
  std::optional<Outcome> take_binding(VarBind binding) {
    const bool left_root = !binding.oid.starts_with(root_);
    if (left_root || std::holds_alternative<EndOfMibView>(binding.value)) {
      return answer_of(std::move(found_));
    }
    if (binding.oid <= last_) {
      return Garbled{"the walk does not advance: " + binding.oid.to_string() + " follows " +
                     last_.to_string()};
    }
    last_ = binding.oid;
    found_.push_back(std::move(binding));
    if (found_.size() < max_bindings_) return std::nullopt;
    return answer_of(std::move(found_));
  }

  Oid root_;
  Oid last_;
  std::size_t max_bindings_;
  std::vector<VarBind> found_;
  std::int32_t repetitions_ = kFirstRepetitions;
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
  return std::make_unique<GetTask>(oids);
}

std::unique_ptr<Task> make_walk(Oid root, std::size_t max_bindings) {
  return std::make_unique<WalkTask>(std::move(root), max_bindings);
}

std::unique_ptr<Task> make_set(std::span<const VarBind> bindings) {
  return std::make_unique<SetTask>(bindings);
}

}  // namespace market::snmp
