// A value that never changes and that its copies share: to change it is to put another in its
// place.
//
// Threads:  as std::shared_ptr: each object belongs to one thread, the value to any number.
#pragma once

#include <memory>
#include <utility>

namespace market {

template <class T>
class Shared {
 public:
  Shared() : value_{none()} {}
  Shared(T value)  // NOLINT(google-explicit-constructor): it is the same value
      : value_{std::make_shared<const T>(std::move(value))} {}

  [[nodiscard]] const T& operator*() const { return *value_; }
  [[nodiscard]] const T* operator->() const { return value_.get(); }

  /// What `edit` makes of a copy takes its place.
  template <class Edit>
  void change(Edit edit) {
    T other = *value_;
    edit(other);
    *this = std::move(other);
  }

 private:
  /// One for all that were not given a value.
  static const std::shared_ptr<const T>& none() {
    static const auto kNone = std::make_shared<const T>();
    return kNone;
  }

  std::shared_ptr<const T> value_;  ///< never null
};

}  // namespace market
