// Walks: one subtree, or the columns of a table. A column is over by itself: when the agent leaves
// it, ends its view, or has given as many rows as are wanted.
//
// Columns are asked side by side, a row or more of all of them in one PDU. But where several lie
// next to each other in the MIB, as all of ifTable's do, one name is asked for: in the agent's
// order the rows of one are followed by those of the next, so nothing is asked in vain, and a
// question of one name is read and answered at less cost than one of twenty.
//
// Sources:  RFC 3416, 4.2.3: the bindings of a repeater are successors of each other, so nothing
//           lies between two of them.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "probes/snmp/bulk_size.h"
#include "probes/snmp/task_parts.h"

namespace market::snmp {
namespace {

// So many columns next to each other are worth more one after another than side by side with the
// others.
constexpr std::size_t kStretch = 4;

struct Column {
  Oid root;
  std::size_t rows = 0;
  std::size_t last = 0;  ///< where its last row stands; of no meaning before the first
  bool open = true;
};

bool lie_side_by_side(const Oid& one, const Oid& next) {
  const auto a = one.arcs();
  const auto b = next.arcs();
  return !a.empty() && a.size() == b.size() && a.back() + 1 == b.back() &&
         std::equal(a.begin(), a.end() - 1, b.begin());
}

class WalkTask final : public Task {
 public:
  WalkTask(std::span<const Oid> roots, std::size_t max_rows, Version version)
      : max_rows_{max_rows}, v1_{version == Version::V1} {
    columns_.reserve(roots.size());
    for (const auto& root : roots) columns_.push_back({.root = root, .open = max_rows > 0});
  }

  std::optional<Outcome> immediate() override { return end_or_more(); }

  Question question() override {
    asked_.clear();
    lasts_.clear();
    choose_stretch();
    if (in_stretch_) {
      ask(first_open());
      rows_ = size_.rows(1);
    } else {
      ask_side_by_side();
    }
    Question question;
    question.operation = v1_ ? Operation::GetNext : Operation::GetBulk;
    question.max_repetitions = static_cast<std::int32_t>(rows_);
    question.oids = lasts_;
    return question;
  }

  std::optional<Outcome> take(Reply reply) override {
    const auto got = reply.bindings.size() - reply.begin;
    const bool refused = reply.error_status != 0;
    if (!refused && got == 0) return Garbled{"a walk was answered without bindings"};
    adopt(std::move(reply.bindings), reply.begin);
    if (refused) found_.resize(fresh_);
    if (is_too_big(reply) && shrink()) return std::nullopt;
    if (is_no_such_name(reply)) return end_column(reply);
    if (refused) return refusal_of(reply, 0, asked_.size());
    if (auto fault = in_stretch_ ? take_stretch() : take_side_by_side()) return fault;
    size_.answered(rows_ * asked_.size(), got, reply.octets);
    return end_or_more();
  }

  std::vector<VarBind> give_bindings() override { return std::move(found_); }

  bool on_loss() override { return !v1_ && size_.lost(); }

 private:
  [[nodiscard]] std::size_t first_open() const {
    const auto open = std::find_if(columns_.begin(), columns_.end(),
                                   [](const Column& column) { return column.open; });
    return static_cast<std::size_t>(open - columns_.begin());
  }

  /// The first open column and its neighbours, when there are enough; one that was begun is ended.
  void choose_stretch() {
    const auto first = first_open();
    if (in_stretch_ && first < stretch_end_) return;
    stretch_end_ = first + 1;
    while (stretch_end_ < columns_.size() && columns_[stretch_end_].rows == 0 &&
           lie_side_by_side(columns_[stretch_end_ - 1].root, columns_[stretch_end_].root)) {
      ++stretch_end_;
    }
    in_stretch_ = !v1_ && stretch_end_ - first >= kStretch;
  }

  void ask(std::size_t place) {
    const auto& column = columns_[place];
    asked_.push_back(place);
    lasts_.push_back(column.rows == 0 ? column.root : found_[column.last].oid);
  }

  void ask_side_by_side() {
    std::size_t missing = 0;
    for (std::size_t i = 0; i < columns_.size() && asked_.size() < columns_limit_; ++i) {
      if (!columns_[i].open) continue;
      ask(i);
      missing = std::max(missing, max_rows_ - columns_[i].rows);
    }
    lasts_.resize(fitting(lasts_));
    asked_.resize(lasts_.size());
    rows_ = std::min(missing, size_.rows(asked_.size()));
  }

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

