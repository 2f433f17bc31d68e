#include "daemon/api/target.h"

#include <charconv>

namespace market::api {
namespace {

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result.push_back(text[i]);
      continue;
    }
    const auto digits = text.substr(i + 1, 2);
    unsigned byte = 0;
    const auto* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, byte, 16);
    if (digits.size() != 2 || parsed.ptr != end || parsed.ec != std::errc{} || byte == 0) {
      return std::nullopt;
    }
    result.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
    i += 2;
  }
  return result;
}

}  // namespace

std::optional<std::vector<std::string>> segments_of(std::string_view target) {
  if (target.empty() || target.front() != '/') return std::nullopt;
  auto path = target.substr(1, target.find('?') - 1);
  std::vector<std::string> segments;
  while (!path.empty()) {
    const auto slash = path.find('/');
    auto segment = decoded(path.substr(0, slash));
    if (!segment) return std::nullopt;
    segments.push_back(*std::move(segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    if (path.empty()) segments.emplace_back();  // "/a/" is not "/a"
  }
  return segments;
}

}  // namespace market::api
