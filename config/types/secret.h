// Text that must not be printed: a community, a passphrase, a pre-shared key.
// Every way to turn it into text gives "<secret>", except reveal(), which is easy to search for.
#pragma once

#include <compare>
#include <string>
#include <utility>

namespace market {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_{std::move(text)} {}

  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] static std::string to_string() { return "<secret>"; }
  friend auto operator<=>(const Secret&, const Secret&) = default;

 private:
  std::string text_;
};

}  // namespace market
