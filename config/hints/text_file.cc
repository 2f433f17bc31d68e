#include "config/hints/text_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace market {
namespace {

constexpr std::size_t kMaxOctets = 64U * 1024 * 1024;

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (auto tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    fields.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  fields.push_back(line);
  return fields;
}

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  errno = 0;
  std::ifstream file{path, std::ios::binary | std::ios::ate};
  if (!file) {
    const auto why =
        errno == 0 ? std::string{"cannot be read"} : std::generic_category().message(errno);
    return fail(Errc::Io, "'" + path + "': " + why);
  }
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (size < 0 || static_cast<std::size_t>(size) > kMaxOctets) {
    return fail(Errc::InvalidValue, "'" + path + "' is no list: too long");
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(text.data(), size)) return fail(Errc::Io, "'" + path + "' cannot be read");
  return text;
}

std::vector<TabbedLine> tabbed_lines(std::string_view text) {
  std::vector<TabbedLine> lines;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') lines.push_back({number, fields_of(line)});
  }
  return lines;
}

}  // namespace market
