#include "probes/io/command.h"

extern "C" {  // glibc 2.36 forgets it
#include <sys/pidfd.h>
}

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

#include "probes/io/owned_fd.h"

extern char** environ;  // environ(7)

namespace market::io {
namespace {

using Clock = std::chrono::steady_clock;

struct Pair {
  OwnedFd ours, theirs;
};

/// Sockets rather than pipes: a program that reads nothing must not end us by SIGPIPE.
Result<Pair> make_pair() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    return fail(Errc::Io, std::string{"socketpair: "} + std::strerror(errno));
  }
  return Pair{OwnedFd{fds[0]}, OwnedFd{fds[1]}};
}

class Child {
 public:
  Child(const std::vector<std::string>& command, std::string_view input)
      : command_{command}, input_{input} {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }

  Result<void> start(const std::string& path);
  /// Until both of its outputs are at their end.
  Result<void> talk(Clock::time_point until);
  Result<Finished> wait(Clock::time_point until);

 private:
  Result<void> poll_until(std::span<pollfd> waits, Clock::time_point until) const;
  void send();
  static void receive(OwnedFd& from, std::string& text);

  const std::vector<std::string>& command_;
  std::string_view input_;
  pid_t pid_ = -1;
  OwnedFd in_, out_, err_;
  Finished finished_;
};

std::vector<std::string> environment() {
  std::vector<std::string> values;
  for (char** each = environ; *each != nullptr; ++each) {
    if (!std::string_view{*each}.starts_with("LC_ALL=")) values.emplace_back(*each);
  }
  values.emplace_back("LC_ALL=C");
  return values;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

Result<void> Child::start(const std::string& path) {
  auto in = make_pair();
  auto out = make_pair();
  auto err = make_pair();
  for (auto* pair : {&in, &out, &err}) {
    if (!*pair) return tl::make_unexpected(std::move(pair->error()));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in->theirs.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out->theirs.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err->theirs.number(), STDERR_FILENO);
  auto arguments = command_;
  auto values = environment();
  const int failed = ::posix_spawn(&pid_, path.c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(values).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    pid_ = -1;
    return fail(Errc::Io, "'" + path + "' cannot be run: " + std::strerror(failed));
  }
  in_ = std::move(in->ours);
  out_ = std::move(out->ours);
  err_ = std::move(err->ours);
  return {};
}

void Child::send() {
  const auto sent = ::send(in_.number(), input_.data(), input_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) {
    input_.remove_prefix(static_cast<std::size_t>(sent));
  } else if (errno != EAGAIN && errno != EINTR) {
    input_ = {};  // it reads no more: what it says and how it ends tell the rest
  }
}

void Child::receive(OwnedFd& from, std::string& text) {
  std::array<char, 65536> buffer;
  const auto count = ::recv(from.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    from = OwnedFd{};
  }
}

Result<void> Child::poll_until(std::span<pollfd> waits, Clock::time_point until) const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (left.count() <= 0) {
    return fail(Errc::Silent, "'" + command_.front() + "' did not end in time");
  }
  if (::poll(waits.data(), waits.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) {
    return fail(Errc::Io, std::string{"poll: "} + std::strerror(errno));
  }
  return {};
}

Result<void> Child::talk(Clock::time_point until) {
  while (out_.open() || err_.open()) {
    if (input_.empty()) in_ = OwnedFd{};
    // poll(2) passes over negative descriptors.
    std::array<pollfd, 3> waits{pollfd{in_.number(), POLLOUT, 0}, pollfd{out_.number(), POLLIN, 0},
                                pollfd{err_.number(), POLLIN, 0}};
    if (auto ready = poll_until(waits, until); !ready) return ready;
    if (waits[0].revents != 0) send();
    if (waits[1].revents != 0) receive(out_, finished_.out);
    if (waits[2].revents != 0) receive(err_, finished_.err);
  }
  return {};
}

Result<Finished> Child::wait(Clock::time_point until) {
  const OwnedFd process{::pidfd_open(pid_, 0)};
  std::array<pollfd, 1> waits{pollfd{process.number(), POLLIN, 0}};
  while (waits[0].revents == 0) {
    if (auto ready = poll_until(waits, until); !ready) return tl::make_unexpected(ready.error());
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  finished_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return std::move(finished_);
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string places = path == nullptr ? "/usr/bin:/bin" : path;
  places += ":/usr/sbin:/sbin";
  while (!places.empty()) {
    const auto end = places.find(':');
    auto candidate = places.substr(0, end) + "/" + name;
    if (candidate.front() == '/' && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    places.erase(0, end == std::string::npos ? end : end + 1);
  }
  return {};
}

Result<Finished> run_command(const std::vector<std::string>& command, std::string_view input,
                             std::chrono::milliseconds limit) {
  const auto path = find_program(command.front());
  if (path.empty()) return fail(Errc::NotFound, "'" + command.front() + "' is not installed");
  Child child{command, input};
  if (auto started = child.start(path); !started) {
    return tl::make_unexpected(std::move(started.error()));
  }
  const auto until = Clock::now() + limit;
  if (auto talked = child.talk(until); !talked) {
    return tl::make_unexpected(std::move(talked.error()));
  }
  return child.wait(until);
}

}  // namespace market::io
