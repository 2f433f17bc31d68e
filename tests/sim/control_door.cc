#include "tests/sim/control_door.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

namespace market::sim {
namespace {

constexpr std::size_t kLongestLine = 64 << 10U;
constexpr std::size_t kMostClients = 64;

Error io_error(const std::string& path, const char* what) {
  return Error{Errc::Io, fmt::format("control socket '{}': {}: {}", path, what, last_error())};
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(Errc::InvalidValue, fmt::format("control socket '{}': a path has 1..{} octets",
                                                path, sizeof address.sun_path - 1));
  }
  path.copy(address.sun_path, path.size());
  return address;
}

// connect(2) and bind(2) take every kind of address through one pointer type.
const sockaddr* generic(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

bool watch(const Descriptor& events, int descriptor, std::uint32_t what, int operation) {
  epoll_event event{};
  event.events = what;
  event.data.fd = descriptor;
  return epoll_ctl(events.number(), operation, descriptor, &event) == 0;
}

/// Blocking connection to a listener, or an invalid descriptor.
Descriptor connect_to(const sockaddr_un& address) {
  Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (socket.valid() && connect(socket.number(), generic(address), sizeof address) == 0) {
    return socket;
  }
  return {};
}

}  // namespace

Result<ControlDoor> ControlDoor::open(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return tl::make_unexpected(address.error());
  if (connect_to(*address).valid()) {
    return fail(Errc::Conflict, fmt::format("control socket '{}' is in use", path));
  }
  struct stat found {};
  if (lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) unlink(path.c_str());
  ControlDoor door;
  door.events_ = Descriptor{epoll_create1(EPOLL_CLOEXEC)};
  door.listener_ = Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  const mode_t before = umask(0177);
  const int bound = bind(door.listener_.number(), generic(*address), sizeof *address);
  umask(before);
  if (bound != 0) return tl::make_unexpected(io_error(path, "bind"));
  door.path_ = path;
  if (listen(door.listener_.number(), 16) != 0)
    return tl::make_unexpected(io_error(path, "listen"));
  if (!watch(door.events_, door.listener_.number(), EPOLLIN, EPOLL_CTL_ADD)) {
    return tl::make_unexpected(io_error(path, "epoll"));
  }
  return door;
}

ControlDoor::~ControlDoor() {
  if (listener_.valid() && !path_.empty()) unlink(path_.c_str());
}

void ControlDoor::accept_clients() {
  while (true) {
    Descriptor socket{accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!socket.valid()) return;
    if (clients_.size() >= kMostClients) continue;
    const int number = socket.number();
    if (!watch(events_, number, EPOLLIN, EPOLL_CTL_ADD)) continue;
    clients_[number].socket = std::move(socket);
  }
}

void ControlDoor::read_from(Client& client, const Execute& execute) {
  std::array<char, 4096> buffer{};
  bool ended = false;
  while (!ended) {
    const auto count = read(client.socket.number(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
    ended = count <= 0 || client.in.size() > kLongestLine;
    if (count > 0) client.in.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const auto end = client.in.find('\n');
  if (end == std::string::npos && !ended) return;
  client.out = client.in.empty() || client.in.size() > kLongestLine
                   ? "error: a control line has 1..65536 octets\n"
                   : execute(std::string_view{client.in}.substr(0, end));
  watch(events_, client.socket.number(), EPOLLOUT, EPOLL_CTL_MOD);
}

bool ControlDoor::write_to(Client& client) {
  while (!client.out.empty()) {
    const auto count =
        send(client.socket.number(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno != EAGAIN;
    client.out.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

void ControlDoor::serve(const Execute& execute) {
  std::array<epoll_event, 16> ready{};
  const int count = epoll_wait(events_.number(), ready.data(), static_cast<int>(ready.size()), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
    const int number = ready[i].data.fd;
    if (number == listener_.number()) {
      accept_clients();
      continue;
    }
    const auto client = clients_.find(number);
    if (client == clients_.end()) continue;
    if (client->second.out.empty()) {
      read_from(client->second, execute);
    }
    if (!client->second.out.empty() && write_to(client->second)) clients_.erase(client);
  }
}

Result<std::string> ask_control(const std::string& path, std::string_view line) {
  const auto address = address_of(path);
  if (!address) return tl::make_unexpected(address.error());
  const Descriptor socket = connect_to(*address);
  if (!socket.valid()) return tl::make_unexpected(io_error(path, "connect"));
  std::string text{line};
  text += '\n';
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = send(socket.number(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return tl::make_unexpected(io_error(path, "send"));
    sent += static_cast<std::size_t>(count);
  }
  std::string answer;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto count = read(socket.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::make_unexpected(io_error(path, "read"));
    if (count == 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const auto end = answer.find('\n');
  const std::string first = answer.substr(0, end);
  if (first == "ok") return answer.substr(end + 1);
  constexpr std::string_view kError = "error: ";
  if (first.rfind(kError, 0) == 0) return fail(Errc::Refused, first.substr(kError.size()));
  return fail(Errc::Io, fmt::format("control socket '{}' closed without an answer", path));
}

}  // namespace market::sim
