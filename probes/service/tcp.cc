// tcp_connect: a non-blocking connect(2), its end told by writability and SO_ERROR.
#include "probes/service/tcp.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cctype>
#include <cerrno>
#include <system_error>

#include "probes/io/owned_fd.h"
#include "probes/io/socket_address.h"

namespace market::service {
namespace {

std::string system_reason(int error) {
  auto reason = std::system_category().message(error);
  if (!reason.empty()) {
    reason.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(reason.front())));
  }
  return reason;
}

// The socket and everything pending on it. Ends with the one call of the handler, after which it
// holds nothing open; the handler may destroy it.
class Attempt final : public Probe {
 public:
  Attempt(io::AsioLoop& loop, std::function<void(TcpVerdict)> handler)
      : loop_{loop}, begun_{loop.now()}, handler_{std::move(handler)} {}

  void begin(const io::Endpoint& to, std::chrono::milliseconds patience) {
    const auto address = io::to_socket_address(to);
    fd_ = io::OwnedFd{
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!fd_.open()) return end_soon(errno);
    if (::connect(fd_.number(), address.data(), address.length) != 0 && errno != EINPROGRESS) {
      return end_soon(errno);
    }
    writable_ = loop_.on_writable(fd_.number(), [this] { take_result(); });
    deadline_ = loop_.after(patience, [this, patience] {
      end({false, elapsed(), "no answer within " + std::to_string(patience.count()) + " ms"});
    });
  }

 private:
  [[nodiscard]] std::chrono::microseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(loop_.now() - begun_);
  }

  // Never from inside tcp_connect: the caller does not hold the probe yet.
  void end_soon(int error) {
    deadline_ = loop_.after(io::Duration::zero(), [this, error] {
      end({false, elapsed(), system_reason(error)});
    });
  }

  void take_result() {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd_.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return end({false, elapsed(), system_reason(error)});
    end({true, elapsed(), ""});
  }

  void end(TcpVerdict verdict) {
    deadline_.cancel();
    writable_.cancel();
    fd_ = io::OwnedFd{};
    const auto handler = std::move(handler_);
    handler(std::move(verdict));  // last: it may destroy this
  }

  io::AsioLoop& loop_;
  io::TimePoint begun_;
  std::function<void(TcpVerdict)> handler_;
  io::OwnedFd fd_;
  io::Timer writable_;
  io::Timer deadline_;
};

}  // namespace

std::unique_ptr<Probe> tcp_connect(io::AsioLoop& loop, const io::Endpoint& to,
                                   std::chrono::milliseconds patience,
                                   std::function<void(TcpVerdict)> handler) {
  auto attempt = std::make_unique<Attempt>(loop, std::move(handler));
  attempt->begin(to, patience);
  return attempt;
}

}  // namespace market::service
