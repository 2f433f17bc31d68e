#include "probes/device/snmp_driver.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "config/profile/fact.h"
#include "probes/device/snmp_driver_agent.h"
#include "probes/device/snmp_driver_codec.h"
#include "probes/device/snmp_driver_index.h"
#include "probes/device/snmp_driver_observe.h"
#include "probes/device/snmp_driver_read.h"
#include "probes/device/snmp_driver_write.h"

namespace market::device {
namespace {

using std::chrono::milliseconds;

const Oid kEngineId{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0};  // SNMP-FRAMEWORK-MIB::snmpEngineID.0

/// Between two looks at a device that saves.
constexpr milliseconds kSaveInterval{500};
/// Between two looks at a request.
constexpr milliseconds kRequestInterval{200};

std::string plural(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

/// "port[3].pvid refused: wrongValue", by the binding the agent names.
WriteRefused refusal_of(const snmp::Refusal& refusal, const std::vector<Binding>& bindings) {
  const bool named = refusal.index >= 1 && refusal.index <= bindings.size();
  const bool only = bindings.size() == 1;
  const std::string what = named  ? bindings[refusal.index - 1].fields
                           : only ? bindings.front().fields
                                  : "write of " + plural(bindings.size(), "binding");
  std::string reason = what + " refused: " + snmp::to_string(refusal.status);
  if (!refusal.detail.empty()) reason += " (" + refusal.detail + ")";
  const auto* binding = named ? &bindings[refusal.index - 1] : only ? &bindings.front() : nullptr;
  const auto* sent = binding == nullptr ? nullptr : snmp::as_octets(binding->varbind.value);
  if (refusal.status == snmp::ErrorStatus::WrongLength && sent != nullptr) {
    const auto kept =
        binding->shared
            ? "agent keeps " + std::to_string(binding->shared->before.octets().size()) + " bytes, "
            : std::string{};
    reason += " (" + kept + "sent " + std::to_string(sent->size()) + ")";
  }
  return {std::move(reason)};
}

class SnmpDriver final : public Driver {
 public:
  SnmpDriver(snmp::BlockingClient& client, SnmpAccess access, const Profile& profile, Pause pause)
      : client_{client},
        access_{std::move(access)},
        profile_{profile},
        pause_{std::move(pause)},
        agent_{client, access_.read, access_.patience},
        indexes_{agent_, profile} {}

  Result<Observation> observe() override {
    indexes_.forget();
    auto fields = observe_device(agent_, indexes_, profile_);
    if (!fields) return tl::make_unexpected(std::move(fields.error()));
    return Observation{std::move(*fields), {}, {}};
  }

  Result<FieldMap> read(std::span<const std::string> fields) override {
    return read_fields(agent_, indexes_, profile_, fields);
  }

  Result<Identity> identity() override {
    Identity identity;
    const auto values = agent_.get({&kEngineId, 1});
    if (!values) return tl::make_unexpected(values.error());
    if (const auto found = values->find(kEngineId); found != values->end()) {
      const auto* octets = snmp::as_octets(found->second);
      if (octets != nullptr) identity.engine_id = engine_id_in(*octets).value_or("");
    }
    for (auto [name, fact] : {std::pair{"serial", &identity.serial}, {"mac", &identity.mac}}) {
      const auto rules = profile_.facts.find(name);
      if (rules == profile_.facts.end()) continue;
      auto text = agent_.fact(name, rules->second);
      if (!text) return tl::make_unexpected(text.error());
      *fact = *std::move(text);
    }
    return identity;
  }

  WriteOutcome write(std::span<const FieldChange> changes) override {
    const auto bindings = make_bindings(agent_, indexes_, profile_, changes);
    if (!bindings) return WriteRefused{bindings.error().message};
    if (bindings->empty()) return Written{};
    if (bindings->size() > profile_.quirks.max_varbinds) {
      return WriteRefused{"write of " + plural(bindings->size(), "binding") +
                          " refused: this device takes " +
                          std::to_string(profile_.quirks.max_varbinds) + " at once"};
    }
    std::vector<snmp::VarBind> varbinds;
    for (const auto& binding : *bindings) varbinds.push_back(binding.varbind);
    const auto* request = bindings->front().request;
    if (request != nullptr) {
      if (auto free = await_request(*request); !std::holds_alternative<Written>(free)) return free;
    }
    const auto outcome = set(varbinds);
    const bool answered = std::holds_alternative<snmp::Answer>(outcome);
    if (request != nullptr && (answered || std::holds_alternative<snmp::Silence>(outcome))) {
      return ended_request(*request, bindings->front().fields);
    }
    if (answered) return left_alone(*bindings);
    if (const auto* refusal = std::get_if<snmp::Refusal>(&outcome)) {
      return refusal_of(*refusal, *bindings);
    }
    return WriteUnknown{snmp::describe(outcome)};
  }

  Result<void> save() override {
    if (profile_.quirks.implicit_save) return {};
    if (!profile_.save) {
      return fail(Errc::Unsupported, "profile '" + profile_.id + "' has no way to save");
    }
    const auto& recipe = *profile_.save;
    std::vector<snmp::VarBind> varbinds;
    for (const auto& object : recipe.set) {
      auto value = encode(Attribute{.oid = object.oid, .encoding = object.type}, object.value);
      if (!value) return fail(Errc::Refused, value.error());
      varbinds.push_back({object.oid, *std::move(value)});
    }
    const auto outcome = set(varbinds);
    const bool done = std::holds_alternative<snmp::Answer>(outcome);
    const bool silent = std::holds_alternative<snmp::Silence>(outcome);
    // A device that writes its flash may be too busy to answer: what counts is the proof.
    if (!done && !(silent && recipe.verify_oid)) return tl::make_unexpected(error_of(outcome));
    return recipe.verify_oid ? verify_saved(recipe) : Result<void>{};
  }

  std::size_t max_changes_per_write() const override {
    const auto& attributes = profile_.attributes;
    const bool requests = std::any_of(attributes.begin(), attributes.end(),
                                      [](const auto& each) { return each.second.request; });
    if (requests) return 1;
    // A membership costs an egress and an untagged list, a new VLAN a row and a name.
    return std::max<std::size_t>(profile_.quirks.max_varbinds / 2, 1);
  }

 private:
  snmp::Outcome set(std::span<const snmp::VarBind> varbinds) {
    const milliseconds spacing{profile_.quirks.set_spacing_ms};
    const auto now = std::chrono::steady_clock::now();
    if (last_set_ && now - *last_set_ < spacing) {
      pause_(std::chrono::ceil<milliseconds>(spacing - (now - *last_set_)));
    }
    auto outcome = client_.set(access_.write, varbinds, access_.patience);
    last_set_ = std::chrono::steady_clock::now();
    return outcome;
  }

  /// Written, unless the agent has changed other ports of a list as well; then the lists are put
  /// back as they were before.
  WriteOutcome left_alone(const std::vector<Binding>& bindings) {
    std::vector<Oid> lists;
    std::vector<snmp::VarBind> before;
    for (const auto& binding : bindings) {
      if (!binding.shared) continue;
      lists.push_back(binding.varbind.oid);
      before.push_back({binding.varbind.oid, snmp::Octets{binding.shared->before.octets()}});
    }
    if (lists.empty()) return Written{};
    const auto now = agent_.get(lists);
    if (!now) return WriteUnknown{now.error().message};
    const auto disturbed = disturbed_ports(bindings, *now);
    if (disturbed.empty()) return Written{};
    std::reverse(before.begin(), before.end());
    (void)set(before);
    return WriteRefused{"the device changed ports that nobody asked it to change: " + disturbed};
  }

  /// What the status says; nothing = the device does not tell.
  Result<std::optional<std::int64_t>> status_of(const RequestRecipe& request) {
    auto values = agent_.get({&request.status, 1});
    if (!values) return tl::make_unexpected(std::move(values.error()));
    const auto found = values->find(request.status);
    return found == values->end() ? std::nullopt : snmp::as_number(found->second);
  }

  /// Written once no request is under way, this one or somebody else's.
  WriteOutcome await_request(const RequestRecipe& request) {
    for (milliseconds waited{0};; waited += kRequestInterval) {
      const auto status = status_of(request);
      if (status && !*status) return WriteRefused{"the device tells no status of its requests"};
      if (status && **status != request.busy) return Written{};
      if (waited + kRequestInterval > milliseconds{request.within_ms}) {
        return WriteUnknown{status ? "a request is under way for more than " +
                                         std::to_string(request.within_ms) + " ms"
                                   : status.error().message};
      }
      pause_(kRequestInterval);
    }
  }

  WriteOutcome ended_request(const RequestRecipe& request, const std::string& fields) {
    if (auto ended = await_request(request); !std::holds_alternative<Written>(ended)) return ended;
    const auto status = status_of(request);
    if (!status || !*status) return WriteUnknown{"the device does not tell how the request ended"};
    if (**status == request.passed) return Written{};
    auto reason = fields + " refused: the request ended with status " + std::to_string(**status);
    if (request.result) {
      const auto values = agent_.get({&*request.result, 1});
      if (values && values->contains(*request.result)) {
        reason += ", result " + snmp::to_string(values->at(*request.result));
      }
    }
    return **status == request.failed ? WriteOutcome{WriteRefused{std::move(reason)}}
                                      : WriteOutcome{WriteUnknown{std::move(reason)}};
  }

  Result<void> verify_saved(const SaveRecipe& recipe) {
    std::string last = "no answer";
    for (milliseconds waited{0};; waited += kSaveInterval) {
      const auto values = agent_.get({&*recipe.verify_oid, 1});
      if (values) {
        const auto found = values->find(*recipe.verify_oid);
        if (found == values->end()) {
          return fail(Errc::Refused, "the device does not tell whether it saved");
        }
        if (snmp::as_number(found->second) == recipe.verify_equals) return {};
        last =
            snmp::to_string(found->second) + " instead of " + std::to_string(recipe.verify_equals);
      } else if (values.error().code != Errc::Silent) {
        return tl::make_unexpected(values.error());
      } else {
        last = values.error().message;
      }
      if (waited + kSaveInterval > milliseconds{recipe.verify_within_ms}) break;
      pause_(kSaveInterval);
    }
    return fail(Errc::Refused,
                "not saved after " + std::to_string(recipe.verify_within_ms) + " ms: " + last);
  }

  snmp::BlockingClient& client_;
  SnmpAccess access_;
  const Profile& profile_;
  Pause pause_;
  Agent agent_;
  Indexes indexes_;
  std::optional<std::chrono::steady_clock::time_point> last_set_;
};

}  // namespace

std::unique_ptr<Driver> make_snmp_driver(snmp::BlockingClient& client, SnmpAccess access,
                                         const Profile& profile, Pause pause) {
  if (!pause) pause = [](milliseconds duration) { std::this_thread::sleep_for(duration); };
  return std::make_unique<SnmpDriver>(client, std::move(access), profile, std::move(pause));
}

}  // namespace market::device
