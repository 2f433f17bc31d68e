// The house rules about includes, as functions from the source tree to what breaks them.
//
//   direction  an include points down the ladder in layers.cc, never up or sideways, but for the
//              few pairs named there
//   libraries  a third-party library is seen in one room only, and in no header that other rooms
//              may include
//   privacy    a header that is not in the HEADERS of its room stays in its folder
//   own first  x.cc includes its own x.h before anything else, so that x.h compiles alone
//
// Threads:  pure, but for read_tree.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace market::style {

/// Path from the root ("config/types/oid.h") -> text, of every .h, .cc and CMakeLists.txt.
using Tree = std::map<std::string, std::string>;

/// Below `root`: config, probes and daemon.
[[nodiscard]] Tree read_tree(const std::filesystem::path& root);

struct Include {
  std::string path;
  bool quoted = false;  ///< "..." and not <...>
};
[[nodiscard]] std::vector<Include> includes_of(const std::string& text);

/// "config/types/oid.h" -> "config/types"; "daemon/main.cc" -> "daemon/main".
[[nodiscard]] std::string room_of(const std::string& path);

/// One line each: "config/types/oid.h includes daemon/app/app.h: ...". Empty = the rule holds.
[[nodiscard]] std::vector<std::string> against_direction(const Tree& tree);
[[nodiscard]] std::vector<std::string> against_libraries(const Tree& tree);
[[nodiscard]] std::vector<std::string> against_privacy(const Tree& tree);
[[nodiscard]] std::vector<std::string> against_own_first(const Tree& tree);

}  // namespace market::style
