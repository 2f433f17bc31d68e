// What a tester may do to a running market, as lines of words: `unplug ap-3`, `lose 30% sw-1`.
//
// Words are separated by blanks; "double quotes" hold blanks together, with \" and \\ in them.
// marketsim(1) explains each verb; verbs() in control.cc lists them.
//
// Threads:  one. Errors: Answer::ok is false and the text says why.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/types/result.h"
#include "tests/sim/agent.h"
#include "tests/sim/traps.h"
#include "tests/sim/wire.h"
#include "tests/sim/world.h"

namespace market::sim {

struct Answer {
  bool ok = true;
  std::string text;  ///< lines to print, or what went wrong

  static Answer of(const Result<void>& done) {
    return done ? Answer{} : Answer{false, done.error().message};
  }
  static Answer refuse(std::string why) { return {false, std::move(why)}; }
};

class Control {
 public:
  using Words = std::vector<std::string>;

  /// All must outlive this. Without a `wire` nobody can be made to speak on one, and without
  /// `traps` nobody to tell a manager.
  Control(World& world, Agents& agents, Wire* wire = nullptr, Traps* traps = nullptr)
      : world_{world}, agents_{agents}, wire_{wire}, traps_{traps} {}

  [[nodiscard]] Answer execute(std::string_view line, Time now);
  /// True after `quit`.
  [[nodiscard]] bool over() const { return over_; }

 private:
  struct Verb;
  [[nodiscard]] static std::span<const Verb> verbs();

  Answer unplug(const Words& words, Time now);
  Answer plug(const Words& words, Time now);
  Answer power_off(const Words& words, Time now);
  Answer power_on(const Words& words, Time now);
  Answer reboot(const Words& words, Time now);
  Answer swap_terminal(const Words& words, Time now);
  Answer rewire(const Words& words, Time now);
  Answer move_address(const Words& words, Time now);
  Answer second_address(const Words& words, Time now);
  Answer exchange(const Words& words, Time now);
  Answer hub(const Words& words, Time now);
  Answer flap(const Words& words, Time now);
  Answer loop(const Words& words, Time now);
  Answer pose(const Words& words, Time now);
  Answer clone_engine(const Words& words, Time now);
  Answer community(const Words& words, Time now);
  Answer users(const Words& words, Time now);
  Answer announce(const Words& words, Time now);
  Answer show(const Words& words, Time now);
  Answer duplicate_address(const Words& words, Time now);
  Answer talk(const Words& words, Time now);
  Answer dhcp(const Words& words, Time now);
  [[nodiscard]] Answer speak(const std::string& who, bool (Wire::*how)(std::size_t, Time),
                             Time now);
  Answer trap(const Words& words, Time now);
  Answer traps(const Words& words, Time now);
  Answer service(const Words& words, Time now);
  Answer lose(const Words& words, Time now);
  Answer delay(const Words& words, Time now);
  Answer lie(const Words& words, Time now);
  Answer set(const Words& words, Time now);
  Answer dump(const Words& words, Time now);
  Answer dump_startup(const Words& words, Time now);
  Answer counts(const Words& words, Time now);
  Answer reset_counts(const Words& words, Time now);
  Answer list(const Words& words, Time now);
  Answer status(const Words& words, Time now);
  Answer help(const Words& words, Time now);
  Answer quit(const Words& words, Time now);

  World& world_;
  Agents& agents_;
  Wire* wire_;
  Traps* traps_;
  bool over_ = false;
};

/// Splits a line into words; InvalidValue for an open quote.
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view line);
/// The inverse: one word, quoted when it must be.
[[nodiscard]] std::string quote_word(std::string_view word);

}  // namespace market::sim
