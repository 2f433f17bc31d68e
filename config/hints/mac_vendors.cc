#include "config/hints/mac_vendors.h"

#include <array>
#include <charconv>

#include "config/hints/ieee_csv.h"
#include "config/hints/text_file.h"

namespace market {
namespace {

constexpr unsigned kMacBits = 48;
constexpr unsigned kBitsPerDigit = 4;

struct Length {
  unsigned bits;
  std::string_view registry;
};
constexpr std::array kLengths{Length{36, "MA-S"}, Length{28, "MA-M"}, Length{24, "MA-L"}};

// Holds the prefixes that are given out in smaller pieces: not a maker of anything.
constexpr std::string_view kRegistrar = "IEEE Registration Authority";

constexpr std::uint8_t kGroupOrLocal = 0x03;  // the two lowest bits of the first octet

std::uint64_t marked(std::uint64_t prefix, unsigned bits) { return prefix | (1ULL << bits); }

std::uint64_t number_of(const MacAddress& mac) {
  std::uint64_t number = 0;
  for (const auto octet : mac.octets()) number = number << 8U | octet;
  return number;
}

}  // namespace

MacVendors MacVendors::load(const std::string& ieee_folder, const std::string& payment_list,
                            std::vector<std::string>& problems) {
  MacVendors vendors;
  std::string missing;
  for (const auto* name : {"oui.csv", "mam.csv", "oui36.csv", "iab.csv"}) {
    const auto csv = read_text_file(ieee_folder + "/" + name);
    if (csv) {
      vendors.add_register(*csv);
    } else {
      missing.append(missing.empty() ? "" : ", ").append(csv.error().message);
    }
  }
  if (!missing.empty()) {
    problems.push_back("MAC vendors will be missing (Debian package ieee-data): " + missing);
  }
  const auto list = read_text_file(payment_list);
  if (!list) {
    problems.push_back("makers of payment terminals are not known: " + list.error().message);
    return vendors;
  }
  for (const auto& wrong : vendors.add_payment_list(*list)) {
    problems.push_back("'" + payment_list + "': " + wrong);
  }
  return vendors;
}

std::optional<MacVendors::Prefix> MacVendors::parse(std::string_view hex) {
  const auto bits = static_cast<unsigned>(hex.size()) * kBitsPerDigit;
  for (const auto& length : kLengths) {
    if (length.bits != bits) continue;
    std::uint64_t prefix = 0;
    const auto* end = hex.data() + hex.size();
    const auto read = std::from_chars(hex.data(), end, prefix, 16);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return marked(prefix, bits);
  }
  return std::nullopt;
}

MacVendors::Piece MacVendors::keep(std::string_view text) {
  const Piece piece{static_cast<std::uint32_t>(text_.size()),
                    static_cast<std::uint32_t>(text.size())};
  text_.append(text);
  return piece;
}

std::string_view MacVendors::text_of(Piece piece) const {
  return std::string_view{text_}.substr(piece.begin, piece.size);
}

void MacVendors::add_register(std::string_view csv) {
  read_ieee_csv(csv, [this](std::string_view assignment, const std::string& organisation) {
    const auto prefix = parse(assignment);
    if (!prefix || organisation.empty()) return;
    // A few prefixes were given out twice, long ago: the first stays.
    if (!names_.contains(*prefix)) names_.emplace(*prefix, keep(organisation));
  });
}

std::vector<std::string> MacVendors::add_payment_list(std::string_view tsv) {
  std::vector<std::string> wrong;
  for (const auto& [number, fields] : tabbed_lines(tsv)) {
    const auto prefix = parse(fields[0]);
    if (!prefix) {
      wrong.push_back("line " + std::to_string(number) + ": '" + std::string{fields[0]} +
                      "' is no prefix of 6, 7 or 9 hex digits");
    } else if (fields.size() != 4) {
      wrong.push_back("line " + std::to_string(number) +
                      ": not prefix, maker, kind and source between tabs");
    } else {
      payments_[*prefix] = {keep(fields[1]), keep(fields[2]), keep(fields[3])};
    }
  }
  return wrong;
}

std::optional<MacVendor> MacVendors::lookup(const MacAddress& mac) const {
  if ((mac.octets()[0] & kGroupOrLocal) != 0) return std::nullopt;
  const auto number = number_of(mac);
  for (const auto& [bits, registry] : kLengths) {
    const auto prefix = marked(number >> (kMacBits - bits), bits);
    const auto name = names_.find(prefix);
    const auto payment = payments_.find(prefix);
    if (name == names_.end() && payment == payments_.end()) continue;
    MacVendor vendor;
    vendor.prefix_length = bits;
    if (payment != payments_.end()) {
      const auto& of = payment->second;
      vendor.payment = PaymentMaker{text_of(of.maker), text_of(of.kind), text_of(of.source)};
      vendor.organisation = vendor.payment->maker;
      vendor.registry = "payment list";
    }
    if (name != names_.end()) {
      vendor.organisation = text_of(name->second);
      vendor.registry = registry;
    }
    if (vendor.organisation == kRegistrar) return std::nullopt;
    return vendor;
  }
  return std::nullopt;
}

}  // namespace market
