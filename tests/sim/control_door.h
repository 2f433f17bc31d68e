// The unix-domain socket that takes control lines: one line in, an answer out, then it closes.
//
// The answer's first line is `ok` or `error: why`; what the verb prints follows. The socket file is
// for its owner only (mode 0600) and goes with this object.
//
// Threads:  one. Nothing blocks; a client that does not read its answer does not stop the market.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "config/types/result.h"
#include "tests/sim/descriptor.h"

namespace market::sim {

class ControlDoor {
 public:
  using Execute = std::function<std::string(std::string_view line)>;

  /// Conflict when something listens there already; a socket file without a listener is replaced.
  [[nodiscard]] static Result<ControlDoor> open(const std::string& path);
  ControlDoor(const ControlDoor&) = delete;
  ControlDoor(ControlDoor&&) = default;
  ControlDoor& operator=(const ControlDoor&) = delete;
  ControlDoor& operator=(ControlDoor&&) = delete;
  ~ControlDoor();

  /// Readable when serve() has something to do.
  [[nodiscard]] int descriptor() const { return events_.number(); }
  void serve(const Execute& execute);

 private:
  struct Client {
    Descriptor socket;
    std::string in, out;
  };

  ControlDoor() = default;
  void accept_clients();
  void read_from(Client& client, const Execute& execute);
  /// True when the client is done with.
  [[nodiscard]] static bool write_to(Client& client);

  std::string path_;
  Descriptor events_;  ///< epoll of the listener and the clients
  Descriptor listener_;
  std::map<int, Client> clients_;  ///< by descriptor
};

/// The client's side: sends one line, returns what was answered behind `ok`. The error is the
/// market's own when it answered `error:`.
[[nodiscard]] Result<std::string> ask_control(const std::string& path, std::string_view line);

}  // namespace market::sim
