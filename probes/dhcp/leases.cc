#include "probes/dhcp/leases.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "probes/dhcp/lease_log.h"

namespace market::dhcp {
namespace {

std::vector<std::string_view> split(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(between); at != std::string_view::npos; at = text.find(between)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

template <class Take>
void each_line(std::string_view text, Take take) {
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) take(line);
  }
}

/// "1795698000 00:05:4f:01:02:03 10.64.0.9 terminal-12 01:00:05:4f:01:02:03"
void parse_dnsmasq(std::string_view text, LeaseLog& log) {
  each_line(text, [&log](std::string_view line) {
    const auto fields = split(line, ' ');
    if (fields.size() < 4) return;
    const auto until = epoch_of(fields[0]);
    const auto mac = MacAddress::parse(fields[1]);
    const auto address = IpAddress::parse(fields[2]);
    if (!until || !mac || !address) return;
    Lease lease{*mac, *address, fields[3] == "*" ? std::string{} : clean_name(fields[3]), *until};
    if (until->time_since_epoch().count() == 0) lease.expires.reset();  // for ever
    log.insert_or_assign(*address, std::move(lease));
  });
}

/// Columns by the names in the first line, which grew over the years.
class KeaColumns {
 public:
  explicit KeaColumns(std::string_view head) : names_{split(head, ',')} {}
  [[nodiscard]] std::string_view cell(const std::vector<std::string_view>& row,
                                      std::string_view name) const {
    const auto at = static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
    return at < row.size() ? row[at] : std::string_view{};
  }

 private:
  std::vector<std::string_view> names_;
};

void parse_kea(std::string_view text, LeaseLog& log) {
  std::optional<KeaColumns> columns;
  each_line(text, [&](std::string_view line) {
    if (!columns) {
      columns.emplace(line);
      return;
    }
    const auto row = split(line, ',');
    const auto address = IpAddress::parse(columns->cell(row, "address"));
    if (!address) return;
    log.erase(*address);
    const auto mac = MacAddress::parse(columns->cell(row, "hwaddr"));
    const auto until = epoch_of(columns->cell(row, "expire"));
    const auto state = columns->cell(row, "state");
    const bool in_use = state.empty() || state == "0";  // 1 declined, 2 expired and reclaimed
    const bool released = columns->cell(row, "valid_lifetime") == "0";
    if (!mac || !until || !in_use || released) return;
    Lease lease{*mac, *address, clean_name(columns->cell(row, "hostname")), *until};
    if (columns->cell(row, "valid_lifetime") == "4294967295") lease.expires.reset();
    log.emplace(*address, std::move(lease));
  });
}

}  // namespace

LeaseFormat format_of(std::string_view text) {
  if (text.starts_with("address,")) return LeaseFormat::Kea;
  const bool has_block = text.find("\nlease ") != std::string_view::npos;
  const bool is_isc = text.starts_with("#") || text.starts_with("lease ") || has_block;
  return is_isc ? LeaseFormat::Isc : LeaseFormat::Dnsmasq;
}

std::vector<Lease> parse_leases(std::string_view text, LeaseFormat format) {
  LeaseLog log;
  switch (format) {
    case LeaseFormat::Dnsmasq:
      parse_dnsmasq(text, log);
      break;
    case LeaseFormat::Kea:
      parse_kea(text, log);
      break;
    case LeaseFormat::Isc:
      parse_isc(text, log);
      break;
  }
  std::vector<Lease> leases;
  for (auto& [address, lease] : log) leases.push_back(std::move(lease));
  return leases;
}

Result<std::vector<Lease>> read_lease_file(const std::string& path) {
  errno = 0;
  std::ifstream file{path};
  if (!file) {
    return fail(Errc::Io, "leases '" + path + "': " + std::generic_category().message(errno));
  }
  std::ostringstream text;
  text << file.rdbuf();
  const auto whole = std::move(text).str();
  return parse_leases(whole, format_of(whole));
}

}  // namespace market::dhcp
