#include "daemon/api/admission.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "config/types/ip_address.h"

namespace market::api {
namespace {

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return result;
}

/// "gw1:9750" -> "gw1", "[::1]:9750" -> "::1"; nothing when it is not host[:port].
std::optional<std::string> host_of(std::string_view text) {
  std::string_view host = text;
  std::string_view rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    const auto address = IpAddress::parse(host);
    if (!address || address->is_v4()) return std::nullopt;
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  const bool port_fits = rest.empty() || (rest.front() == ':' && rest.size() <= 6 &&
                                          std::all_of(rest.begin() + 1, rest.end(), is_digit));
  if (host.empty() || !port_fits) return std::nullopt;
  return lower(host);
}

/// "application/json", with or without parameters.
bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return lower(type) == "application/json";
}

}  // namespace

bool is_our_host(std::string_view host, const std::vector<std::string>& allowed) {
  const auto name = host_of(host);
  if (!name) return false;
  if (*name == "localhost" || IpAddress::parse(*name)) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [&name](const std::string& ours) { return lower(ours) == *name; });
}

std::optional<Response> refuse_host(const Head& head, const std::vector<std::string>& allowed) {
  if (head.hosts.size() != 1) return error_response(400, "one Host header is needed");
  if (is_our_host(head.hosts.front(), allowed)) return std::nullopt;
  return error_response(
      403, fmt::format("host '{}' is not a name of this daemon: ask by address, or add the name to "
                       "listen.allowed-hosts",
                       head.hosts.front()));
}

std::optional<Response> refuse_write(const Head& head) {
  if (head.origin) {
    const auto host = head.hosts.empty() ? std::string{} : lower(head.hosts.front());
    const auto origin = lower(*head.origin);
    if (origin != "http://" + host && origin != "https://" + host) {
      return error_response(
          403, fmt::format("a page of origin '{}' may not send commands here", *head.origin));
    }
  }
  if (!is_json(head.content_type)) {
    return error_response(415, "send Content-Type: application/json");
  }
  return std::nullopt;
}

std::optional<Response> refuse_cross_site(const Head& head) {
  if (lower(head.fetch_site) != "cross-site") return std::nullopt;
  return error_response(403, "a page of another site may not ask for this");
}

}  // namespace market::api
