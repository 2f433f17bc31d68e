// LLDP neighbours (LLDP-MIB).
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>
#include <tuple>

#include "probes/survey/oids.h"
#include "probes/survey/parts.h"

namespace market::survey {
namespace {

// Columns of lldpRemEntry.
enum : std::uint32_t {
  kChassisSubtype = 4,
  kChassisId = 5,
  kPortSubtype = 6,
  kPortId = 7,
  kPortDesc = 8,
  kSysName = 9,
  kSysDesc = 10,
  kCapEnabled = 12,
};
constexpr std::size_t kIndexArcs = 3;  // lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex
constexpr std::uint32_t kNoPort = 0;   // local ports count from 1
constexpr std::uint32_t kPortIdIsMac = 3;
constexpr std::uint32_t kPortIdIsAddress = 4;
constexpr std::uint32_t kChassisIsMac = 4;
constexpr std::uint32_t kChassisIsAddress = 5;

// LldpSystemCapabilitiesMap is a BITS: bit 0 is the highest of the first octet.
constexpr unsigned kBridge = 0x20;
constexpr unsigned kAccessPoint = 0x10;
constexpr unsigned kRouter = 0x08;
constexpr unsigned kPhone = 0x04;

/// An id as text; a MAC and an address in their usual spelling.
std::string id_text(const snmp::Value* value, bool is_mac, bool is_address) {
  if (is_mac) {
    if (const auto mac = mac_of(value)) return mac->to_string();
  }
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  if (is_address && octets != nullptr && !octets->empty()) {
    // The first octet is the IANA family (1 IPv4, 2 IPv6), the rest the address.
    const std::vector<std::uint8_t> rest{octets->begin() + 1, octets->end()};
    if (const auto address = IpAddress::from(rest)) return address->to_string();
  }
  return text_of(value);
}

/// The first octet of the capabilities. Recorders that print BITS give "28 2 4" for it: the octet
/// in hex, then the numbers of the bits. Real octets never look so, for their bits 11 to 15 mean
/// nothing.
unsigned capabilities_of(const snmp::Value* value) {
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  if (octets == nullptr || octets->empty()) return 0;
  const auto is_hex = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ' ';
  };
  if (octets->size() >= 2 && std::ranges::all_of(*octets, is_hex)) {
    unsigned first = 0;
    std::from_chars(octets->data(), octets->data() + 2, first, 16);
    return first;
  }
  return static_cast<unsigned char>(octets->front());
}

/// lldpRemLocalPortNum, lldpRemIndex: what names a neighbour but for the time mark.
using Key = std::pair<std::uint32_t, std::uint32_t>;

struct Remote {
  std::uint32_t time_mark = 0;
  LinkNeighbor link;
};

/// How the index of the remote tables names a local port.
enum class LocalPort : std::uint8_t { LldpNumber, IfIndex };

class Remotes {
 public:
  Remotes(const Rows& rows, const Ports& ports, LocalPort local_port)
      : rows_{rows}, ports_{ports}, local_port_{local_port} {}

  void read_entries(Skipped& skipped) {
    for (const auto column : {kChassisId, kPortId, kSysName}) {
      for (const auto& row : rows_.column(oids::kLldpRemEntry.child(column))) {
        if (row.index.empty() || row.index.size() > kIndexArcs) {
          skipped.count("lldpRemTable", "malformed index");
        } else {
          add(row.index);
        }
      }
    }
  }

  void read_addresses(Skipped& skipped) {
    // Of lldpRemManAddrIfSubtype, IfId and OID an agent may have any; the address is the index.
    for (const std::uint32_t column : {3U, 4U, 5U}) {
      for (const auto& row : rows_.column(oids::kLldpRemManAddrEntry.child(column))) {
        const auto address =
            row.index.size() < 4 ? std::nullopt : inet_address_of(row.index.subspan(3));
        if (!address) {
          // Neighbours may have management addresses of other kinds (a MAC is one of them).
          if (row.index.size() < 5) skipped.count("lldpRemManAddrTable", "malformed index");
          continue;
        }
        const auto remote = found_.find({row.index[1], row.index[2]});
        if (remote == found_.end() || is_nowhere(*address)) continue;
        auto& known = remote->second.link.management_addresses;
        if (std::ranges::find(known, *address) == known.end()) known.push_back(*address);
      }
    }
  }

  void move_into(std::vector<LinkNeighbor>& links) {
    for (auto& [key, remote] : found_) {
      const auto& link = remote.link;
      const bool tells =
          !link.chassis_id.empty() || !link.port_id.empty() || !link.sys_name.empty();
      if (tells) links.push_back(std::move(remote.link));
    }
  }

 private:
  [[nodiscard]] const snmp::Value* cell(std::uint32_t column, Arcs index) const {
    return rows_.at(oids::kLldpRemEntry.child(column), index);
  }

