// A directory of profiles that lives as long as a test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace market {

class ProfileDir {
 public:
  ProfileDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "profiles-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ProfileDir(const ProfileDir&) = delete;
  ProfileDir& operator=(const ProfileDir&) = delete;
  ~ProfileDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ + "/" + name} << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace market
