// The model while it is being put together: access points by key, radios of each by key.
//
// Threads:  pure. Errors: none.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "probes/wireless/decode.h"
#include "probes/wireless/rows.h"

namespace market::wireless {

struct RadioDraft {
  Radio radio;
  std::optional<int> frequency;     ///< as told, of the primary channel
  std::optional<int> told_channel;  ///< before band and plausibility
  std::int64_t ssid_clients = 0;    ///< summed
  bool ssids_tell_clients = false;
  std::int64_t client_rows = 0;
};

struct SsidDraft {
  Ssid ssid;
  std::string radio_key;
  std::int64_t client_rows = 0;
};

/// The device itself (key "") or an AP of a controller.
struct AccessPointDraft {
  AccessPoint point;
  std::vector<std::string> radio_order;
  std::map<std::string, RadioDraft> radios;  ///< by key; `radio_order` keeps the agent's order
  std::vector<SsidDraft> ssids;
  std::int64_t client_rows = 0;

  /// By key, else by what the device calls it; a new one when there is none. Null = too many.
  [[nodiscard]] RadioDraft* radio(const std::string& key);
  [[nodiscard]] RadioDraft* find_radio(const std::string& key_or_id);
};

class Assembly {
 public:
  /// By key; a new one when there is none. Null = too many. "" is the device itself.
  [[nodiscard]] AccessPointDraft* access_point(const std::string& key);
  /// From here on key_of() knows the APs so far by their MAC, address and BSSIDs.
  void learn_names();
  /// Key of the AP that is called so: its key, MAC or address; `name` itself when none is.
  [[nodiscard]] std::string key_of(const std::string& name) const;

  /// Key of the AP that has this BSSID; nothing when none has.
  [[nodiscard]] std::optional<std::string> key_of(const MacAddress& bssid) const;

  /// Derives what follows, and hands the model over.
  [[nodiscard]] WirelessFacts finish(bool clients_were_listed);

  std::optional<std::int64_t> told_clients;  ///< of the device as a whole
  std::vector<std::string> client_ids;
  std::int64_t client_rows = 0;
  bool truncated = false;

 private:
  std::vector<std::string> order_;
  std::map<std::string, AccessPointDraft> points_;
  std::map<std::string, std::string> names_;  ///< MAC or address -> key
  std::map<MacAddress, std::string> bssids_;  ///< -> key
};

}  // namespace market::wireless
