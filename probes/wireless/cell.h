// One cell of a wireless table as the model counts: text, MAC, dBm, ratio, MHz.
//
// Agents are not believed: what is not plausible for a fact (a noise floor of 0 dBm, 300 % air
// time, a channel that the standard does not have) counts as not told.
//
// Threads:  pure. Errors: what cannot be used is nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/profile/wireless.h"
#include "config/types/ip_address.h"
#include "config/types/mac_address.h"
#include "probes/wireless/rows.h"

namespace market::wireless {

class Cell {
 public:
  Cell(const Rows& rows, const WirelessColumn& column, const Oid& index);

  /// After mask, pick, regex, values; nothing when not told. Text is one clean line (fact.h).
  [[nodiscard]] std::optional<std::string> text() const;
  [[nodiscard]] std::optional<MacAddress> mac() const;
  [[nodiscard]] std::optional<IpAddress> address() const;
  /// 0 .. 2^63-1.
  [[nodiscard]] std::optional<std::int64_t> count() const;
  /// -10 .. 60 dBm, in hundredths.
  [[nodiscard]] std::optional<std::int64_t> power_centidbm() const;
  /// -130 .. -20 dBm.
  [[nodiscard]] std::optional<int> noise_dbm() const;
  /// 0 .. 1.
  [[nodiscard]] std::optional<double> ratio() const;
  /// 1 .. 100000 MHz.
  [[nodiscard]] std::optional<int> mhz() const;
  [[nodiscard]] std::optional<bool> flag() const;

 private:
  [[nodiscard]] std::optional<double> number() const;
  [[nodiscard]] std::optional<double> dbm() const;

  const WirelessColumn& column_;
  const snmp::Value* raw_ = nullptr;
  std::optional<std::string> text_;
};

}  // namespace market::wireless
