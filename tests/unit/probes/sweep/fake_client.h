// Agents in memory behind snmp::Client, on a fake loop: each knows which credentials may ask it,
// answers after its delay, and is silent to everybody else for as long as the asker is patient.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "probes/snmp/client.h"
#include "tests/fakes/fake_loop.h"

namespace market::sweep {

struct FakeDevice {
  std::map<Oid, snmp::Value> mib;
  std::string credentials = "public";  ///< id of those it answers
  bool refuses_strangers = false;      ///< a v3 report instead of silence
  std::chrono::milliseconds delay{5};
  std::size_t answers = SIZE_MAX;    ///< goes silent after so many
  io::TimePoint there_from{};        ///< silent before
  std::optional<Oid> stumbles_over;  ///< a walk of this column, alone or with others, is Garbled
};

class FakeClient final : public snmp::Client {
 public:
  explicit FakeClient(io::Loop& loop) : loop_{loop} {}

  snmp::Request get(const snmp::Target& target, std::span<const Oid> oids, snmp::Patience patience,
                    snmp::Handler handler) override;
  snmp::Request walk(const snmp::Target& target, Oid root, std::size_t max_bindings,
                     snmp::Patience patience, snmp::Handler handler) override;
  snmp::Request next(const snmp::Target& target, std::span<const Oid> roots,
                     snmp::Patience patience, snmp::Handler handler) override;
  snmp::Request walk_table(const snmp::Target& target, std::span<const Oid> columns,
                           std::size_t max_rows, snmp::Patience patience,
                           snmp::Handler handler) override;
  snmp::Request set(const snmp::Target& target, std::span<const snmp::VarBind> bindings,
                    snmp::Patience patience, snmp::Handler handler) override;
  [[nodiscard]] Counters counters() const override { return {}; }

  struct Question {
    std::string address, credentials;
    io::TimePoint at;
  };

  std::map<std::string, FakeDevice> devices;  ///< by address
  std::vector<Question> asked;                ///< every get and walk
  std::size_t outstanding = 0, most_outstanding = 0;
  std::function<bool(const std::string& address)> lose;  ///< this question is not sent
  std::set<std::size_t> lost;                            ///< places in `asked`

 private:
  class Pending;

  snmp::Request reply(const snmp::Target& target, snmp::Patience patience,
                      std::vector<snmp::VarBind> bindings, snmp::Handler handler,
                      bool is_stumbled_over = false);

  io::Loop& loop_;
};

}  // namespace market::sweep
