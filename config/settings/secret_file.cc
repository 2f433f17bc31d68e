#include "config/settings/secret_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "config/yaml/document.h"

namespace market {
namespace {

constexpr std::size_t kMaxSecret = 4096;

/// Parts of letters, digits and "-_.", none of them a step upwards.
bool good_name(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  };
  if (!std::all_of(name.begin(), name.end(), allowed)) return false;
  const std::filesystem::path path{name};
  return path.is_relative() && path.has_filename() &&
         std::none_of(path.begin(), path.end(), [](const std::filesystem::path& part) {
           return part == ".." || part == "." || part.empty();
         });
}

std::string path_of(std::string_view name, const SecretPlaces& places) {
  const std::filesystem::path relative{name};
  if (!places.credentials_directory.empty()) {
    const auto path = std::filesystem::path{places.credentials_directory} / relative;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path.string();
  }
  return (std::filesystem::path{places.secrets_directory} / relative).string();
}

}  // namespace

Result<SecretFile> read_secret(std::string_view name, const SecretPlaces& places) {
  if (!good_name(name)) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is not a secret's name: write the name of a file below the "
                            "secrets directory",
                            name));
  }
  SecretFile file;
  file.path = path_of(name, places);
  struct stat status {};
  if (stat(file.path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      return fail(Errc::Io, fmt::format("'{}' is not a regular file", file.path));
    }
    file.open_to_others = (status.st_mode & (S_IROTH | S_IWOTH)) != 0;
  }
  auto text = yaml::read_file(file.path, {.bytes = kMaxSecret});
  if (!text) return tl::make_unexpected(std::move(text.error()));
  if (text->ends_with('\n')) text->pop_back();
  if (text->empty()) return fail(Errc::InvalidValue, fmt::format("'{}' is empty", file.path));
  if (text->size() > kMaxSecret) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is longer than {} bytes", file.path, kMaxSecret));
  }
  if (text->find_first_of(std::string_view{"\n\r\0", 3}) != std::string::npos) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' must hold one line that ends with a plain line feed", file.path));
  }
  file.secret = Secret{std::move(*text)};
  return file;
}

}  // namespace market
