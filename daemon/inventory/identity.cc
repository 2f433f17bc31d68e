#include "daemon/inventory/identity.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace market::inventory {
namespace {

bool differ(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && lower_case(a) != lower_case(b);
}

}  // namespace

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return text;
}

std::string identity_key(const sweep::Identification& identification) {
  if (!identification.engine_id.empty()) return "engine:" + identification.engine_id;
  if (!identification.serial.empty()) return "serial:" + identification.serial;
  if (!identification.mac.empty()) return "mac:" + identification.mac;
  return {};
}

std::string address_key(const IpAddress& address) { return "address:" + address.to_string(); }

bool contradict(const sweep::Identification& a, const sweep::Identification& b) {
  if (differ(a.engine_id, b.engine_id) || differ(a.serial, b.serial)) return true;
  if (!a.serial.empty() && !b.serial.empty()) return false;  // a MAC may be another interface's
  return differ(a.mac, b.mac);
}

}  // namespace market::inventory
