// The gateway's own server of addresses (DHCP) and names (DNS): Debian's dnsmasq, told by one file
// and run beside us, so that it goes on when this daemon ends.
//
// The file is ours as a whole. It has a head that depends on the folder alone, then sections: a
// comment line "# [name]" and options in dnsmasq's own words. What is read back is what the running
// server was started with: without a process, or with a file younger than it, there is nothing.
//
// Threads:  blocking; one thread at a time.
// Errors:   Unsupported (dnsmasq is not installed), Refused (dnsmasq's own words), Silent, Io.
// Sources:  dnsmasq(8).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/types/result.h"

namespace market::dhcp {

/// Options by the name of their section, "interface=br-mkt.30" and so on.
using ServerOptions = std::map<std::string, std::vector<std::string>, std::less<>>;

class Server {
 public:
  virtual ~Server() = default;
  [[nodiscard]] virtual Result<ServerOptions> read() = 0;
  /// Has dnsmasq check the options before the running one is ended. None: it is ended.
  [[nodiscard]] virtual Result<void> change(const ServerOptions& options) = 0;
};

/// Keeps dnsmasq.conf, dnsmasq.pid and dnsmasq.leases in `folder`.
[[nodiscard]] std::unique_ptr<Server> make_dnsmasq(std::string folder);

/// The file of leases in such a folder.
[[nodiscard]] std::string dnsmasq_leases(const std::string& folder);

}  // namespace market::dhcp
