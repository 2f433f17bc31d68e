#include "daemon/app/guard.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "daemon/app/log.h"
#include "daemon/store/lock_file.h"

namespace market::app {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Loading the largest market takes a few seconds of a busy gateway.
constexpr std::chrono::seconds kReadyWithin{20};
constexpr milliseconds kLook{20};
/// A process that was told to end is gone within these looks, unless its disk hangs.
constexpr int kLooksToEnd = 150;
/// systemd gives a start 90 s.
constexpr std::chrono::seconds kStartWaits{60};

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~Pipe() {
    close_writing();
    if (ends_[0] >= 0) ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] bool is_open() const { return ends_[0] >= 0; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  /// What comes until a line is whole, the other side has closed it, or the time is over.
  [[nodiscard]] std::string line(Clock::time_point until) const {
    std::string text;
    std::array<char, 512> part{};
    while (text.find('\n') == std::string::npos) {
      const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
      pollfd wait{.fd = ends_[0], .events = POLLIN, .revents = 0};
      if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) break;
      const auto count = ::read(ends_[0], part.data(), part.size());
      if (count <= 0) break;
      text.append(part.data(), static_cast<std::size_t>(count));
    }
    return text.substr(0, text.find('\n'));
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// 0 when it was started, else errno. Its stdout goes to `out`, its stderr where ours does.
int spawn(std::vector<std::string> command, int out, pid_t& pid) {
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t plain;
  sigemptyset(&none);
  sigemptyset(&plain);
  for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) sigaddset(&plain, each);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &plain);
  posix_spawnattr_setflags(&attributes,
                           static_cast<std::int16_t>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                     POSIX_SPAWN_SETSIGDEF));
  // This very program, also when another version has taken its place on the disk.
  const int failed =
      ::posix_spawn(&pid, "/proc/self/exe", &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

bool at_work(const std::string& state_directory) {
  const auto writer = store::LockFile::holder(state_directory, store::LockFile::kWriter);
  return writer && writer == store::LockFile::holder(state_directory, store::LockFile::kGuard);
}

}  // namespace

Result<void> Guard::post(const reconcile::BootTime& deadline) const {
  if (auto gone = dismiss(); !gone) return gone;
  Pipe said;
  if (!said.is_open()) return fail(Errc::Io, std::string{"pipe: "} + std::strerror(errno));
  pid_t pid = 0;
  const int failed =
      spawn({"marketd", "--config", settings_file_, "--guard", std::to_string(deadline.ms)},
            said.writing(), pid);
  if (failed != 0) {
    return fail(Errc::Io, std::string{"the guard cannot be run: "} + std::strerror(failed));
  }
  said.close_writing();
  (void)::waitpid(pid, nullptr, 0);  // at once: its child stands guard
  const auto words = said.line(Clock::now() + kReadyWithin);
  if (words == "ready") return {};
  return fail(Errc::Silent, "the guard does not stand: " +
                                (words.empty() ? "it has not said why (see the log)" : words));
}

Result<void> Guard::dismiss() const {
  for (int look = 0; look < kLooksToEnd; ++look) {
    const auto pid = store::LockFile::holder(state_directory_, store::LockFile::kGuard);
    if (!pid) return {};
    if (*pid > 1) ::kill(*pid, SIGTERM);
    std::this_thread::sleep_for(kLook);
  }
  return fail(Errc::Silent, "the guard of '" + state_directory_ + "' does not end");
}

Result<std::unique_ptr<store::Store>> open_store_after_guard(const std::string& state_directory) {
  const auto until = Clock::now() + kStartWaits;
  bool told = false;
  for (;;) {
    auto store = store::open_store(state_directory);
    const bool busy = !store && store.error().code == Errc::Conflict;
    if (!busy || Clock::now() > until) return store;
    if (!at_work(state_directory)) return store::open_store(state_directory);  // ended meanwhile?
    if (!told) {
      log(Level::Info, "GUARD_AT_WORK", {{"folder", state_directory}},
          "the guard puts a change back; the start waits for it");
    }
    told = true;
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace market::app
