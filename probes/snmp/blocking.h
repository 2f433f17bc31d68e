// The client for code that may wait: planning, applying and the command line.
//
// Threads:  any thread but the loop's; each call posts to the loop and waits for the outcome.
#pragma once

#include <span>

#include "probes/io/loop.h"
#include "probes/snmp/client.h"

namespace market::snmp {

class BlockingClient {
 public:
  virtual ~BlockingClient() = default;
  [[nodiscard]] virtual Outcome get(const Target&, std::span<const Oid> oids, Patience) = 0;
  [[nodiscard]] virtual Outcome walk(const Target&, const Oid& root, std::size_t max_bindings,
                                     Patience) = 0;
  [[nodiscard]] virtual Outcome set(const Target&, std::span<const VarBind> bindings, Patience) = 0;
};

[[nodiscard]] std::unique_ptr<BlockingClient> make_blocking(io::Loop& loop, Client& client);

}  // namespace market::snmp
