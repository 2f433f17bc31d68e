// Who may ask: the rules that keep a web page somewhere else from driving this daemon through an
// operator's browser. They look at a request's head, before its body is read.
//
//   DNS rebinding   the Host must be an IP literal, "localhost" or a name we were told is ours
//   cross-site POST an Origin must be the Host itself, and the body JSON (no plain HTML form)
//   cross-site GET  of what makes the daemon work: refused when the browser says it is cross-site
//
// Threads:  pure.
// Sources:  RFC 9110, 7.2 (Host); RFC 6454, 7 (Origin); W3C Fetch Metadata (Sec-Fetch-Site).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/api/message.h"

namespace market::api {

/// The header fields that decide about admission, as sent.
struct Head {
  std::vector<std::string> hosts;  ///< every Host field: there must be exactly one
  std::optional<std::string> origin;
  std::string content_type;
  std::string fetch_site;  ///< Sec-Fetch-Site; empty = not a browser, or an old one
};

/// Does the Host name us? Names compare without case; a port is not looked at.
[[nodiscard]] bool is_our_host(std::string_view host, const std::vector<std::string>& allowed);

/// 400 without exactly one Host, 403 when it is not ours; nothing = go on.
[[nodiscard]] std::optional<Response> refuse_host(const Head& head,
                                                  const std::vector<std::string>& allowed);
/// Of a POST: 403 for a foreign Origin, 415 for a body that is not application/json.
[[nodiscard]] std::optional<Response> refuse_write(const Head& head);
/// Of a GET that makes the daemon ask devices: 403 when another site's page sent it.
[[nodiscard]] std::optional<Response> refuse_cross_site(const Head& head);

}  // namespace market::api
