// The plain part of YAML, as nearly all files of ours are written: block maps and lists, flow maps
// and lists, scalars of one line, comments. Read in a small part of the time that a parser of all of
// YAML takes, which is most of what a command waits for before it begins.
//
// Never another meaning: what is not plain (an escape, a scalar of several lines, a null, a key
// twice, an error of any kind) is not read at all, and left to the parser of all of it.
//
// Threads:  pure. Errors: none.
// Sources:  YAML 1.2.2, chapters 7 and 8.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml/document.h"

namespace market::yaml {

/// The documents of a text that is plain and right, exactly as parse_all() gives them; else
/// nothing.
[[nodiscard]] std::optional<std::vector<Document>> parse_plain(std::string_view text,
                                                               const std::string& file,
                                                               const Limits& limits);

}  // namespace market::yaml
