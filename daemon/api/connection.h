// One client's connection: requests one after the other, each with bounded size and time.
//
//            .------------------- keep-alive -------------------.
//            v                                                   |
//   accepted -> head -> refused? --> body -> route -> answer -> written -> closed
//                 |        |                    |                            ^
//                 |        '--- error ----------+--> stream (until it ends) -+
//                 '-- too slow, too big, not HTTP ---------------------------'
//
// Threads:  a strand of its own; commands run on Workers and come back to the strand.
// Sources:  RFC 9112 (framing), RFC 9110, 10.1.1 (100-continue).
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/stream_hub.h"
#include "daemon/api/workers.h"

namespace market::api {

/// How busy the server is. Outlives every connection.
struct Load {
  std::atomic<std::size_t> connections{0};
  std::atomic<std::uint64_t> requests{0};
};

/// What all connections share. Outlives every handler that runs.
struct Shared {
  const ServerOptions& options;
  const Sources& sources;
  StreamHub& hub;
  Workers& lookups;
  Workers& commands;
  Load& load;
};

enum class Welcome : std::uint8_t {
  Serve,
  TurnAway,  ///< there are too many: the first request gets a 503
};

void serve_connection(boost::asio::ip::tcp::socket socket, Shared shared, Welcome welcome);

}  // namespace market::api
