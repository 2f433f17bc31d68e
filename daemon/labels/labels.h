// Labels for stalls and switch ports, to be printed, stuck on and scanned.
//
//   Design --stall_labels, port_labels--> Label... --draw--> A4 sheets of 3 by 8
//
// The QR code of a label leads to the stall's page of the market's gateway, so that an installer is
// one scan away from "is this stall right, and if not, what do I do?".
//
// Threads:  pure, but for draw, which writes files. Errors: Io.
// Sources:  ISO/IEC 18004 (QR code, by libqrencode); sheets of 3 by 8 labels, 70 mm by 37 mm.
#pragma once

#include <string>
#include <vector>

#include "config/design/design.h"
#include "config/types/result.h"

namespace market::labels {

struct Label {
  std::string title;               ///< large: "A-101", "sw-a1 / 3"
  std::vector<std::string> lines;  ///< at most four; what is too long is cut with an ellipsis
  std::string link;                ///< what the QR code holds
};

/// `gateway`: how a telephone in the market reaches the page: "http://10.64.0.1:9750".
/// Every stall, in the design's order.
[[nodiscard]] std::vector<Label> stall_labels(const Design& design, const std::string& gateway);
/// Every port that leads somewhere, switch by switch.
[[nodiscard]] std::vector<Label> port_labels(const Design& design, const std::string& gateway);

/// The page's address by the design: the gateway's own in its infrastructure zone. Empty: it has
/// none.
[[nodiscard]] std::string gateway_of(const Design& design);

/// Draws sheets to `path`: *.pdf is one file of all pages; of *.svg further pages are beside it,
/// as path-2.svg and so on. Gives the files that were written.
[[nodiscard]] Result<std::vector<std::string>> draw(const std::vector<Label>& labels,
                                                    const std::string& path);

}  // namespace market::labels
