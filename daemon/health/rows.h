// Rows of a snapshot, which share what has not changed with the rows of the snapshot before.
//
// Threads:  as std::vector. A row that was put in is never changed, so it may be in many snapshots.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace market::health {

template <class T>
class Rows {
 public:
  using Row = std::shared_ptr<const T>;
  using value_type = T;

  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    const_iterator() = default;
    explicit const_iterator(typename std::vector<Row>::const_iterator at) : at_{at} {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    const_iterator& operator++() {
      ++at_;
      return *this;
    }
    const_iterator operator++(int) { return const_iterator{at_++}; }
    friend bool operator==(const const_iterator&, const const_iterator&) = default;

   private:
    typename std::vector<Row>::const_iterator at_;
  };

  Rows() = default;
  Rows(std::initializer_list<T> rows) : Rows{std::vector<T>{rows}} {}
  Rows(std::vector<T> rows) {  // NOLINT(google-explicit-constructor): they are the same rows
    reserve(rows.size());
    for (auto& row : rows) push_back(std::move(row));
  }

  [[nodiscard]] const_iterator begin() const { return const_iterator{rows_.begin()}; }
  [[nodiscard]] const_iterator end() const { return const_iterator{rows_.end()}; }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] const T& operator[](std::size_t index) const { return *rows_[index]; }
  /// To be put into other rows as well.
  [[nodiscard]] const Row& shared(std::size_t index) const { return rows_[index]; }

  void reserve(std::size_t size) { rows_.reserve(size); }
  void push_back(T row) { rows_.push_back(std::make_shared<const T>(std::move(row))); }
  void push_back(Row row) { rows_.push_back(std::move(row)); }
  /// A new last row, to be filled before anybody else sees it.
  T& emplace_back() {
    auto made = std::make_shared<T>();
    rows_.push_back(made);
    return *made;
  }
  /// A copy of that row takes its place, to be changed before anybody else sees it.
  T& edit(std::size_t index) {
    auto copy = std::make_shared<T>(*rows_[index]);
    rows_[index] = copy;
    return *copy;
  }

 private:
  std::vector<Row> rows_;
};

}  // namespace market::health
