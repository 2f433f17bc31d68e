// Typed access to one map of a document. Every key is asked for by name and type; what does not
// fit becomes a Diagnostic, and the reading goes on with nothing in its place. Keys that nobody
// asked for are reported when the reader goes out of scope, so ask for all of them, always.
//
//   MapReader zone{node, "zone", findings};
//   auto id = zone.name();                                  // from here on "zone 'staff'"
//   auto vid = zone.parsed("vid", Need::Required, VlanId::parse);
//
// Threads:  none. Errors: in Findings, under the ids of its RuleIds.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/result.h"
#include "config/yaml/document.h"
#include "config/yaml/findings.h"

namespace market::yaml {

enum class Need { Optional, Required };

/// Whole numbers from `least` to `most`, both included.
struct Bounds {
  std::int64_t least;
  std::int64_t most;
};

class MapReader {
 public:
  /// `what` names the object in messages. A node that is not a map is reported once, here, and
  /// reads as an empty map of which nothing is required.
  MapReader(const Node& node, std::string what, Findings& findings);
  /// The same for a map whose name is its key: `position`, the key's, is the object's place.
  MapReader(const Node& node, std::string what, Findings& findings, SourcePosition position);
  ~MapReader();
  MapReader(const MapReader&) = delete;
  MapReader& operator=(const MapReader&) = delete;

  [[nodiscard]] const SourcePosition& position() const { return position_; }
  [[nodiscard]] const std::string& what() const { return what_; }
  /// From now on the object is called "<what> '<name>'".
  void called(std::string_view name);

  /// The value under `key`, of whatever kind; null when there is none.
  [[nodiscard]] const Node* find(std::string_view key, Need need);
  /// Where the value under `key` is, or the map itself.
  [[nodiscard]] const SourcePosition& place(std::string_view key) const;

  /// One line of text, not empty. Empty = not there or refused.
  [[nodiscard]] std::string text(std::string_view key, Need need);
  /// Text out of `choices`.
  [[nodiscard]] std::string word(std::string_view key, Need need,
                                 std::initializer_list<std::string_view> choices);
  /// `true` or `false`, not in quotes.
  [[nodiscard]] std::optional<bool> flag(std::string_view key, Need need);
  /// Decimal digits, not in quotes.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, Need need, Bounds bounds);
  /// Text that `parse` understands; its error becomes the message.
  template <class T>
  [[nodiscard]] std::optional<T> parsed(std::string_view key, Need need,
                                        Result<T> (*parse)(std::string_view)) {
    const Node* node = scalar(key, need);
    if (node == nullptr) return std::nullopt;
    Result<T> value = parse(node->text);
    if (value) return std::move(*value);
    refuse(findings_.rules().type, *node, key, value.error().message);
    return std::nullopt;
  }

  /// The items of a list of words, in order; a word that is there twice is reported.
  [[nodiscard]] std::vector<std::string> words(std::string_view key, Need need);
  /// The items of a list, of whatever kind.
  [[nodiscard]] std::vector<const Node*> items(std::string_view key, Need need);

  /// Reports that the value under `key` is no good, and counts it as lost.
  void refuse(const std::string& rule, const Node& node, std::string_view key,
              std::string_view message, std::string fix = {});
  [[nodiscard]] Findings& findings() { return findings_; }

 private:
  [[nodiscard]] const Node* scalar(std::string_view key, Need need);
  /// Returns the keys that were probably meant.
  std::vector<std::string> report_unknown(const std::vector<const Entry*>& unknown);
  void report_missing(const std::vector<std::string>& guesses);
  [[nodiscard]] std::optional<std::string> guess(std::string_view unknown,
                                                 const std::vector<std::string>& absent) const;

  const Node& node_;
  std::string what_;
  Findings& findings_;
  SourcePosition position_;
  std::vector<std::string> known_;
  std::vector<std::string> missing_;
};

/// What must be true of a scalar to be a line of text; the reason why not, or nothing.
[[nodiscard]] std::optional<std::string> not_a_line(const Node& node);

/// "'a', 'b' and 'c'", at most twenty of them.
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& words);

}  // namespace market::yaml
