// YAML as the project reads it: a tree of our own in which every node knows its place.
//
// yaml-cpp is seen in document.cc only. What it lets through silently is refused here: duplicate
// keys (D002), merge keys, aliases and anchors, tags, further documents, and nesting or sizes
// beyond the limits (D008), bytes that are not printable UTF-8 (D001). Scalars stay text: a field's
// parser decides what it means, so `010` is never eight and `on` is never true by accident.
//
// Threads:  pure. Errors: a Diagnostic with file:line:col; syntax is D001.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/types/diagnostic.h"
#include "config/types/result.h"

namespace market::yaml {

enum class Kind { Null, Scalar, Sequence, Map };

struct Node;
struct Entry;  // key, its position, value

struct Node {
  Kind kind = Kind::Null;
  SourcePosition position;
  std::string text;         ///< of a scalar, after unquoting; of a Null "null", or empty: no value
  bool quoted = false;      ///< written in quotes: never null, boolean or number
  std::vector<Node> items;  ///< of a sequence
  std::vector<Entry> entries;  ///< of a map, in the file's order

  /// The value under `key`, or null when there is none.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  SourcePosition key_position;
  Node value;
};

struct Limits {
  std::size_t bytes = std::size_t{4} << 20U;  ///< of one file
  std::size_t depth = 64;
  std::size_t nodes = 500'000;
};

struct Document {
  std::optional<Node> root;  ///< nothing when the text is not YAML at all
  Diagnostics problems;
};

/// Parses one document. `file` is only for positions. An empty text is a Null root.
[[nodiscard]] Document parse(std::string_view text, const std::string& file, Limits limits = {});
/// Reads and parses a file. An unreadable file is a D001 at line 0.
[[nodiscard]] Document load(const std::string& path, Limits limits = {});

/// The same for files that may hold several documents ("---" between them). At least one comes
/// back, and what stops the reading is a problem of the last.
[[nodiscard]] std::vector<Document> parse_all(std::string_view text, const std::string& file,
                                              Limits limits = {});
[[nodiscard]] std::vector<Document> load_all(const std::string& path, Limits limits = {});

/// The bytes of a file: at most one more than `limits.bytes`, which parse then refuses. Io.
[[nodiscard]] Result<std::string> read_file(const std::string& path, Limits limits = {});

/// The word of `candidates` a person probably meant by `word` (Damerau-Levenshtein distance of
/// at most 2, and closer than the word is long), or nothing.
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      const std::vector<std::string>& candidates);

}  // namespace market::yaml
