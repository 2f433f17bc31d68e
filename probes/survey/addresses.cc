// The device's own addresses, and what it knows of others (ARP, ND).
#include <set>
#include <tuple>

#include "probes/survey/oids.h"
#include "probes/survey/parts.h"

namespace market::survey {
namespace {

constexpr std::uint32_t kBroadcast = 3;  // ipAddressType
constexpr std::uint32_t kInvalid = 2;    // ipNetToMediaType, ipNetToPhysicalType
constexpr std::uint32_t kLocal = 5;      // ipNetToPhysicalType: an address of its own

class Neighbors {
 public:
  Neighbors(const Rows& rows, DeviceSurvey& survey, Skipped& skipped)
      : rows_{rows}, survey_{survey}, skipped_{skipped} {}

  /// One table: ifIndex and an address in the index, the MAC in the column.
  template <class AddressOf>
  void read(const Oid& column, const char* name, const Oid& types, AddressOf address_of_index) {
    for (const auto& row : rows_.column(column)) {
      const auto address =
          row.index.size() < 2 ? std::nullopt : address_of_index(row.index.subspan(1));
      if (!address) {
        skipped_.count(name, "malformed index");
        continue;
      }
      const auto type = number_of(rows_.at(types, row.index));
      if (type == kInvalid || type == kLocal) continue;
      add(*address, row, name);
    }
  }

 private:
  void add(const IpAddress& address, const Rows::Row& row, const char* name) {
    const auto mac = mac_of(row.value);
    if (!mac) {
      // An address that is being resolved has no MAC yet: no octets, or zeros.
      const auto text = text_of(row.value);
      if (!text.empty() && text.find_first_not_of("0 :-") != std::string::npos) {
        skipped_.count(name, "not a MAC");
      }
      return;
    }
    const auto if_index = row.index.front();
    if (is_group(*mac) || is_nowhere(address)) return;
    if (!known_.emplace(address, *mac, if_index).second) return;
    survey_.neighbors.push_back({address, *mac, if_index});
  }

  const Rows& rows_;
  DeviceSurvey& survey_;
  Skipped& skipped_;
  std::set<std::tuple<IpAddress, MacAddress, std::uint32_t>> known_;
};

}  // namespace

void read_addresses(const Rows& rows, DeviceSurvey& survey, Skipped& skipped) {
  std::set<IpAddress> known;
  const auto add = [&](std::optional<IpAddress> address, const Rows::Row& row, const char* name) {
    const auto index = number_of(row.value);
    if (!address || !index) {
      skipped.count(name, address ? "no ifIndex" : "malformed index");
    } else if (!is_nowhere(*address) && known.insert(*address).second) {
      survey.addresses.push_back({*address, *index});
    }
  };
  for (const auto& row : rows.column(oids::kIpAddressIfIndex)) {
    if (number_of(rows.at(oids::kIpAddressType, row.index)) == kBroadcast) continue;
    add(inet_address_of(row.index), row, "ipAddressIfIndex");
  }
  for (const auto& row : rows.column(oids::kIpAdEntIfIndex)) {
    const auto address = row.index.size() == 4 ? address_of(row.index) : std::nullopt;
    add(address, row, "ipAdEntIfIndex");
  }
}

void read_neighbors(const Rows& rows, DeviceSurvey& survey, Skipped& skipped) {
  Neighbors neighbors{rows, survey, skipped};
  neighbors.read(oids::kIpNetToPhysicalPhysAddress, "ipNetToPhysicalPhysAddress",
                 oids::kIpNetToPhysicalType, [](Arcs arcs) { return inet_address_of(arcs); });
  const auto octets = [](std::size_t size) {
    return [size](Arcs arcs) { return arcs.size() == size ? address_of(arcs) : std::nullopt; };
  };
  neighbors.read(oids::kIpNetToMediaPhysAddress, "ipNetToMediaPhysAddress", oids::kIpNetToMediaType,
                 octets(4));
  neighbors.read(oids::kIpv6NetToMediaPhysAddress, "ipv6NetToMediaPhysAddress", Oid{}, octets(16));
}

}  // namespace market::survey
