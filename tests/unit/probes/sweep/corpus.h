// Recordings of real devices with their labels, and when an answer counts as right.
//
//   class     the label's class or one of its alt_class
//   vendor    vendor_hint (an icon's name) in ours or ours in it, both reduced to a-z and 0-9, or a
//             line of the synonyms: who bought whom, and systems named for their product
//   model, firmware, serial   the same reduction, a leading v before a digit dropped, one in the
//             other
// The recordings are no part of the project (README.md beside them tells what they are).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace market::corpus {

/// One line of labels.tsv, by column.
using Row = std::map<std::string, std::string>;

/// The folder of recordings, ending in '/'; nothing where there is none.
[[nodiscard]] std::optional<std::string> place();
/// Every device's line; `context` rows are no devices.
[[nodiscard]] std::vector<Row> labels(const std::string& corpus);
/// The bytes of the row's recording.
[[nodiscard]] std::string recording_of(const std::string& corpus, const Row& row);

[[nodiscard]] bool right_class(const Row& row, const std::string& said);
[[nodiscard]] bool alike(const std::string& label, const std::string& said);
[[nodiscard]] bool same_vendor(const std::string& hint, const std::string& vendor);

}  // namespace market::corpus
