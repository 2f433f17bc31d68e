#include "daemon/takeover/names.h"

#include <algorithm>
#include <map>

#include "daemon/reconcile/utf8.h"

namespace market::takeover {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_id_byte(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }

bool is_site(std::string_view text) {
  return text.size() >= 2 && text.size() <= 24 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
}

}  // namespace

std::string site_of(const std::vector<std::string>& system_names) {
  std::map<std::string, std::size_t> votes;
  for (const auto& name : system_names) {
    for (auto at = name.find('-'); at != std::string::npos; at = name.find('-', at + 1)) {
      const bool rest = at + 1 < name.size() && is_letter(name[at + 1]);
      if (rest && is_site(name.substr(0, at))) ++votes[name.substr(0, at)];
    }
  }
  std::string best;
  std::size_t most = 0;
  for (const auto& [site, count] : votes) {
    const bool enough = count > 1 && count * 2 > system_names.size();
    if (!enough || count < most || (count == most && site.size() <= best.size())) continue;
    best = site;
    most = count;
  }
  return best.empty() ? "market" : best;
}

bool is_id(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), is_id_byte);
}

std::string as_id(std::string_view text, std::size_t most) {
  std::string id;
  for (const char c : text) {
    if (is_id_byte(c)) {
      id += c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  id.resize(std::min(id.size(), most));
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

std::string unique(std::string wanted, std::set<std::string>& taken) {
  if (taken.insert(wanted).second) return wanted;
  for (std::size_t n = 2;; ++n) {
    auto next = wanted + "-" + std::to_string(n);
    if (taken.insert(next).second) return next;
  }
}

bool is_line(std::string_view text) {
  return reconcile::is_utf8(text) && reconcile::escaped(text) == text;
}

StallWords stall_of_label(std::string_view label) {
  constexpr std::size_t kMostLetters = 12;  // bytes: four Korean syllables
  const auto end = std::min(label.find(' '), label.size());
  const auto id = label.substr(0, end);
  const auto hyphen = id.rfind('-');
  if (hyphen == std::string_view::npos || hyphen == 0 || hyphen > kMostLetters) return {};
  const auto number = id.substr(hyphen + 1);
  const auto in_any_script = [](char c) {
    return is_id_byte(c) || static_cast<unsigned char>(c) >= 0x80;
  };
  if (number.empty() || number.size() > 6 || !is_digit(number.front()) ||
      !std::all_of(number.begin(), number.end(), is_id_byte) ||
      !std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(hyphen), in_any_script)) {
    return {};
  }
  const auto name = end == label.size() ? std::string_view{} : label.substr(end + 1);
  if (name.empty() && end != label.size()) return {};
  return {std::string{id}, std::string{name}};
}

}  // namespace market::takeover