  /// `bindings` hold what was found before, or (SNMPv3) only what the reply brought.
  void adopt(std::vector<VarBind> bindings, std::size_t begin) {
    fresh_ = owners_.size();
    if (begin == fresh_) {
      found_ = std::move(bindings);
    } else {
      std::move(bindings.begin(), bindings.end(), std::back_inserter(found_));
    }
  }

  std::optional<Outcome> take_side_by_side() {
    const auto begin = fresh_;
    for (auto i = begin; i < found_.size(); ++i) {
      const auto place = asked_[(i - begin) % asked_.size()];
      if (!columns_[place].open) continue;  // rows behind its end
      if (auto fault = take_binding(place, i)) return fault;
    }
    found_.resize(fresh_);
    return std::nullopt;
  }

  std::optional<Outcome> take_stretch() {
    auto place = asked_.front();
    for (auto i = fresh_; i < found_.size(); ++i) {
      place = column_of(found_[i], place);
      if (place == stretch_end_) break;
      if (!columns_[place].open) continue;  // as many as are wanted
      if (auto fault = take_binding(place, i)) return fault;
    }
    found_.resize(fresh_);
    // As many rows as a column had, the others probably have, too.
    if (place > asked_.front() && place < stretch_end_) {
      found_.reserve(fresh_ + columns_[asked_.front()].rows * (stretch_end_ - place));
    }
    return std::nullopt;
  }

  /// Of the stretch from `place` on, whose row this is; those before it are over. Its end: of none.
  std::size_t column_of(const VarBind& binding, std::size_t place) {
    const auto end = stretch_end_;
    const bool view_ends = std::holds_alternative<EndOfMibView>(binding.value);
    while (place < end && (view_ends || !binding.oid.starts_with(columns_[place].root))) {
      columns_[place++].open = false;
      // An agent that goes back says nothing about the columns to come.
      if (place < end && !view_ends && binding.oid < columns_[place].root) return end;
    }
    return place;
  }

  std::optional<Outcome> take_binding(std::size_t place, std::size_t at) {
    auto& column = columns_[place];
    auto& binding = found_[at];
    if (!binding.oid.starts_with(column.root) ||
        std::holds_alternative<EndOfMibView>(binding.value)) {
      column.open = false;
      return std::nullopt;
    }
    const auto& last = column.rows == 0 ? column.root : found_[column.last].oid;
    if (binding.oid <= last) {
      return Garbled{"the walk does not advance: " + binding.oid.to_string() + " follows " +
                     last.to_string()};
    }
    if (at != fresh_) found_[fresh_] = std::move(binding);
    owners_.push_back(static_cast<std::uint32_t>(place));
    column.last = fresh_++;
    column.open = ++column.rows < max_rows_;
    return std::nullopt;
  }

  std::optional<Outcome> end_or_more() {
    if (first_open() < columns_.size()) return std::nullopt;
    if (!std::is_sorted(owners_.begin(), owners_.end())) sort_by_column();
    return answer_of(std::move(found_));
  }

  void sort_by_column() {
    std::vector<std::size_t> next(columns_.size());
    for (std::size_t i = 1; i < columns_.size(); ++i) next[i] = next[i - 1] + columns_[i - 1].rows;
    std::vector<std::size_t> from(found_.size());
    for (std::size_t i = 0; i < found_.size(); ++i) from[next[owners_[i]]++] = i;
    std::vector<VarBind> sorted;
    sorted.reserve(found_.size());
    for (const auto at : from) sorted.push_back(std::move(found_[at]));
    found_ = std::move(sorted);
  }

  std::vector<Column> columns_;
  std::vector<VarBind> found_;         ///< as they came
  std::vector<std::uint32_t> owners_;  ///< of each in found_: its column
  std::size_t fresh_ = 0;              ///< where in found_ the next row is kept
  std::size_t max_rows_;
  bool v1_;
  BulkSize size_;
  std::size_t columns_limit_ = SIZE_MAX;  ///< in one PDU, as the agent's tooBig taught
  // The question under way.
  bool in_stretch_ = false;  ///< one name stands for columns up to stretch_end_
  std::size_t stretch_end_ = 0;
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
