#include "probes/wireless/rows.h"

#include "config/profile/fact.h"

namespace market::wireless {
namespace {

using Part = WirelessIndexPart;

/// Takes arcs off the front of what is left of an index.
class Cutter {
 public:
  explicit Cutter(std::span<const std::uint32_t> arcs) : left_{arcs} {}

  [[nodiscard]] bool done() const { return left_.empty(); }

  std::optional<std::span<const std::uint32_t>> take(std::size_t count) {
    if (count > left_.size()) return std::nullopt;
    const auto front = left_.first(count);
    left_ = left_.subspan(count);
    return front;
  }

  std::optional<std::span<const std::uint32_t>> take(Part::Shape shape) {
    switch (shape) {
      case Part::Shape::Number:
        return take(1);
      case Part::Shape::Mac:
        return take(MacAddress::kOctets);
      case Part::Shape::String: {
        const auto length = take(1);
        return length ? take(length->front()) : std::nullopt;
      }
      case Part::Shape::Rest:
        return take(left_.size());
    }
    return std::nullopt;
  }

 private:
  std::span<const std::uint32_t> left_;
};

std::optional<MacAddress> mac_of(std::span<const std::uint32_t> arcs) {
  std::vector<std::uint8_t> octets;
  for (const auto arc : arcs) {
    if (arc > 0xff) return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(arc));
  }
  const auto mac = MacAddress::from(octets);
  return mac ? std::optional{*mac} : std::nullopt;
}

std::string text_of(std::span<const std::uint32_t> arcs, Part::Shape shape) {
  if (shape == Part::Shape::Mac) {
    const auto mac = mac_of(arcs);
    return mac ? mac->to_string() : std::string{};
  }
  if (shape != Part::Shape::String) {
    return Oid{std::vector<std::uint32_t>{arcs.begin(), arcs.end()}}.to_string();
  }
  std::string octets;
  for (const auto arc : arcs) {
    if (arc > 0xff) return {};
    octets += static_cast<char>(static_cast<unsigned char>(arc));
  }
  return clean_text(octets);
}

bool put(Keys& keys, const Part& part, std::span<const std::uint32_t> arcs) {
  switch (part.name) {
    case Part::Name::AccessPoint:
      keys.access_point = text_of(arcs, part.shape);
      return !keys.access_point.empty();
    case Part::Name::Radio:
      keys.radio = text_of(arcs, part.shape);
      return !keys.radio.empty();
    case Part::Name::Ssid:
      keys.ssid = text_of(arcs, part.shape);
      return true;
    case Part::Name::Bssid:
      keys.bssid = mac_of(arcs);
      return keys.bssid.has_value();
    case Part::Name::Client:
      keys.client = mac_of(arcs);
      return keys.client.has_value();
    case Part::Name::Channel:
      keys.channel = static_cast<int>(arcs.front() & 0xffffU);
      return true;
    case Part::Name::Skip:
      return true;
  }
  return false;
}

}  // namespace

std::optional<Keys> cut(const Oid& index, std::span<const WirelessIndexPart> parts) {
  Keys keys;
  Cutter cutter{index.arcs()};
  for (const auto& part : parts) {
    const auto arcs = cutter.take(part.shape);
    const bool one = part.name != Part::Name::Channel || (arcs && arcs->size() == 1);
    if (!arcs || !one || !put(keys, part, *arcs)) return std::nullopt;
  }
  if (!cutter.done()) return std::nullopt;
  return keys;
}

Rows::Rows(std::span<const snmp::VarBind> bindings) {
  for (const auto& binding : bindings) {
    if (snmp::exists(binding.value)) values_.emplace(binding.oid, &binding.value);
  }
}

std::set<Oid> Rows::indexes(std::span<const WirelessColumn> columns) {
  std::set<Oid> result;
  for (const auto& column : columns) {
    // A name may come from a table of many more rows (ifName): it does not make a radio.
    if (column.field == WirelessField::Id) continue;
    std::size_t rows = 0;
    for (auto at = values_.upper_bound(column.oid);
         at != values_.end() && at->first.starts_with(column.oid); ++at) {
      if (++rows > kMaxRows) {
        truncated_ = true;
        break;
      }
      result.insert(at->first.after(column.oid));
    }
  }
  return result;
}

const snmp::Value* Rows::at(const Oid& column, const Oid& index) const {
  const auto found = values_.find(index.empty() ? column : column.child(index));
  return found == values_.end() ? nullptr : found->second;
}

}  // namespace market::wireless
