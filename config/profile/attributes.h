// The `indexes` and `attributes` of a profile.
//
// Threads:  pure. Errors: P002..P004, P010, P011, P013.
#pragma once

#include <cstdint>
#include <limits>

#include "config/profile/problems.h"
#include "config/profile/profile.h"
#include "config/yaml/document.h"

namespace market::profile {

/// The largest number an Unsigned32 holds.
inline constexpr std::int64_t kMaxWireNumber = std::numeric_limits<std::uint32_t>::max();

/// Fills `profile.indexes`.
void read_indexes(const yaml::Node& node, Profile& profile, Problems& problems);
/// Fills `profile.manual`.
void read_manual(const yaml::Node& node, Profile& profile, Problems& problems);
/// Fills `profile.attributes`; the indexes must have been read.
void read_attributes(const yaml::Node& node, Profile& profile, Problems& problems);

}  // namespace market::profile
