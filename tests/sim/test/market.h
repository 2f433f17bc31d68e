// A small simulated market in this process, and a manager that asks it byte by byte.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "tests/sim/agent.h"
#include "tests/sim/control.h"
#include "tests/sim/example.h"
#include "tests/sim/world.h"

namespace market::sim::test {

struct Response {
  int status = 0;
  std::int64_t index = 0;
  std::vector<VarBind> bindings;
};

/// A request in BER. The two numbers are non-repeaters and max-repetitions of a GetBulk.
[[nodiscard]] std::string encode(const std::string& community, Operation operation,
                                 const std::vector<VarBind>& bindings, std::int64_t first = 0,
                                 std::int64_t second = 0);
/// Nothing unless it is one whole SNMPv2c response to the request id that encode() uses.
[[nodiscard]] std::optional<Response> decode(const std::string& message);

[[nodiscard]] Name name(const std::string& dotted);
[[nodiscard]] ber::Octets octets(const std::string& text);

/// 10 stalls (5 with a terminal, 1 vacant), 2 switches of 24 ports, 2 access points:
///   sw-1: 1-4 gateway, 5 sw-2/1, 6 ap-1, 7.. stalls     sw-2: 1 sw-1/5, 2 ap-2, 3.. stalls
[[nodiscard]] ExampleOptions small_options();

class Market {
 public:
  explicit Market(Birth birth = Birth::FactoryFresh, ExampleOptions options = small_options());

  Design design;
  World world;
  Agents agents;
  Control control;
  Time now{1'000'000};

  [[nodiscard]] std::uint32_t address(const std::string& id) const;
  /// The answer of a device, or nothing for silence.
  [[nodiscard]] std::optional<Response> ask(const std::string& id, Operation operation,
                                            const std::vector<VarBind>& bindings,
                                            const std::string& community = "public",
                                            std::int64_t first = 0, std::int64_t second = 0);
  /// One value; Tag::Null for silence.
  [[nodiscard]] Value get(const std::string& id, const std::string& oid);
  [[nodiscard]] bool hears(const std::string& id);
  [[nodiscard]] std::optional<Response> set(const std::string& id,
                                            const std::vector<VarBind>& bindings);
  /// Status of setting one object; -1 for silence.
  int set_one(const std::string& id, const std::string& oid, const Value& value);
  /// Everything below `oid`, by GETNEXT.
  [[nodiscard]] std::vector<VarBind> walk(const std::string& id, const std::string& oid);
  /// The text of a verb that must succeed.
  std::string tell(const std::string& line);
  /// The reason why a verb is refused; empty when it is not.
  std::string complaint(const std::string& line);
  void pass(std::chrono::milliseconds time);

  /// The first stall of a kind: with a terminal that speaks SNMP, say.
  [[nodiscard]] const Stall& stall_with(StallKind kind) const;
};

}  // namespace market::sim::test
