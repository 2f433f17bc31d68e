// The files that a design is made of, as one tree:
//
//   extends, in order  <  the design's own file  <  local.d/*.yaml beside it, by name
//
// Every node keeps the place it was written at, which is where its value comes from. How one tree
// is laid over another is config/yaml/merge.h. A file that is reached twice counts once.
//
// Errors: Diagnostics: D001..D010 of each file, D006 for a file that is not there or extends
// itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml/document.h"

namespace market {

struct DesignFile {
  std::string path;
  std::string digest;  ///< hex SHA-256 of its bytes
};

struct DesignLayers {
  std::optional<yaml::Node> root;  ///< nothing when no file could be read at all
  std::vector<DesignFile> files;   ///< what was read, the lowest layer first
  Diagnostics problems;
  bool refused = false;  ///< newer than this program: nothing else is to be said about it

  /// Of one file its own; of several, of all of their digests in their order.
  [[nodiscard]] std::string digest() const;
};

/// The newest vocabulary that this version understands.
inline constexpr std::int64_t kDesignSchema = 1;

[[nodiscard]] DesignLayers load_layers(const std::string& path);
/// The same from memory, without local.d; `file` is for positions and for what is extended.
[[nodiscard]] DesignLayers parse_layers(std::string_view text, const std::string& file);

}  // namespace market
