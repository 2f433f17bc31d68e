#include "config/hints/dhcp_fingerprints.h"

#include "config/hints/text_file.h"

namespace market {

DhcpFingerprints DhcpFingerprints::load(const std::string& path,
                                        std::vector<std::string>& problems) {
  DhcpFingerprints fingerprints;
  const auto text = read_text_file(path);
  if (!text) {
    problems.push_back("DHCP fingerprints are not known: " + text.error().message);
    return fingerprints;
  }
  for (const auto& wrong : fingerprints.add(*text)) problems.push_back("'" + path + "': " + wrong);
  return fingerprints;
}

std::vector<std::string> DhcpFingerprints::add(std::string_view tsv) {
  std::vector<std::string> wrong;
  for (const auto& [number, fields] : tabbed_lines(tsv)) {
    const bool by_options = fields[0] == "options";
    if (fields.size() != 5 || fields[1].empty() || (!by_options && fields[0] != "vendor")) {
      wrong.push_back("line " + std::to_string(number) +
                      ": not options|vendor, value, what, class and source between tabs");
      continue;
    }
    const std::string device_class{fields[3] == "-" ? std::string_view{} : fields[3]};
    auto& entries = by_options ? by_options_ : by_vendor_;
    entries[std::string{fields[1]}] = {std::string{fields[2]}, device_class,
                                       std::string{fields[4]}};
  }
  return wrong;
}

std::optional<DhcpMaker> DhcpFingerprints::lookup(std::string_view options,
                                                  std::string_view vendor_class) const {
  const auto made = [](const Entry& entry, const std::string& on) {
    return DhcpMaker{entry.what, entry.device_class, on + " (" + entry.source + ")"};
  };
  if (const auto found = by_options_.find(options); found != by_options_.end()) {
    return made(found->second, "DHCP options " + found->first);
  }
  // The longest beginning that fits sorts last of those that do.
  for (auto at = by_vendor_.rbegin(); at != by_vendor_.rend(); ++at) {
    if (vendor_class.starts_with(at->first)) {
      return made(at->second, "DHCP vendor class '" + std::string{vendor_class} + "'");
    }
  }
  return std::nullopt;
}

}  // namespace market
