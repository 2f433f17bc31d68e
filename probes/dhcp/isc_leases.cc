// dhcpd.leases(5): `lease 10.0.0.5 { ends 4 2026/11/26 13:00:00; hardware ethernet ...; ... }`
#include <array>
#include <optional>

#include "probes/dhcp/lease_log.h"

namespace market::dhcp {
namespace {

/// Words, strings without their quotes, and the marks { } ;
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_{text} {}

  /// Nothing at the end.
  std::optional<std::string> next() {
    skip_blank();
    if (text_.empty()) return std::nullopt;
    const char c = text_.front();
    if (c == '"') return quoted();
    if (is_mark(c)) return take(1);
    std::size_t size = 0;
    while (size < text_.size() && !is_mark(text_[size]) && !is_blank(text_[size])) ++size;
    return take(size);
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  static bool is_mark(char c) { return c == '{' || c == '}' || c == ';'; }

  void skip_blank() {
    while (!text_.empty() && (is_blank(text_.front()) || text_.front() == '#')) {
      if (text_.front() == '#') {
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
      } else {
        text_.remove_prefix(1);
      }
    }
  }
  std::string take(std::size_t size) {
    std::string token{text_.substr(0, size)};
    text_.remove_prefix(size);
    return token;
  }
  std::string quoted() {
    std::string token;
    text_.remove_prefix(1);
    while (!text_.empty() && text_.front() != '"') {
      if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
      token.push_back(text_.front());
      text_.remove_prefix(1);
    }
    if (!text_.empty()) text_.remove_prefix(1);
    return token;
  }

  std::string_view text_;
};

using Words = std::vector<std::string>;

template <std::size_t Count>
std::optional<std::array<int, Count>> numbers(std::string_view text, char between) {
  std::array<int, Count> found{};
  for (std::size_t i = 0; i < Count; ++i) {
    if (i > 0) {
      if (!text.starts_with(between)) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, found[i]);
    if (read.ec != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  }
  return text.empty() ? std::optional{found} : std::nullopt;
}

/// "4 2026/11/26 13:00:00", in UTC, or "epoch 1795698000".
std::optional<std::chrono::sys_seconds> time_of(const Words& words) {
  using namespace std::chrono;
  if (words.size() == 3 && words[1] == "epoch") return epoch_of(words[2]);
  if (words.size() != 4) return std::nullopt;
  const auto date = numbers<3>(words[2], '/');
  const auto time = numbers<3>(words[3], ':');
  if (!date || !time) return std::nullopt;
  const year_month_day day{year{(*date)[0]}, month{static_cast<unsigned>((*date)[1])},
                           std::chrono::day{static_cast<unsigned>((*date)[2])}};
  const bool sane = day.ok() && (*time)[0] >= 0 && (*time)[0] < 24 && (*time)[1] >= 0 &&
                    (*time)[1] < 60 && (*time)[2] >= 0 && (*time)[2] <= 60;
  if (!sane) return std::nullopt;
  return sys_days{day} + hours{(*time)[0]} + minutes{(*time)[1]} + seconds{(*time)[2]};
}

/// One block, statement by statement.
struct Block {
  std::optional<MacAddress> mac;
  std::optional<std::chrono::sys_seconds> ends;
  std::string hostname;
  bool active = true;

  void take(const Words& words) {
    if (words.empty()) return;
    if (words[0] == "ends") {
      ends = time_of(words);
    } else if (words[0] == "hardware" && words.size() == 3) {
      const auto parsed = MacAddress::parse(words[2]);
      if (parsed && words[1] == "ethernet") mac = *parsed;
    } else if (words[0] == "client-hostname" && words.size() == 2) {
      hostname = clean_name(words[1]);
    } else if (words[0] == "binding" && words.size() == 3) {
      active = words[2] == "active";
    }
  }
};

/// Statements up to the block's end; blocks within it are passed over.
Block read_block(Tokens& tokens) {
  Block block;
  Words words;
  int depth = 1;
  while (auto token = tokens.next()) {
    if (*token == "{") ++depth;
    if (*token == "}" && --depth == 0) break;
    if (*token == ";" || *token == "}") {
      if (depth == 1) block.take(words);
      words.clear();
    } else {
      words.push_back(std::move(*token));
    }
  }
  return block;
}

}  // namespace

void parse_isc(std::string_view text, LeaseLog& log) {
  Tokens tokens{text};
  Words words;
  while (auto token = tokens.next()) {
    if (*token != "{") {
      words.push_back(std::move(*token));
      if (words.back() == ";") words.clear();
      continue;
    }
    const bool is_lease = words.size() == 2 && words[0] == "lease";
    const auto address = IpAddress::parse(is_lease ? words[1] : std::string{});
    words.clear();
    auto block = read_block(tokens);
    if (!is_lease || !address) continue;
    log.erase(*address);
    if (!block.active || !block.mac) continue;
    log.emplace(*address, Lease{*block.mac, *address, std::move(block.hostname), block.ends});
  }
}

}  // namespace market::dhcp
