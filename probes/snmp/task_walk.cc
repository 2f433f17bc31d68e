// Walks: one subtree, or the columns of a table side by side. A column is over by itself: when the
// agent leaves it, ends its view, or has given as many rows as are wanted.
#include <algorithm>
#include <iterator>
#include <string>

#include "probes/snmp/bulk_size.h"
#include "probes/snmp/task_parts.h"

namespace market::snmp {
namespace {

struct Column {
  Oid root;
  Oid last;  ///< what was told last; first the root
  std::vector<VarBind> found;
  bool open = true;
};

class WalkTask final : public Task {
 public:
  WalkTask(std::span<const Oid> roots, std::size_t max_rows, Version version)
      : max_rows_{max_rows}, v1_{version == Version::V1} {
    for (const auto& root : roots) columns_.push_back({root, root, {}, max_rows > 0});
  }

  std::optional<Outcome> immediate() override { return end_or_more(); }

  Question question() override {
    asked_.clear();
    lasts_.clear();
    std::size_t missing = 0;
    for (std::size_t i = 0; i < columns_.size() && asked_.size() < columns_limit_; ++i) {
      const auto& column = columns_[i];
      if (!column.open) continue;
      asked_.push_back(i);
      lasts_.push_back(column.last);
      missing = std::max(missing, max_rows_ - column.found.size());
    }
    lasts_.resize(fitting(lasts_));
    asked_.resize(lasts_.size());
    rows_ = std::min(missing, size_.rows(asked_.size()));
    Question question;
    question.operation = v1_ ? Operation::GetNext : Operation::GetBulk;
    question.max_repetitions = static_cast<std::int32_t>(rows_);
    question.oids = lasts_;
    return question;
  }

  std::optional<Outcome> take(Reply reply) override {
    if (is_too_big(reply) && shrink()) return std::nullopt;
    if (is_no_such_name(reply)) return end_column(reply);
    if (reply.error_status != 0) return refusal_of(reply, 0, asked_.size());
    if (reply.bindings.empty()) return Garbled{"a walk was answered without bindings"};
    for (std::size_t i = 0; i < reply.bindings.size(); ++i) {
      auto& column = columns_[asked_[i % asked_.size()]];
      if (!column.open) continue;  // rows behind its end
      if (auto fault = take_binding(column, std::move(reply.bindings[i]))) return fault;
    }
    size_.answered(rows_ * asked_.size(), reply.bindings.size(), reply.octets);
    return end_or_more();
  }

  bool on_loss() override { return !v1_ && size_.lost(); }

 private:
  bool shrink() {
    if (!v1_ && rows_ > 1) {
      size_.too_big(rows_ * asked_.size());
      return true;
    }
    if (asked_.size() < 2) return false;
    columns_limit_ = asked_.size() / 2;
    return true;
  }

  // SNMPv1: nothing follows this column in the agent's view.
  std::optional<Outcome> end_column(const Reply& reply) {
    auto index = static_cast<std::size_t>(std::max<std::int64_t>(reply.error_index, 0));
    if (asked_.size() == 1) index = 1;
    if (index == 0 || index > asked_.size()) {  // which one? ask fewer at a time
      columns_limit_ = asked_.size() / 2;
      return std::nullopt;
    }
    columns_[asked_[index - 1]].open = false;
    return end_or_more();
  }

  std::optional<Outcome> take_binding(Column& column, VarBind binding) const {
    if (!binding.oid.starts_with(column.root) ||
        std::holds_alternative<EndOfMibView>(binding.value)) {
      column.open = false;
      return std::nullopt;
    }
    if (binding.oid <= column.last) {
      return Garbled{"the walk does not advance: " + binding.oid.to_string() + " follows " +
                     column.last.to_string()};
    }
    column.last = binding.oid;
    column.found.push_back(std::move(binding));
    column.open = column.found.size() < max_rows_;
    return std::nullopt;
  }

  std::optional<Outcome> end_or_more() {
    const auto is_open = [](const Column& column) { return column.open; };
    if (std::any_of(columns_.begin(), columns_.end(), is_open)) return std::nullopt;
    if (columns_.size() == 1) return answer_of(std::move(columns_.front().found));
    std::vector<VarBind> all;
    for (auto& column : columns_) {
      std::move(column.found.begin(), column.found.end(), std::back_inserter(all));
    }
    return answer_of(std::move(all));
  }

  std::vector<Column> columns_;
  std::size_t max_rows_;
  bool v1_;
  BulkSize size_;
  std::size_t columns_limit_ = SIZE_MAX;  ///< in one PDU, as the agent's tooBig taught
  // The question under way.
  std::vector<std::size_t> asked_;  ///< indexes of columns_
  std::vector<Oid> lasts_;          ///< and where they stand
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Task> make_walk(Oid root, std::size_t max_bindings, Version version) {
  return std::make_unique<WalkTask>(std::span{&root, 1}, max_bindings, version);
}

std::unique_ptr<Task> make_table(std::span<const Oid> columns, std::size_t max_rows,
                                 Version version) {
  return std::make_unique<WalkTask>(columns, max_rows, version);
}

}  // namespace market::snmp
