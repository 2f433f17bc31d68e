#include "daemon/inventory/claim.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace market::inventory {
namespace {

constexpr std::array<std::pair<SourceKind, std::string_view>, 11> kKinds{
    {{SourceKind::SnmpSweep, "snmp-sweep"},
     {SourceKind::Interfaces, "interfaces"},
     {SourceKind::KernelNeighbor, "kernel-neighbor"},
     {SourceKind::ArpTable, "arp-table"},
     {SourceKind::Fdb, "fdb"},
     {SourceKind::Lldp, "lldp"},
     {SourceKind::Cdp, "cdp"},
     {SourceKind::Dhcp, "dhcp"},
     {SourceKind::ApStations, "ap-stations"},
     {SourceKind::Icmp, "icmp"},
     {SourceKind::WlanController, "wlan-controller"}}};

auto words(const Claim& claim) {
  return std::tie(claim.source, claim.mac, claim.address, claim.port, claim.vlan, claim.name);
}

bool fresher(const Claim& a, const Claim& b) {
  if (a.last_seen_ms != b.last_seen_ms) return a.last_seen_ms > b.last_seen_ms;
  return words(a) < words(b);
}

}  // namespace

std::string_view to_string(SourceKind kind) {
  for (const auto& [each, text] : kKinds) {
    if (each == kind) return text;
  }
  return "unknown";
}

std::optional<SourceKind> parse_source_kind(std::string_view text) {
  for (const auto& [kind, each] : kKinds) {
    if (each == text) return kind;
  }
  return std::nullopt;
}

std::string Claim::text() const {
  std::string words;
  const auto add = [&words](const std::string& before, const std::string& word) {
    if (word.empty()) return;
    if (!words.empty()) words += before;
    words += word;
  };
  if (mac) add("", mac->to_string());
  if (address) add(" at ", address->to_string());
  if (!port.empty()) add(", ", "port " + port.str());
  if (vlan) add(", ", "VLAN " + std::to_string(vlan->number()));
  if (!name.empty()) add(", ", "name " + name.str());
  return words;
}

bool Claim::same_as(const Claim& other) const { return words(*this) == words(other); }

std::vector<Claim> merged(std::vector<Claim> claims, const std::vector<Claim>& more) {
  claims.insert(claims.end(), more.begin(), more.end());
  std::sort(claims.begin(), claims.end(),
            [](const Claim& a, const Claim& b) { return words(a) < words(b); });
  std::vector<Claim> kept;
  for (auto& claim : claims) {
    if (kept.empty() || !kept.back().same_as(claim)) {
      kept.push_back(std::move(claim));
      continue;
    }
    kept.back().first_seen_ms = std::min(kept.back().first_seen_ms, claim.first_seen_ms);
    kept.back().last_seen_ms = std::max(kept.back().last_seen_ms, claim.last_seen_ms);
  }
  std::sort(kept.begin(), kept.end(), fresher);
  if (kept.size() > kClaimsMax) kept.resize(kClaimsMax);
  kept.shrink_to_fit();  // every record keeps one
  return kept;
}

}  // namespace market::inventory
