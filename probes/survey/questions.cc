#include "probes/survey/questions.h"

#include <algorithm>

#include "probes/survey/oids.h"
#include "probes/survey/rows.h"

namespace market::survey {
namespace {

const Oid kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
const Oid kCisco{1, 3, 6, 1, 4, 1, 9};

const std::vector<snmp::VarBind>* rows_of(const Columns& read, const Oid& column) {
  const auto found = read.find(column);
  return found == read.end() ? nullptr : &found->second;
}

bool has_rows(const Columns& read, const Oid& column) {
  const auto* rows = rows_of(read, column);
  return rows != nullptr && !rows->empty();
}

/// True when some entry of the Q-BRIDGE table has a port.
bool has_dot1q_entries(const Columns& read) {
  const auto* rows = rows_of(read, oids::kDot1qTpFdbPort);
  return rows != nullptr && std::ranges::any_of(*rows, [](const auto& row) {
           return number_of(&row.value).value_or(0) != 0;
         });
}

bool is_cisco(const Columns& read) {
  const auto* rows = rows_of(read, kSysObjectId);
  if (rows == nullptr || rows->empty()) return false;
  const auto* id = std::get_if<Oid>(&rows->front().value);
  return id != nullptr && id->starts_with(kCisco);
}

bool without_dot1q(const Columns& read) { return !has_dot1q_entries(read); }

bool with_dot1d(const Columns& read) { return has_rows(read, oids::kDot1dTpFdbPort); }

/// True when the entries are counted: then the address is in its own column only.
bool without_addresses(const Columns& read) {
  const auto* rows = rows_of(read, oids::kDot1dTpFdbPort);
  if (rows == nullptr || rows->empty()) return false;
  const auto arcs = rows->front().oid.size();
  return arcs != oids::kDot1dTpFdbPort.size() + MacAddress::kOctets;
}

/// True when LLDP's index is lldpRemIndex alone (RouterOS).
bool without_lldp_ports(const Columns& read) {
  const auto* rows = rows_of(read, oids::kLldpRemEntry);
  if (rows == nullptr || rows->empty()) return false;
  return rows->front().oid.size() == oids::kLldpRemEntry.size() + 2;  // the column, the index
}

}  // namespace

std::span<const Oid> scalars() {
  static const std::vector<Oid> kScalars{kSysObjectId, oids::kDot1dBaseBridgeAddress,
                                         oids::kLldpLocChassisIdSubtype, oids::kLldpLocChassisId};
  return kScalars;
}

const std::vector<Question>& questions() {
  static const std::vector<Question> kQuestions{
      {"interfaces", oids::kIfDescr},
      {"interfaces", oids::kIfName},
      {"interfaces", oids::kIfAlias},
      {"interfaces", oids::kIfType},
      {"interfaces", oids::kIfPhysAddress},
      {"interfaces", oids::kIfOperStatus},
      {"addresses", oids::kIpAdEntIfIndex},
      {"addresses", oids::kIpAddressIfIndex},
      {"addresses", oids::kIpAddressType,
       [](const Columns& read) { return has_rows(read, oids::kIpAddressIfIndex); }},
      {"neighbours", oids::kIpNetToPhysicalPhysAddress},
      {"neighbours", oids::kIpNetToPhysicalType,
       [](const Columns& read) { return has_rows(read, oids::kIpNetToPhysicalPhysAddress); }},
      {"neighbours", oids::kIpNetToMediaPhysAddress},
      {"neighbours", oids::kIpNetToMediaType,
       [](const Columns& read) { return has_rows(read, oids::kIpNetToMediaPhysAddress); }},
      {"neighbours", oids::kIpv6NetToMediaPhysAddress,
       [](const Columns& read) { return !has_rows(read, oids::kIpNetToPhysicalPhysAddress); }},
      {"bridge", oids::kDot1dBasePortIfIndex},
      {"bridge", oids::kDot1qTpFdbPort},
      {"bridge", oids::kDot1qTpFdbStatus, has_dot1q_entries},
      {"bridge", oids::kDot1qVlanFdbId, has_dot1q_entries},
      {"bridge", oids::kDot1dTpFdbPort, without_dot1q},
      {"bridge", oids::kDot1dTpFdbStatus, with_dot1d},
      {"bridge", oids::kDot1dTpFdbAddress, without_addresses},
      {"LLDP", oids::kLldpLocPortIdSubtype},
      {"LLDP", oids::kLldpLocPortId},
      {"LLDP", oids::kLldpLocPortDesc},
      {"LLDP", oids::kLldpRemEntry},
      {"LLDP", oids::kLldpRemManAddrEntry,
       [](const Columns& read) { return has_rows(read, oids::kLldpRemEntry); }},
      {"LLDP", oids::kLldpV2RemEntry,
       [](const Columns& read) { return !has_rows(read, oids::kLldpRemEntry); }},
      {"LLDP", oids::kLldpV2RemManAddrEntry,
       [](const Columns& read) { return has_rows(read, oids::kLldpV2RemEntry); }},
      {"LLDP", oids::kMtxrNeighborInterfaceId, without_lldp_ports},
      {"CDP", oids::kCdpCacheEntry},
      {"VLANs", oids::kVtpVlanState,
       [](const Columns& read) { return is_cisco(read) && without_dot1q(read); }}};
  return kQuestions;
}

const std::vector<Question>& context_questions() {
  static const std::vector<Question> kQuestions{
      {"bridge", oids::kDot1dTpFdbPort},
      {"bridge", oids::kDot1dTpFdbStatus, with_dot1d},
      {"bridge", oids::kDot1dBasePortIfIndex, with_dot1d}};
  return kQuestions;
}

std::vector<VlanId> vlans_to_ask(const Columns& read) {
  constexpr std::uint32_t kOperational = 1;  // vtpVlanState
  // VLANs of FDDI and Token Ring, which every Cisco switch has and nobody uses.
  constexpr std::uint16_t kFirstLegacy = 1002;
  constexpr std::uint16_t kLastLegacy = 1005;
  std::vector<VlanId> vlans;
  const auto* rows = rows_of(read, oids::kVtpVlanState);
  if (rows == nullptr) return vlans;
  for (const auto& row : *rows) {
    const auto vlan = VlanId::from(row.oid.back());
    if (!vlan || number_of(&row.value) != kOperational) continue;
    if (vlan->number() >= kFirstLegacy && vlan->number() <= kLastLegacy) continue;
    vlans.push_back(*vlan);
  }
  return vlans;
}

}  // namespace market::survey
