// Whose MAC is this? The longest registered prefix answers: 36 bits (MA-S, IAB), 28 (MA-M), 24
// (MA-L); from Debian's package ieee-data, and from our own list of makers of payment terminals.
//
// Randomised and locally administered addresses belong to nobody, nor do group addresses.
//
// Threads:  none; const lookups from anywhere.
// Errors:   a register that cannot be read is a problem in words, and the rest works without it.
// Sources:  IEEE Registration Authority, "Guidelines for use of EUI, OUI, and CID".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/types/mac_address.h"

namespace market {

/// What config/share/payment-oui.tsv says of a prefix. Views live as long as the MacVendors.
struct PaymentMaker {
  std::string_view maker;
  std::string_view kind;    ///< "payment", "pos", "atm", "parking", "fuel"
  std::string_view source;  ///< "oui.csv"
};

/// Views live as long as the MacVendors they are from.
struct MacVendor {
  std::string_view organisation;  ///< as registered: "Ingenico"
  std::string_view registry;      ///< "MA-L", "MA-M", "MA-S"; "payment list" = in ours alone
  unsigned prefix_length = 0;     ///< bits: 24, 28 or 36
  std::optional<PaymentMaker> payment;
};

class MacVendors {
 public:
  /// Where Debian's ieee-data puts the registers.
  static constexpr const char* kIeeeFolder = "/usr/share/ieee-data";

  /// Reads `oui.csv`, `mam.csv`, `oui36.csv` and `iab.csv` of `ieee_folder`, and our list. What
  /// cannot be read is told in `problems`, one line in all for the registers.
  [[nodiscard]] static MacVendors load(const std::string& ieee_folder,
                                       const std::string& payment_list,
                                       std::vector<std::string>& problems);

  /// Rows of one register; malformed ones are passed over.
  void add_register(std::string_view csv);
  /// Lines of our list. Returns what is wrong with it: "line 7: '00210' is no prefix".
  std::vector<std::string> add_payment_list(std::string_view tsv);

  [[nodiscard]] std::optional<MacVendor> lookup(const MacAddress& mac) const;
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  /// The prefix's bits, below a 1 that marks its length.
  using Prefix = std::uint64_t;
  /// A piece of `text_`.
  struct Piece {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct Payment {
    Piece maker, kind, source;
  };

  [[nodiscard]] static std::optional<Prefix> parse(std::string_view hex);
  [[nodiscard]] Piece keep(std::string_view text);
  [[nodiscard]] std::string_view text_of(Piece piece) const;

  std::string text_;  ///< all names, end to end
  std::unordered_map<Prefix, Piece> names_;
  std::unordered_map<Prefix, Payment> payments_;
};

}  // namespace market
