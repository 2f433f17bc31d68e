#include "probes/dhcp/message.h"

#include <array>
#include <map>
#include <vector>

namespace market::dhcp {
namespace {

using Octets = std::span<const std::uint8_t>;

// RFC 2131, figure 1: where the fields begin.
constexpr std::size_t kAddress = 12;   // ciaddr
constexpr std::size_t kHardware = 28;  // chaddr
constexpr std::size_t kServerName = 44;
constexpr std::size_t kFile = 108;
constexpr std::size_t kCookie = 236;
constexpr std::size_t kOptions = 240;
constexpr std::uint8_t kBootRequest = 1;
constexpr std::uint8_t kEthernet = 1;
constexpr std::array<std::uint8_t, 4> kMagic{99, 130, 83, 99};

// RFC 2132
enum : std::uint8_t {
  kPad = 0,
  kHostname = 12,
  kRequestedAddress = 50,
  kOverload = 52,
  kType = 53,
  kParameters = 55,
  kVendorClass = 60,
  kClientId = 61,
  kEnd = 255,
};

// No option of use is longer; an endless one is somebody's trick.
constexpr std::size_t kMaxOption = 255;

unsigned word_at(Octets octets, std::size_t at) {
  return static_cast<unsigned>(octets[at]) << 8U | octets[at + 1];
}

/// Options by number; of one that comes in parts (RFC 3396) all of them, up to kMaxOption octets.
class Options {
 public:
  /// False when an option says that it is longer than what is left.
  bool read(Octets field) {
    std::size_t at = 0;
    while (at < field.size() && field[at] != kEnd) {
      const auto code = field[at++];
      if (code == kPad) continue;
      if (at == field.size()) return false;
      const std::size_t size = field[at++];
      if (size > field.size() - at) return false;
      auto& value = values_[code];
      const auto room = kMaxOption - value.size();
      const auto part = field.subspan(at, std::min(size, room));
      value.insert(value.end(), part.begin(), part.end());
      at += size;
    }
    return true;
  }
  [[nodiscard]] Octets value(std::uint8_t code) const {
    const auto found = values_.find(code);
    return found == values_.end() ? Octets{} : Octets{found->second};
  }

 private:
  std::map<std::uint8_t, std::vector<std::uint8_t>> values_;
};

/// What is not printable ASCII shows as "?": names come from strangers.
std::string text_of(Octets octets) {
  std::string text;
  for (const auto octet : octets) {
    if (octet == 0) break;
    const bool printable = octet >= 0x20 && octet < 0x7f;
    text.push_back(printable ? static_cast<char>(octet) : '?');
  }
  return text;
}

std::string numbers_of(Octets octets) {
  std::string text;
  for (const auto octet : octets) {
    if (!text.empty()) text.push_back(',');
    text += std::to_string(octet);
  }
  return text;
}

std::string hex_of(Octets octets) {
  constexpr std::string_view kDigits{"0123456789abcdef"};
  std::string text;
  for (const auto octet : octets) {
    if (!text.empty()) text.push_back(' ');
    text.push_back(kDigits[octet >> 4U]);
    text.push_back(kDigits[octet & 0x0fU]);
  }
  return text;
}

/// Nothing for 0.0.0.0, which means none.
std::optional<IpAddress> address_of(Octets octets) {
  if (octets.size() != 4) return std::nullopt;
  const auto address = IpAddress::from(octets);
  if (!address || address->v4_number() == 0) return std::nullopt;
  return *address;
}

std::optional<MessageType> type_of(Octets octets) {
  if (octets.size() != 1) return std::nullopt;
  const auto type = static_cast<MessageType>(octets[0]);
  switch (type) {
    case MessageType::Discover:
    case MessageType::Request:
    case MessageType::Decline:
    case MessageType::Release:
    case MessageType::Inform:
      return type;
  }
  return std::nullopt;
}

std::optional<Options> options_of(Octets message) {
  Options options;
  if (!options.read(message.subspan(kOptions))) return std::nullopt;
  const auto overload = options.value(kOverload);
  const unsigned fields = overload.size() == 1 ? overload[0] : 0;  // RFC 2132, 9.3
  bool whole = true;
  if ((fields & 1U) != 0) whole = options.read(message.subspan(kFile, kCookie - kFile));
  if ((fields & 2U) != 0) {
    whole = options.read(message.subspan(kServerName, kFile - kServerName)) && whole;
  }
  if (!whole) return std::nullopt;
  return options;
}

/// The payload of a UDP datagram to port 67 in an IPv4 packet.
std::optional<Octets> payload_of(Octets packet) {
  constexpr std::size_t kMinHeader = 20;
  constexpr std::size_t kUdpHeader = 8;
  constexpr unsigned kServerPort = 67;
  constexpr std::uint8_t kUdp = 17;
  constexpr unsigned kFragment = 0x3fff;  // "more fragments" and the offset
  if (packet.size() < kMinHeader || packet[0] >> 4U != 4) return std::nullopt;
  const std::size_t header = (packet[0] & 0x0fU) * 4U;
  const std::size_t total = word_at(packet, 2);
  if (header < kMinHeader || total > packet.size() || total < header + kUdpHeader) {
    return std::nullopt;
  }
  if (packet[9] != kUdp || (word_at(packet, 6) & kFragment) != 0) return std::nullopt;
  const auto datagram = packet.subspan(header, total - header);
  const std::size_t length = word_at(datagram, 4);
  if (word_at(datagram, 2) != kServerPort) return std::nullopt;
  if (length < kUdpHeader || length > datagram.size()) return std::nullopt;
  return datagram.subspan(kUdpHeader, length - kUdpHeader);
}

}  // namespace

std::optional<ClientMessage> parse_message(Octets octets) {
  if (octets.size() < kOptions || octets[0] != kBootRequest || octets[1] != kEthernet ||
      octets[2] != MacAddress::kOctets) {
    return std::nullopt;
  }
  const auto cookie = octets.subspan(kCookie, kMagic.size());
  if (!std::equal(kMagic.begin(), kMagic.end(), cookie.begin())) return std::nullopt;
  const auto options = options_of(octets);
  if (!options) return std::nullopt;
  const auto type = type_of(options->value(kType));
  if (!type) return std::nullopt;
  return ClientMessage{*type,
                       *MacAddress::from(octets.subspan(kHardware, MacAddress::kOctets)),
                       address_of(octets.subspan(kAddress, 4)),
                       address_of(options->value(kRequestedAddress)),
                       text_of(options->value(kHostname)),
                       numbers_of(options->value(kParameters)),
                       text_of(options->value(kVendorClass)),
                       hex_of(options->value(kClientId))};
}

std::optional<ClientMessage> parse_frame(Octets octets) {
  constexpr std::size_t kTypeAt = 12;
  constexpr std::size_t kTag = 4;
  constexpr unsigned kVlan = 0x8100;
  constexpr unsigned kIpv4 = 0x0800;
  std::size_t at = kTypeAt;
  if (octets.size() < at + 2) return std::nullopt;
  if (word_at(octets, at) == kVlan) at += kTag;
  if (octets.size() < at + 2 || word_at(octets, at) != kIpv4) return std::nullopt;
  const auto payload = payload_of(octets.subspan(at + 2));
  if (!payload) return std::nullopt;
  return parse_message(*payload);
}

}  // namespace market::dhcp
