// The daemon put together: members in construction order, signals, reload, systemd.
#pragma once

#include <memory>
#include <string>

#include "config/types/result.h"

namespace market::app {

class App {
 public:
  virtual ~App() = default;
  /// Until SIGTERM or SIGINT. SIGHUP reloads. The calling thread becomes the loop's thread.
  virtual void run() = 0;
};

/// Everything that can go wrong at start is found here: settings and design with their
/// diagnostics (one a line), the state folder in use, the port taken.
[[nodiscard]] Result<std::unique_ptr<App>> make_app(const std::string& settings_file);

}  // namespace market::app
