// The two doors for files: bytes as they are, and parsed.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "config/yaml/document.h"

namespace market::yaml {
namespace {

std::vector<Document> unreadable(const std::string& file, std::string message) {
  Document document;
  document.problems.push_back(
      {"D001", Severity::Error, {file, 0, 0}, std::move(message), {}, std::nullopt});
  return {std::move(document)};
}

}  // namespace

Result<std::string> read_file(const std::string& path, Limits limits) {
  const auto refused = [&path](int number) {
    return fail(Errc::Io, fmt::format("cannot read '{}': {}", path, std::strerror(number)));
  };
  errno = 0;
  std::ifstream stream{path, std::ios::binary};
  if (!stream) return refused(errno);
  std::string text;
  std::array<char, 64 << 10> block{};
  while (stream && text.size() <= limits.bytes) {
    stream.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad() || (stream.fail() && !stream.eof())) return refused(errno);
  text.resize(std::min(text.size(), limits.bytes + 1));
  return text;
}

std::vector<Document> load_all(const std::string& path, Limits limits) {
  const auto text = read_file(path, limits);
  if (!text) return unreadable(path, text.error().message);
  return parse_all(*text, path, limits);
}

Document load(const std::string& path, Limits limits) {
  const auto text = read_file(path, limits);
  if (!text) return std::move(unreadable(path, text.error().message).front());
  return parse(*text, path, limits);
}

}  // namespace market::yaml
