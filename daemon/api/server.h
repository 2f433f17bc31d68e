// One HTTP server on one port: the API, the live page and /metrics (Boost.Beast).
//
// Reads answer from the current Snapshot, without touching the loop. Writes go through Commands,
// which blocks; each connection has a bounded time, body and header size, and the number of
// connections is bounded too. A command that blocks for minutes holds up nobody else: it has
// threads of its own, and a caller that leaves does not stop it.
//
// Threads:  its own small pool. Snapshot access is a copy of a shared_ptr under a mutex.
// Security: only POST changes anything; a POST needs Content-Type application/json and, if an
//           Origin header is there, one that equals the Host; the Host must be an IP literal,
//           "localhost" or a name given in `allowed_hosts` (DNS rebinding).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/result.h"
#include "daemon/api/message.h"
#include "daemon/health/snapshot.h"

namespace market::api {

/// What a command gives back: HTTP status and a JSON body.
struct Reply {
  unsigned status = 200;
  std::string json;
};

/// The verbs that need more than the snapshot. Each may block; called on server threads.
class Commands {
 public:
  virtual ~Commands() = default;
  virtual Reply plan() = 0;  ///< looks at every device; 200 with the plan
  /// `body`: {"plan": <plan JSON or absent = plan now>, "actor": "kim"}; 200 with the report.
  virtual Reply apply(const std::string& body) = 0;
  /// `body`: {"plan": <plan JSON>, "actor": "lee"}: who approves this very plan.
  virtual Reply approve(const std::string& body) = 0;
  virtual Reply confirm(const std::string& body) = 0;
  virtual Reply rollback(const std::string& body) = 0;
  virtual Reply audit() = 0;
  virtual Reply sweep() = 0;    ///< starts one now; 202
  virtual Reply reload() = 0;   ///< settings, profiles, design; all or nothing
  virtual Reply history() = 0;  ///< runs and audit rows
  virtual Reply outages() = 0;
};

/// Patience with the other side of a connection. Tests use short ones.
struct ServerTiming {
  std::chrono::milliseconds request{std::chrono::seconds{10}};    ///< for a head; again for a body
  std::chrono::milliseconds idle{std::chrono::seconds{60}};       ///< between requests
  std::chrono::milliseconds write{std::chrono::seconds{30}};      ///< for one answer, or one update
  std::chrono::milliseconds heartbeat{std::chrono::seconds{15}};  ///< on a quiet stream
  std::chrono::milliseconds update{std::chrono::seconds{1}};      ///< least between two updates
};

/// The two ends of a connection.
struct Ends {
  IpAddress local, remote;
  std::uint16_t local_port = 0, remote_port = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9750;  ///< 0 = any free one
  int inherited_fd = -1;      ///< a listening socket from systemd (sd_listen_fds(3)); -1 = none
  std::vector<std::string> allowed_hosts;
  unsigned threads = 4;
  std::size_t connections_max = 256;  ///< one more gets a 503; half of them may be live streams
  ServerTiming timing;
  /// Who is at the other end, for commands: takes the place of the "actor" of a body. Empty = what
  /// the body says counts. Called on server threads; null = nobody is known.
  std::function<std::string(const Ends&)> caller_of;
};

class Server {
 public:
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Since the start, whatever the answer was. From any thread.
  [[nodiscard]] virtual std::uint64_t requests() const = 0;
  /// From any thread. The page's live rows follow.
  virtual void publish(health::SnapshotPtr snapshot) = 0;
};

/// The exposition of a snapshot; called on server threads.
using MetricsOf = std::function<Pieces(health::SnapshotPtr)>;

/// Io when the port is taken, with its number and what to do about it; InvalidValue for an address
/// that is none. All must outlive the server; destroying the server waits for commands under way.
[[nodiscard]] Result<std::unique_ptr<Server>> start_server(ServerOptions options,
                                                           health::SnapshotPtr first,
                                                           Commands& commands, MetricsOf metrics);

}  // namespace market::api
