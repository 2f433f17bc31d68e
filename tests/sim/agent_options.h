// Whom the agents of `marketsim run` answer, as the command line says it. See marketsim(1).
//
// Errors:   po::error for what makes no sense.
#pragma once

#include <boost/program_options.hpp>

#include "tests/sim/agent.h"

namespace market::sim {

void add_agent_options(boost::program_options::options_description& options);
[[nodiscard]] AgentOptions agent_options(const boost::program_options::variables_map& values);

}  // namespace market::sim
