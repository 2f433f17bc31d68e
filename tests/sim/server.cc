#include "tests/sim/server.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "tests/sim/control.h"
#include "tests/sim/control_door.h"
#include "tests/sim/link_door.h"
#include "tests/sim/log.h"
#include "tests/sim/tcp_door.h"
#include "tests/sim/udp_door.h"

namespace market::sim {
namespace {

/// SIGINT and SIGTERM as a descriptor that becomes readable.
Descriptor catch_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return Descriptor{signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC)};
}

class Server {
 public:
  Server(World& world, Agents& agents, const ServerOptions& options, UdpDoor udp)
      : world_{world},
        agents_{agents},
        wire_{world, agents, options.wire},
        traps_{world, options.traps},
        control_{world, agents, &wire_, &traps_},
        udp_{std::move(udp)} {
    agents_.on_no_request(
        [this](std::size_t device, ber::Octets datagram) { traps_.heard(device, datagram); });
  }

  Result<void> open(const ServerOptions& options) {
    signals_ = catch_signals();
    if (!signals_.valid()) {
      return fail(Errc::Io, fmt::format("signalfd: {}", last_error()));
    }
    if (!options.control.empty()) {
      auto door = ControlDoor::open(options.control);
      if (!door) return tl::make_unexpected(door.error());
      control_door_.emplace(std::move(*door));
    }
    if (options.tcp == Tcp::Open) {
      auto door = TcpDoor::open();
      if (!door) return tl::make_unexpected(door.error());
      tcp_door_.emplace(std::move(*door));
    }
    if (!options.wire.links.empty()) {
      auto door = LinkDoor::open(wire_, options.inner);
      if (!door) return tl::make_unexpected(door.error());
      link_door_.emplace(std::move(*door));
    }
    follow_world();
    return {};
  }

  void run() {
    std::vector<pollfd> doors{{signals_.number(), POLLIN, 0},
                              {udp_.descriptor(), POLLIN, 0},
                              {control_door_ ? control_door_->descriptor() : -1, POLLIN, 0},
                              {tcp_door_ ? tcp_door_->descriptor() : -1, POLLIN, 0}};
    if (link_door_) {
      for (const int socket : link_door_->descriptors()) doors.push_back({socket, POLLIN, 0});
    }
    while (!control_.over()) {
      const int count = poll(doors.data(), doors.size(), patience());
      if (count < 0 && errno != EINTR) return;
      if (doors[0].revents != 0) return;
      world_.advance(now());
      if (doors[1].revents != 0) udp_.receive(agents_, now());
      udp_.send(now());
      if (link_door_) link_door_->receive(wire_, now());
      if (doors[2].revents != 0) serve_control();
      follow_world();
      send_traps();
      if (doors[3].revents != 0) tcp_door_->serve();
    }
    // Lets the answer to `quit` go out.
    if (control_door_) serve_control();
  }

  [[nodiscard]] std::size_t listeners() const { return tcp_door_ ? tcp_door_->listeners() : 0; }

 private:
  [[nodiscard]] Time now() const {
    return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - start_);
  }

  /// Milliseconds until something is due; -1 = nothing is.
  [[nodiscard]] int patience() const {
    const Time next =
        std::min({udp_.next_due().value_or(Time::max()), world_.next_wake().value_or(Time::max()),
                  wire_.next_due().value_or(Time::max()), traps_.next_due().value_or(Time::max())});
    if (next == Time::max()) return -1;
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(next - now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, 60'000));
  }

  void serve_control() {
    control_door_->serve([this](std::string_view line) {
      const Answer answer = control_.execute(line, now());
      log(answer.ok ? Level::Info : Level::Warning, "SIM_CONTROL",
          fmt::format("verb={}", line.substr(0, line.find(' '))), answer.ok ? "done" : answer.text);
      return answer.ok ? "ok\n" + answer.text : fmt::format("error: {}\n", answer.text);
    });
  }

  void send_traps() {
    const TrapOptions& manager = traps_.options();
    while (auto datagram = traps_.take(now())) {
      udp_.post(datagram->from, manager.address, manager.port, std::move(datagram->message), now());
    }
    udp_.send(now());
  }

  void follow_world() {
    if (followed_ == world_.generation()) return;
    followed_ = world_.generation();
    traps_.follow(now());
    if (tcp_door_) tcp_door_->follow(world_);
    if (link_door_) {
      wire_.follow(now());
      link_door_->send(wire_, now());
    }
  }

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  World& world_;
  Agents& agents_;
  Wire wire_;
  Traps traps_;
  Control control_;
  UdpDoor udp_;
  Descriptor signals_;
  std::optional<ControlDoor> control_door_;
  std::optional<TcpDoor> tcp_door_;
  std::optional<LinkDoor> link_door_;
  std::uint64_t followed_ = 0;
};

}  // namespace

Result<void> serve(World& world, const AgentOptions& agent_options, const ServerOptions& options) {
  Agents agents{world, agent_options};
  auto udp = UdpDoor::open(options.bind, options.port);
  if (!udp) return tl::make_unexpected(udp.error());
  Server server{world, agents, options, std::move(*udp)};
  if (auto opened = server.open(options); !opened) return opened;
  log(Level::Info, "SIM_READY",
      fmt::format("site={} devices={} bind={} port={} tcp-listeners={}", world.site(),
                  world.devices().size(), options.bind, options.port, server.listeners()),
      "the market is open");
  server.run();
  log(Level::Info, "SIM_OVER", "", "the market is closed");
  return {};
}

}  // namespace market::sim
