#include "tests/sim/dhcp.h"

#include <algorithm>

#include "tests/sim/frame.h"
#include "tests/sim/vendor.h"

namespace market::sim::dhcp {
namespace {

constexpr std::uint32_t kCookie = 0x63825363;
constexpr std::size_t kOptions = 240;  // where they begin, behind the cookie
constexpr char kDiscover = 1;
constexpr char kRequest = 3;

void put_option(std::string& out, unsigned code, std::string_view value) {
  out.push_back(static_cast<char>(code));
  out.push_back(static_cast<char>(value.size()));
  out += value;
}

std::string number(std::uint32_t address) {
  std::string out;
  frame::put_32(out, address);
  return out;
}

/// BOOTP as far as the options; broadcast answers are asked for.
std::string header(const Device& device, std::uint32_t transaction) {
  std::string out{"\x01\x01\x06\x00", 4};
  frame::put_32(out, transaction);
  frame::put_32(out, 0x00008000);
  out.append(16, '\0');
  out += octets_of(device.mac);
  out.append(10 + 64 + 128, '\0');
  frame::put_32(out, kCookie);
  return out;
}

/// What tells its make, in the order of the real ones: host name, class, wanted options.
void put_fingerprint(std::string& out, const Device& device) {
  put_option(out, 57, std::string_view{"\x05\xdc", 2});
  put_option(out, 61, '\x01' + octets_of(device.mac));
  const bool terminal = device.kind == Kind::Terminal;
  put_option(out, 12, (terminal ? device.serial : device.managed->running.name).substr(0, 63));
  put_option(out, 60, "MarketSim " + model_of(device));
  // An access point looks for its controller as well: vendor options, TFTP, CAPWAP (138).
  put_option(out, 55,
             terminal ? "\x01\x03\x06\x0f\x1c\x2a\x33\x3a\x3b"
                      : "\x01\x03\x06\x0c\x0f\x1c\x2b\x3c\x42\x43\x8a");
  out.push_back('\xff');
}

}  // namespace

std::optional<Offer> read_offer(ber::Octets message) {
  if (message.size() < kOptions || message[0] != 2) return std::nullopt;
  if (frame::get_32(message, kOptions - 4) != kCookie) return std::nullopt;
  Offer offer;
  offer.transaction = frame::get_32(message, 4);
  offer.address = frame::get_32(message, 16);
  unsigned type = 0;
  for (std::size_t at = kOptions; at < message.size() && message[at] != 0xff;) {
    if (message[at] == 0) {
      ++at;
      continue;
    }
    if (at + 1 >= message.size() || at + 2 + message[at + 1] > message.size()) return std::nullopt;
    const ber::Octets value = message.subspan(at + 2, message[at + 1]);
    if (message[at] == 53 && value.size() == 1) type = value[0];
    if (message[at] == 54 && value.size() == 4) offer.server = frame::get_32(value, 0);
    at += 2 + value.size();
  }
  if (type != 2 && type != 5 && type != 6) return std::nullopt;
  offer.type = static_cast<Offer::Type>(type);
  return offer;
}

std::string write_discover(const Device& device, std::uint32_t transaction) {
  std::string out = header(device, transaction);
  put_option(out, 53, std::string_view{&kDiscover, 1});
  if (device.address != 0) put_option(out, 50, number(device.address));
  put_fingerprint(out, device);
  return out;
}

std::string write_request(const Device& device, const Offer& offer) {
  std::string out = header(device, offer.transaction);
  put_option(out, 53, std::string_view{&kRequest, 1});
  put_option(out, 50, number(offer.address));
  put_option(out, 54, number(offer.server));
  put_fingerprint(out, device);
  return out;
}

}  // namespace market::sim::dhcp
