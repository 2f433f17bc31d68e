// Columns for a terminal: aligned by what the eye sees, so that Korean (two cells a syllable)
// stands straight.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace market::cli {

/// Terminal cells that `text` takes (UTF-8; East Asian wide characters take two).
[[nodiscard]] std::size_t display_width(const std::string& text);

class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string to_string() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace market::cli
