#include "daemon/api/server.h"

#include <sys/socket.h>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <cerrno>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "daemon/api/connection.h"

namespace market::api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr unsigned kLookupThreads = 2;
constexpr unsigned kCommandThreads = 4;
constexpr std::size_t kJobsMax = 16;
/// Connections beyond the limit that may wait for their 503 at one time.
constexpr std::size_t kTurnedAwayMax = 32;
/// After an accept that failed (no file descriptors): long enough for some to close.
constexpr std::chrono::milliseconds kAcceptPause{100};

class SnapshotBox {
 public:
  explicit SnapshotBox(health::SnapshotPtr snapshot) : snapshot_{std::move(snapshot)} {}
  [[nodiscard]] health::SnapshotPtr get() const {
    const std::lock_guard lock{mutex_};
    return snapshot_;
  }
  void set(health::SnapshotPtr snapshot) {
    const std::lock_guard lock{mutex_};
    snapshot_.swap(snapshot);
  }

 private:
  mutable std::mutex mutex_;
  health::SnapshotPtr snapshot_;
};

class BeastServer final : public Server {
 public:
  BeastServer(ServerOptions options, health::SnapshotPtr first, Commands& commands,
              MetricsOf metrics)
      : options_{std::move(options)},
        box_{std::move(first)},
        sources_{&commands, [this] { return box_.get(); }, std::move(metrics)},
        hub_{io_, sources_.snapshot, options_.timing.update, options_.timing.heartbeat,
             std::max<std::size_t>(1, options_.connections_max / 2)} {}

  ~BeastServer() override {
    io_.stop();
    for (auto& thread : threads_) thread.join();
    lookups_.drain();
    commands_.drain();
  }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  Result<void> listen() { return options_.inherited_fd >= 0 ? adopt_socket() : open_socket(); }

  void start() {
    hub_.start();
    asio::post(strand_, [this] { accept(); });
    for (unsigned i = 0; i < std::max(1U, options_.threads); ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] std::uint64_t requests() const override { return load_.requests.load(); }

  void publish(health::SnapshotPtr snapshot) override {
    box_.set(std::move(snapshot));
    hub_.publish();
  }

 private:
  Result<void> open_socket() {
    error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) {
      return fail(Errc::InvalidValue,
                  fmt::format("listen.address '{}' is not an IP address", options_.address));
    }
    const tcp::endpoint endpoint{address, options_.port};
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(Errc::Io, why_not(error));
    return learn_port();
  }

  std::string why_not(const error_code& error) const {
    if (error == asio::error::address_in_use) {
      return fmt::format(
          "port {} on {} is taken (address already in use): stop the other program or set "
          "listen.port",
          options_.port, options_.address);
    }
    return fmt::format("cannot listen on port {} of {} ({}): set listen.address or listen.port",
                       options_.port, options_.address, error.message());
  }

  Result<void> adopt_socket() {
    const int fd = options_.inherited_fd;
    int listening = 0;
    socklen_t size = sizeof listening;
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6)) {
      return fail(Errc::Io, fmt::format("inherited file descriptor {} is not a listening TCP "
                                        "socket: check the socket unit",
                                        fd));
    }
    error_code error;
    acceptor_.assign(address.ss_family == AF_INET ? tcp::v4() : tcp::v6(), fd, error);
    if (error) return fail(Errc::Io, fmt::format("inherited socket: {}", error.message()));
    return learn_port();
  }

  Result<void> learn_port() {
    error_code error;
    port_ = acceptor_.local_endpoint(error).port();
    if (error) return fail(Errc::Io, fmt::format("listening socket: {}", error.message()));
    return {};
  }

  void accept() {
    acceptor_.async_accept(
        asio::make_strand(io_), [this](const error_code& error, tcp::socket socket) {
          asio::post(strand_, [this, error, socket = std::move(socket)]() mutable {
            on_accept(error, std::move(socket));
          });
        });
  }

  void on_accept(const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](const error_code& stopped) {
        if (!stopped) accept();
      });
      return;
    }
    const auto now = load_.connections.load();
    if (now < options_.connections_max + kTurnedAwayMax) {
      serve_connection(std::move(socket), {options_, sources_, hub_, lookups_, commands_, load_},
                       now < options_.connections_max ? Welcome::Serve : Welcome::TurnAway);
    }
    accept();
  }

  ServerOptions options_;
  SnapshotBox box_;
  Sources sources_;
  Load load_;
  asio::io_context io_;
  // After io_: a job that was never run holds a connection, and so must go before io_ does.
  Workers lookups_{kLookupThreads, kJobsMax};
  Workers commands_{kCommandThreads, kJobsMax};
  StreamHub hub_;
  asio::strand<asio::io_context::executor_type> strand_{asio::make_strand(io_)};
  tcp::acceptor acceptor_{strand_};
  asio::steady_timer pause_{strand_};
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> start_server(ServerOptions options, health::SnapshotPtr first,
                                             Commands& commands, MetricsOf metrics) {
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(first), commands,
                                              std::move(metrics));
  if (auto listening = server->listen(); !listening) {
    return tl::make_unexpected(std::move(listening.error()));
  }
  server->start();
  return server;
}

}  // namespace market::api
