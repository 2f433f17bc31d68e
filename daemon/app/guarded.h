// A mutex that owns what it protects: the value cannot be touched without the lock.
#pragma once

#include <mutex>
#include <utility>

namespace market::app {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_{std::move(value)} {}

  [[nodiscard]] T copy() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }
  void set(T value) {
    const std::lock_guard lock{mutex_};
    value_ = std::move(value);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace market::app
