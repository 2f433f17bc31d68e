// The live page, inside the program: HTML, style sheet, modules, icon and the API's description.
//
// The files beside this header are compiled in as they are (embed.cmake): no build step, nothing
// fetched from anywhere, so the page works in a market whose uplink is cut.
//
// Threads:  constant data.
#pragma once

#include <span>
#include <string_view>

namespace market::web {

struct Asset {
  std::string_view path;          ///< as asked for: "/", "/assets/app.js"
  std::string_view content_type;  ///< with charset
  std::string_view bytes;
  std::string_view etag;  ///< strong, with its quotes (RFC 9110, 8.8.3): from the bytes' SHA-256
};

/// All of them; paths are unique. They live as long as the program.
[[nodiscard]] std::span<const Asset> assets();

}  // namespace market::web