  /// Some agents leave out the time mark, some the local port as well.
  void add(Arcs index) {
    const auto time_mark = index.size() == kIndexArcs ? index.front() : 0;
    const auto port = index.size() > 1 ? index[index.size() - 2] : kNoPort;
    auto [at, is_new] = found_.try_emplace(Key{port, index.back()});
    // A table read while it changes may hold a neighbour twice: the later counts.
    if (!is_new && at->second.time_mark >= time_mark) return;
    at->second = {time_mark, neighbor(index)};
    at->second.link.local_port = port != kNoPort ? name_of(port) : told_elsewhere(index.back());
  }

  [[nodiscard]] std::string name_of(std::uint32_t port) const {
    if (local_port_ == LocalPort::LldpNumber) return ports_.name_of_lldp_port(port);
    const auto name = ports_.name_of(port);
    return name.empty() ? "ifIndex " + std::to_string(port) : name;
  }

  [[nodiscard]] std::string told_elsewhere(std::uint32_t remote_index) const {
    const auto if_index = number_of(rows_.at(oids::kMtxrNeighborInterfaceId.child(remote_index)));
    return if_index ? ports_.name_of(*if_index) : std::string{};
  }

  [[nodiscard]] LinkNeighbor neighbor(Arcs index) const {
    LinkNeighbor link;
    link.protocol = LinkNeighbor::Protocol::Lldp;
    const auto chassis_kind = number_of(cell(kChassisSubtype, index));
    const auto* chassis = cell(kChassisId, index);
    if (chassis_kind == kChassisIsMac) link.chassis = mac_of(chassis);
    link.chassis_id =
        id_text(chassis, chassis_kind == kChassisIsMac, chassis_kind == kChassisIsAddress);
    const auto port_kind = number_of(cell(kPortSubtype, index));
    link.port_id =
        id_text(cell(kPortId, index), port_kind == kPortIdIsMac, port_kind == kPortIdIsAddress);
    link.port_description = text_of(cell(kPortDesc, index));
    link.sys_name = text_of(cell(kSysName, index));
    link.sys_descr = text_of(cell(kSysDesc, index));
    const auto enabled = capabilities_of(cell(kCapEnabled, index));
    link.is_bridge = (enabled & kBridge) != 0;
    link.is_access_point = (enabled & kAccessPoint) != 0;
    link.is_router = (enabled & kRouter) != 0;
    link.is_phone = (enabled & kPhone) != 0;
    return link;
  }

  const Rows& rows_;
  const Ports& ports_;
  LocalPort local_port_;
  std::map<Key, Remote> found_;
};

void read_remotes(const Rows& rows, const Ports& ports, LocalPort local_port, DeviceSurvey& survey,
                  Skipped& skipped) {
  Remotes remotes{rows, ports, local_port};
  remotes.read_entries(skipped);
  remotes.read_addresses(skipped);
  remotes.move_into(survey.links);
}

/// The second edition's tables in the form of the first: an ifIndex where the local port number
/// was, a group address more in the index, and in lldpV2RemTable one column more before the rest.
std::vector<snmp::VarBind> as_first_edition(const Rows& rows) {
  constexpr std::size_t kGroup = 3;  // column, time mark, ifIndex, then the group's number
  std::vector<snmp::VarBind> translated;
  const auto take = [&](const Oid& from, const Oid& to, std::uint32_t columns_before) {
    for (const auto& row : rows.column(from)) {
      if (row.index.size() < kGroup + 2 || row.index[0] <= columns_before) continue;
      std::vector<std::uint32_t> arcs{to.arcs().begin(), to.arcs().end()};
      arcs.push_back(row.index[0] - columns_before);
      arcs.insert(arcs.end(), row.index.begin() + 1, row.index.begin() + kGroup);
      arcs.insert(arcs.end(), row.index.begin() + kGroup + 1, row.index.end());
      translated.push_back({Oid{std::move(arcs)}, *row.value});
    }
  };
  take(oids::kLldpV2RemEntry, oids::kLldpRemEntry, 1);
  take(oids::kLldpV2RemManAddrEntry, oids::kLldpRemManAddrEntry, 0);
  return translated;
}

}  // namespace

void read_lldp(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped) {
  if (number_of(rows.at(oids::kLldpLocChassisIdSubtype)) == kChassisIsMac) {
    survey.lldp_chassis = mac_of(rows.at(oids::kLldpLocChassisId));
  }
  if (!rows.column(oids::kLldpRemEntry).empty()) {
    read_remotes(rows, ports, LocalPort::LldpNumber, survey, skipped);
  } else {
    const auto translated = as_first_edition(rows);
    read_remotes(Rows{translated}, ports, LocalPort::IfIndex, survey, skipped);
  }
}

}  // namespace market::survey
