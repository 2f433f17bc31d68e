#include "daemon/store/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>
#include <utility>

namespace market::store {
namespace {

tl::unexpected<Error> system_failure(const std::string& path) {
  return fail(Errc::Io, "'" + path + "': " + std::generic_category().message(errno));
}

/// Empty when the holder has not written it yet.
std::string pid_in(int descriptor) {
  std::array<char, 16> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  std::string pid;
  for (std::size_t i = 0; size > 0 && i < static_cast<std::size_t>(size); ++i) {
    if (text.at(i) < '0' || text.at(i) > '9') break;
    pid += text.at(i);
  }
  return pid;
}

Result<void> write_pid(int descriptor, const std::string& path) {
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0) return system_failure(path);
  const auto written = ::pwrite(descriptor, pid.data(), pid.size(), 0);
  if (written != static_cast<ssize_t>(pid.size())) return system_failure(path);
  return {};
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& directory, const std::string& name) {
  const auto path = directory + "/" + name;
  constexpr mode_t kReadable = 0644;
  LockFile file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kReadable)};
  if (file.descriptor_ < 0) return system_failure(path);
  if (::flock(file.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(path);
    auto pid = pid_in(file.descriptor_);
    if (pid.empty()) pid = "unknown";
    return fail(Errc::Conflict, "process " + pid + " is using '" + directory + "'");
  }
  if (auto written = write_pid(file.descriptor_, path); !written) {
    return tl::make_unexpected(std::move(written.error()));
  }
  return file;
}

std::optional<pid_t> LockFile::holder(const std::string& directory, const std::string& name) {
  const LockFile file{::open((directory + "/" + name).c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor_ < 0) return std::nullopt;
  if (::flock(file.descriptor_, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
    return std::nullopt;
  }
  pid_t pid = 0;
  std::istringstream{pid_in(file.descriptor_)} >> pid;
  return pid;
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

// The file stays: removing it would let a third process lock a file that a second one still sees.
LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace market::store
