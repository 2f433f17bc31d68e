// The real marketsim as a child process on the loopback network, and the programs that talk to it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace market::sim::test {

struct Output {
  int status = -1;   ///< exit status; -1 = it did not end by itself
  std::string text;  ///< standard output, and standard error behind it when asked for
};

/// Runs a shell command to its end, with MIBS= in its environment.
[[nodiscard]] Output run_command(const std::string& command);

/// A directory that goes with its object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder(Folder&&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder& operator=(Folder&&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// `marketsim run` on a design with addresses in 127.64.0.0/16; ends with its object.
class RunningMarket {
 public:
  /// `example`: options of `marketsim example`; `options`: of `marketsim run`.
  RunningMarket(const std::string& example, const std::string& options);
  ~RunningMarket();
  RunningMarket(const RunningMarket&) = delete;
  RunningMarket(RunningMarket&&) = delete;
  RunningMarket& operator=(const RunningMarket&) = delete;
  RunningMarket& operator=(RunningMarket&&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string design() const { return folder_.file("market.yaml"); }
  [[nodiscard]] std::string control() const { return folder_.file("control"); }
  /// `marketsim ctl`, with standard error behind its output.
  [[nodiscard]] Output ctl(const std::string& verb) const;
  /// A net-snmp program, v2c, numeric: snmp("snmpget", "public", "127.64.0.11",
  /// "1.3.6.1.2.1.1.5.0").
  [[nodiscard]] Output snmp(const std::string& program, const std::string& community,
                            const std::string& address, const std::string& rest) const;
  /// Exit status of the process after `quit` or a signal.
  [[nodiscard]] int wait();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  Folder folder_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  int errors_ = -1;  ///< read end of its standard error
  bool ready_ = false;
};

}  // namespace market::sim::test
