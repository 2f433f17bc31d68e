// One tree laid over another, as overlays are written:
//
//   maps             by key                       { dhcp: {...} }  changes what is in it
//   named lists      by `id` of their items       zones: [{ id: guest, vid: 41 }]
//                    or as a map of them          zones: { parking: null }
//   other lists      replaced as a whole
//   null             deletes what is below; a key without a value does not
//   `key+`           appends to the list below    tagged+: [cctv]
//
// Every node keeps the place it was written at. An item that is in one file's list twice stays
// twice, so that who reads the tree can say so.
//
// Threads:  pure. Errors: in `problems`: D004, D006.
#pragma once

#include "config/yaml/document.h"

namespace market::yaml {

/// `over` laid on `base`; both maps. What neither has is nowhere.
[[nodiscard]] Node merge(Node base, const Node& over, Diagnostics& problems);

}  // namespace market::yaml
