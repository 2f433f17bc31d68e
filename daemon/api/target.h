// The request target taken apart: "/api/v1/stalls/%EA%B0%80-1?x=1" is the segments api, v1,
// stalls, "가-1". Each segment is percent-decoded after the split, so an id may hold a slash.
//
// Threads:  pure. Sources: RFC 3986, 2.1, 3.3.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace market::api {

/// Nothing unless the target is an absolute path, its escapes are whole and none is %00. The
/// query is left out. "/" has no segments.
[[nodiscard]] std::optional<std::vector<std::string>> segments_of(std::string_view target);

}  // namespace market::api
