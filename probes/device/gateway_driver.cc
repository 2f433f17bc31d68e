#include "probes/device/gateway_driver.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

namespace market::device {
namespace {

/// A bridge with its ports, or a VLAN link with its address: what a person sees as one thing.
constexpr std::size_t kChangesPerWrite = 8;

class GatewayDriver final : public Driver {
 public:
  explicit GatewayDriver(std::vector<std::unique_ptr<GatewayPart>> parts)
      : parts_{std::move(parts)} {}

  Result<Observation> observe() override;
  Result<FieldMap> read(std::span<const std::string> fields) override;
  Result<Identity> identity() override;
  WriteOutcome write(std::span<const FieldChange> changes) override;
  /// A kernel keeps nothing: marketd gives a restarted gateway back what it had (restore.h).
  Result<void> save() override { return {}; }
  std::size_t max_changes_per_write() const override { return kChangesPerWrite; }

 private:
  /// Its index in parts_; their number when it is nobody's.
  [[nodiscard]] std::size_t part_of(const std::string& field) const {
    const auto group = FieldName::split(field).group;
    const auto part = std::find_if(parts_.begin(), parts_.end(), [&](const auto& each) {
      const auto own = each->groups();
      return std::find(own.begin(), own.end(), group) != own.end();
    });
    return static_cast<std::size_t>(part - parts_.begin());
  }

  std::vector<std::unique_ptr<GatewayPart>> parts_;
};

/// What a part has no tool for is left out, with the reason.
Result<Observation> look(GatewayPart& part) {
  auto seen = part.observe();
  if (seen || seen.error().code != Errc::Unsupported) return seen;
  Observation nothing;
  for (const auto group : part.groups()) {
    nothing.unable.emplace(group, seen.error().message);
  }
  return nothing;
}

Result<Observation> GatewayDriver::observe() {
  Observation all;
  for (const auto& part : parts_) {
    auto seen = look(*part);
    if (!seen) return seen;
    all.fields.merge(seen->fields);
    all.ours.merge(seen->ours);
    all.unable.merge(seen->unable);
  }
  return all;
}

Result<FieldMap> GatewayDriver::read(std::span<const std::string> fields) {
  std::set<std::size_t> asked;
  for (const auto& field : fields) asked.insert(part_of(field));
  FieldMap seen;
  for (const auto part : asked) {
    if (part == parts_.size()) continue;
    auto own = look(*parts_[part]);
    if (!own) return tl::make_unexpected(std::move(own.error()));
    seen.merge(own->fields);
  }
  FieldMap values;
  for (const auto& field : fields) {
    const auto found = seen.find(field);
    const bool is_address = field.starts_with("address[");
    const FieldValue missing = is_address ? FieldValue{false} : FieldValue{Absent{}};
    values.emplace(field, found == seen.end() ? missing : found->second);
  }
  return values;
}

Result<Identity> GatewayDriver::identity() {
  // machine-id(5); a container may have none, and then its name has to do.
  for (const auto* path : {"/etc/machine-id", "/proc/sys/kernel/hostname"}) {
    Identity identity;
    std::ifstream file{path};
    if (std::getline(file, identity.serial) && !identity.serial.empty()) return identity;
  }
  return fail(Errc::Io, "'/etc/machine-id' cannot be read");
}

WriteOutcome GatewayDriver::write(std::span<const FieldChange> changes) {
  std::vector<std::vector<FieldChange>> shares(parts_.size());
  for (const auto& change : changes) {
    const auto part = part_of(change.field);
    if (part == parts_.size()) {
      return WriteRefused{change.field + " refused: a gateway has no such field"};
    }
    shares[part].push_back(change);
  }
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (shares[part].empty()) continue;
    if (auto done = parts_[part]->write(shares[part]); !done) {
      return WriteRefused{done.error().message};
    }
  }
  return Written{};
}

}  // namespace

std::unique_ptr<Driver> make_gateway_driver(std::vector<std::unique_ptr<GatewayPart>> parts) {
  return std::make_unique<GatewayDriver>(std::move(parts));
}

}  // namespace market::device
