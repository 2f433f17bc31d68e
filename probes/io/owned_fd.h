// A file descriptor with one owner, who closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace market::io {

class OwnedFd {
 public:
  OwnedFd() = default;
  /// `fd`: what a system call returned; negative = it failed, and this holds nothing.
  explicit OwnedFd(int fd) : fd_{fd} {}
  OwnedFd(OwnedFd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] bool open() const { return fd_ >= 0; }
  [[nodiscard]] int number() const { return fd_; }

 private:
  int fd_ = -1;
};

}  // namespace market::io
