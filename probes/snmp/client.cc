#include "probes/snmp/client.h"

#include <utility>

#include "probes/snmp/engine.h"
#include "probes/snmp/first_contact.h"
#include "probes/snmp/task.h"

namespace market::snmp {

namespace {

class Withdrawal final : public Request::Impl {
 public:
  Withdrawal(std::weak_ptr<Engine> engine, std::weak_ptr<Ask> ask)
      : engine_{std::move(engine)}, ask_{std::move(ask)} {}
  ~Withdrawal() override {
    const auto engine = engine_.lock();
    const auto ask = ask_.lock();
    if (engine && ask) engine->withdraw(ask);
  }
  Withdrawal(const Withdrawal&) = delete;
  Withdrawal& operator=(const Withdrawal&) = delete;

 private:
  std::weak_ptr<Engine> engine_;
  std::weak_ptr<Ask> ask_;
};

class EngineClient final : public Client {
 public:
  EngineClient(io::Loop& loop, io::Wire& wire) : engine_{std::make_shared<Engine>(loop, wire)} {
    engine_->open();
  }
  ~EngineClient() override { engine_->close(); }
  EngineClient(const EngineClient&) = delete;
  EngineClient& operator=(const EngineClient&) = delete;

  Request get(const Target& target, std::span<const Oid> oids, Patience patience,
              Handler handler) override {
    return begin(target, patience, make_get(names_.of(oids)), std::move(handler));
  }
  std::unique_ptr<FirstContact> first_contact(const Target& target, std::span<const Oid> oids,
                                              Patience patience,
                                              FirstContact::Handler handler) override {
    auto names = names_.of(oids);
    auto prepared = target.credentials.version == Version::V3
                        ? nullptr
                        : engine_->prepared(target.credentials, names);
    if (!prepared) {
      return Client::first_contact(target, oids, patience, std::move(handler));
    }
    return std::make_unique<RollCall>(*engine_, target, std::move(names), std::move(prepared),
                                      patience, std::move(handler));
  }
  Request walk(const Target& target, Oid root, std::size_t max_bindings, Patience patience,
               Handler handler) override {
    return begin(target, patience,
                 make_walk(std::move(root), max_bindings, target.credentials.version),
                 std::move(handler));
  }
  Request next(const Target& target, std::span<const Oid> roots, Patience patience,
               Handler handler) override {
    return begin(target, patience, make_next(names_.of(roots)), std::move(handler));
  }
  Request walk_table(const Target& target, std::span<const Oid> columns, std::size_t max_rows,
                     Patience patience, Handler handler) override {
    return begin(target, patience, make_table(columns, max_rows, target.credentials.version),
                 std::move(handler));
  }
  Request set(const Target& target, std::span<const VarBind> bindings, Patience patience,
              Handler handler) override {
    return begin(target, patience, make_set(bindings), std::move(handler));
  }
  [[nodiscard]] Counters counters() const override { return engine_->counters(); }

 private:
  Request begin(const Target& target, Patience patience, std::unique_ptr<Task> task,
                Handler handler) {
    auto ask = engine_->ask(target, patience, std::move(task), std::move(handler));
    return Request{std::make_unique<Withdrawal>(engine_, std::move(ask))};
  }

  NamesCache names_;
  std::shared_ptr<Engine> engine_;
};

std::string describe_refusal(const Refusal& refusal) {
  auto text = to_string(refusal.status);
  if (refusal.index > 0) text += " at binding " + std::to_string(refusal.index);
  if (!refusal.detail.empty()) text += ": " + refusal.detail;
  return text;
}

}  // namespace

std::string describe(const Outcome& outcome) {
  if (const auto* answer = std::get_if<Answer>(&outcome)) {
    return "answered with " + std::to_string(answer->bindings.size()) + " bindings";
  }
  if (const auto* silence = std::get_if<Silence>(&outcome)) {
    return "no answer within " + std::to_string(silence->waited.count()) + " ms";
  }
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) return describe_refusal(*refusal);
  return "unusable answer: " + std::get<Garbled>(outcome).reason;
}

std::unique_ptr<Client> make_client(io::Loop& loop, io::Wire& wire) {
  return std::make_unique<EngineClient>(loop, wire);
}

}  // namespace market::snmp
