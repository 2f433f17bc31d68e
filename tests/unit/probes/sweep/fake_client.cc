#include "tests/unit/probes/sweep/fake_client.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace market::sweep {

/// Counts as outstanding until its handler runs or it is withdrawn.
class FakeClient::Pending final : public snmp::Request::Impl {
 public:
  Pending(FakeClient& client, snmp::Outcome outcome, std::chrono::milliseconds delay,
          snmp::Handler handler)
      : client_{client}, outcome_{std::move(outcome)}, handler_{std::move(handler)} {
    ++client_.outstanding;
    client_.most_outstanding = std::max(client_.most_outstanding, client_.outstanding);
    timer_ = client_.loop_.after(delay, [this] {
      open_ = false;
      --client_.outstanding;
      handler_(std::move(outcome_));
    });
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() override {
    if (open_) --client_.outstanding;
  }

 private:
  FakeClient& client_;
  snmp::Outcome outcome_;
  snmp::Handler handler_;
  bool open_ = true;
  io::Timer timer_;
};

snmp::Request FakeClient::reply(const snmp::Target& target, snmp::Patience patience,
                                std::vector<snmp::VarBind> bindings, snmp::Handler handler,
                                bool is_stumbled_over) {
  const auto address = target.address.to_string();
  const bool is_lost = lose && lose(address);
  if (is_lost) lost.insert(asked.size());
  asked.push_back({address, target.credentials.id, loop_.now()});
  const auto patience_over = patience.timeout * patience.attempts;
  snmp::Outcome outcome = snmp::Silence{patience_over};
  auto delay = patience_over;
  const auto found = devices.find(address);
  if (!is_lost && found != devices.end() && loop_.now() >= found->second.there_from) {
    auto& device = found->second;
    const bool knows = device.credentials == target.credentials.id;
    if (knows && is_stumbled_over) {
      outcome = snmp::Garbled{"the walk does not advance"};
      delay = device.delay;
    } else if (knows && device.answers > 0) {
      --device.answers;
      outcome = snmp::Answer{std::move(bindings), device.delay, 1};
      delay = device.delay;
    } else if (!knows && device.refuses_strangers) {
      outcome = snmp::Refusal{snmp::ErrorStatus::AuthorizationError, 0, "unknown user"};
      delay = device.delay;
    }
  }
  return snmp::Request{
      std::make_unique<Pending>(*this, std::move(outcome), delay, std::move(handler))};
}

snmp::Request FakeClient::get(const snmp::Target& target, std::span<const Oid> oids,
                              snmp::Patience patience, snmp::Handler handler) {
  const auto& mib = devices[target.address.to_string()].mib;
  std::vector<snmp::VarBind> bindings;
  for (const auto& oid : oids) {
    const auto found = mib.find(oid);
    bindings.push_back(
        {oid, found == mib.end() ? snmp::Value{snmp::NoSuchInstance{}} : found->second});
  }
  const bool exists = !mib.empty();
  if (!exists) devices.erase(target.address.to_string());
  return reply(target, patience, std::move(bindings), std::move(handler));
}

snmp::Request FakeClient::walk(const snmp::Target& target, Oid root, std::size_t max_bindings,
                               snmp::Patience patience, snmp::Handler handler) {
  const auto& mib = devices.at(target.address.to_string()).mib;
  std::vector<snmp::VarBind> bindings;
  for (auto it = mib.upper_bound(root); it != mib.end() && it->first.starts_with(root); ++it) {
    if (bindings.size() == max_bindings) break;
    bindings.push_back({it->first, it->second});
  }
  return reply(target, patience, std::move(bindings), std::move(handler));
}

snmp::Request FakeClient::next(const snmp::Target& target, std::span<const Oid> roots,
                               snmp::Patience patience, snmp::Handler handler) {
  const auto& mib = devices[target.address.to_string()].mib;
  std::vector<snmp::VarBind> bindings;
  for (const auto& root : roots) {
    const auto found = mib.upper_bound(root);
    if (found == mib.end()) {
      bindings.push_back({root, snmp::EndOfMibView{}});
    } else {
      bindings.push_back({found->first, found->second});
    }
  }
  if (mib.empty()) devices.erase(target.address.to_string());
  return reply(target, patience, std::move(bindings), std::move(handler));
}

snmp::Request FakeClient::walk_table(const snmp::Target& target, std::span<const Oid> columns,
                                     std::size_t max_rows, snmp::Patience patience,
                                     snmp::Handler handler) {
  const auto& device = devices.at(target.address.to_string());
  const auto& mib = device.mib;
  const bool stumbles = device.stumbles_over && std::find(columns.begin(), columns.end(),
                                                          device.stumbles_over) != columns.end();
  std::vector<snmp::VarBind> bindings;
  for (const auto& column : columns) {
    std::size_t rows = 0;
    for (auto it = mib.upper_bound(column);
         it != mib.end() && it->first.starts_with(column) && rows < max_rows; ++it, ++rows) {
      bindings.push_back({it->first, it->second});
    }
  }
  return reply(target, patience, std::move(bindings), std::move(handler), stumbles);
}

snmp::Request FakeClient::set(const snmp::Target&, std::span<const snmp::VarBind>, snmp::Patience,
                              snmp::Handler) {
  throw std::logic_error{"a sweep writes nothing"};
}

}  // namespace market::sweep
