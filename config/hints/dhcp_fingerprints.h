// What a DHCP client is, by what it asks for: config/share/dhcp-fingerprints.tsv.
//
// The exact list of requested options (option 55) says more than the vendor class (option 60), and
// is looked at first. Unknown is an answer.
//
// Threads:  none; const lookups from anywhere.
// Sources:  RFC 2132, 9.8 (parameter request list), 9.13 (vendor class identifier).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace market {

struct DhcpMaker {
  std::string what;          ///< "Moneris HiSpeed 3100IP"
  std::string device_class;  ///< "payment-terminal"; empty = any
  std::string based_on;      ///< "DHCP options 1,3,6,15,70,69 (Fingerbank 2014)"
};

class DhcpFingerprints {
 public:
  /// What is wrong is told in `problems`; the rest works.
  [[nodiscard]] static DhcpFingerprints load(const std::string& path,
                                             std::vector<std::string>& problems);
  /// Returns what is wrong: "line 7: ...".
  std::vector<std::string> add(std::string_view tsv);

  /// `options`: "1,3,6,15"; `vendor_class`: as sent. Empty = not told.
  [[nodiscard]] std::optional<DhcpMaker> lookup(std::string_view options,
                                                std::string_view vendor_class) const;

 private:
  struct Entry {
    std::string what, device_class, source;
  };
  std::map<std::string, Entry, std::less<>> by_options_;
  std::map<std::string, Entry, std::less<>> by_vendor_;  ///< by how it begins
};

}  // namespace market
