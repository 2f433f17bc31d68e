// A child program, run to its end: what it is told on its stdin, what it says, how it ends.
//
// Found by name along PATH, /usr/sbin and /sbin (a daemon's PATH may lack them); runs with LC_ALL=C
// and nothing else changed. A program that is still running at its limit is killed.
//
// Threads:  blocking; on worker threads.
// Errors:   NotFound (no such program), Silent (limit passed), Io. A status other than 0 is no
//           error here: the caller knows what it means.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/result.h"

namespace market::io {

struct Finished {
  int status = 0;  ///< exit status; 128 + N after signal N
  std::string out, err;
};

/// `command`: the program's name, then its arguments.
[[nodiscard]] Result<Finished> run_command(const std::vector<std::string>& command,
                                           std::string_view input, std::chrono::milliseconds limit);

/// The path of a program that can be run; empty = there is none.
[[nodiscard]] std::string find_program(const std::string& name);

}  // namespace market::io
