// A real agent and a sweep that looks for it with the profiles that marketd is shipped with.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "probes/sweep/sweep.h"
#include "tests/integration/snmp/agent_test.h"

namespace market::snmp {

class SweeperTest : public AgentTest {
 protected:
  using AgentTest::AgentTest;

  /// At the agent's port, to the end of the sweep.
  sweep::SweepResult sweep(sweep::SweepOptions options) {
    options.port = agent_->port();
    const auto found = io::post_and_wait<sweep::SweepResult>(
        loop_, kLongest, [&](std::function<void(sweep::SweepResult)> done) {
          sweep_ = sweep::start_sweep(loop_, *client_, profiles_, options, {}, std::move(done));
        });
    EXPECT_TRUE(found) << "the sweep has no end";
    // It belongs to the loop's thread.
    const auto over =
        io::post_and_wait<bool>(loop_, kLongest, [&](const std::function<void(bool)>& done) {
          sweep_.reset();
          done(true);
        });
    EXPECT_TRUE(over);
    return found.value_or(sweep::SweepResult{});
  }

 private:
  static constexpr std::chrono::seconds kLongest{20};

  const ProfileSet profiles_ =
      load_profiles(std::string{MARKET_SOURCE_DIR} + "/config/share/profiles")
          .profiles.value_or(ProfileSet{});
  std::unique_ptr<sweep::Sweep> sweep_;
};

}  // namespace market::snmp
