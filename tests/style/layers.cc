#include "tests/style/layers.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <utility>

namespace market::style {
namespace {

/// Lowest first. A room includes rooms of lower steps.
const std::vector<std::set<std::string>> kLadder{
    {"config/types"},
    {"config/yaml", "config/design", "config/profile", "config/settings", "config/hints"},
    {"probes/io"},
    {"probes/snmp", "probes/netlink", "probes/firewall", "probes/wifi", "probes/service",
     "probes/dhcp"},
    {"probes/sweep", "probes/device", "probes/survey", "probes/wireless"},
    {"daemon/inventory", "daemon/health"},
    {"daemon/store", "daemon/reconcile", "daemon/audit", "daemon/schedule", "daemon/web",
     "daemon/labels"},
    {"daemon/metrics", "daemon/api", "daemon/takeover"},
    {"daemon/app", "daemon/cli"},
    {"daemon/main"}};

/// Neighbours on one step that may include each other, in this direction.
const std::set<std::pair<std::string, std::string>> kSideways{
    {"config/design", "config/yaml"},     {"config/profile", "config/yaml"},
    {"config/settings", "config/yaml"},   {"daemon/store", "daemon/reconcile"},
    {"daemon/audit", "daemon/reconcile"}, {"daemon/cli", "daemon/app"},
    {"daemon/health", "daemon/inventory"}};

/// First part of an include -> rooms that may see it.
const std::vector<std::pair<std::string, std::set<std::string>>> kLibraries{
    {"yaml-cpp/", {"config/yaml"}},
    {"net-snmp/", {"probes/snmp"}},
    {"netlink/", {"probes/netlink"}},
    {"cairo", {"daemon/labels"}},
    {"pango/", {"daemon/labels"}},
    {"qrencode.h", {"daemon/labels"}},
    {"sqlite3.h", {"daemon/store"}},
    {"prometheus/", {"daemon/metrics"}},
    {"boost/beast", {"daemon/api"}},
    {"boost/asio", {"probes/io", "daemon/api"}},
    {"boost/program_options", {"daemon/cli", "daemon/main"}}};

constexpr int kNowhere = -1;

int step_of(const std::string& room) {
  for (std::size_t step = 0; step < kLadder.size(); ++step) {
    if (kLadder[step].contains(room)) return static_cast<int>(step);
  }
  return kNowhere;
}

bool is_header(const std::string& path) { return path.ends_with(".h"); }
bool is_source(const std::string& path) { return is_header(path) || path.ends_with(".cc"); }

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// Words of a CMake call up to its closing bracket.
std::vector<std::string> words_of_call(const std::string& text, std::size_t begin) {
  std::istringstream inside{text.substr(begin, text.find(')', begin) - begin)};
  std::vector<std::string> words;
  for (std::string word; inside >> word;) words.push_back(word);
  return words;
}

/// Paths of all headers that their rooms make public.
std::set<std::string> public_headers(const Tree& tree) {
  static const std::string kCall = "market_room(";
  static const std::set<std::string> kOtherLists{"SOURCES", "USES", "HIDES"};
  std::set<std::string> headers;
  for (const auto& [path, text] : tree) {
    if (!path.ends_with("/CMakeLists.txt")) continue;
    for (auto at = text.find(kCall); at != std::string::npos; at = text.find(kCall, at + 1)) {
      bool listed = false;
      for (const auto& word : words_of_call(text, at + kCall.size())) {
        if (kOtherLists.contains(word)) listed = false;
        if (listed) headers.insert(folder_of(path) + "/" + word);
        if (word == "HEADERS") listed = true;
      }
    }
  }
  return headers;
}

std::string blame(const std::string& path, const Include& include, const std::string& why) {
  return path + " includes " + include.path + ": " + why;
}

/// Nothing when `from` may include `to`.
std::string wrong_direction(const std::string& from, const std::string& to) {
  if (from == to) return {};
  if (step_of(from) == kNowhere) return "room " + from + " is not on the ladder";
  if (step_of(to) == kNowhere) return "room " + to + " is not on the ladder";
  if (step_of(to) < step_of(from) || kSideways.contains({from, to})) return {};
  return from + " is " + (step_of(to) == step_of(from) ? "beside " : "below ") + to;
}

}  // namespace

Tree read_tree(const std::filesystem::path& root) {
  Tree tree;
  for (const auto* layer : {"config", "probes", "daemon"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{root / layer}) {
      const auto path = entry.path().lexically_relative(root).generic_string();
      if (!entry.is_regular_file()) continue;
      if (!is_source(path) && entry.path().filename() != "CMakeLists.txt") continue;
      std::ifstream file{entry.path()};
      std::ostringstream text;
      text << file.rdbuf();
      tree[path] = std::move(text).str();
    }
  }
  return tree;
}

std::vector<Include> includes_of(const std::string& text) {
  static const std::regex kInclude{R"(^\s*#\s*include\s*(["<])([^">]+)[">].*)"};
  std::vector<Include> includes;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (line.find("include") == std::string::npos) continue;
    if (!std::regex_match(line, parts, kInclude)) continue;
    includes.push_back({.path = parts[2], .quoted = parts[1] == "\""});
  }
  return includes;
}

std::string room_of(const std::string& path) {
  const auto first = path.find('/');
  if (first == std::string::npos) return path;
  const auto second = path.find('/', first + 1);
  return second == std::string::npos ? path.substr(0, path.rfind('.')) : path.substr(0, second);
}

std::vector<std::string> against_direction(const Tree& tree) {
  std::vector<std::string> found;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    for (const auto& include : includes_of(text)) {
      if (!include.quoted) continue;
      if (!tree.contains(include.path)) {
        found.push_back(blame(path, include, "there is no such file below config, probes, daemon"));
        continue;
      }
      const auto why = wrong_direction(room_of(path), room_of(include.path));
      if (!why.empty()) found.push_back(blame(path, include, why));
    }
  }
  return found;
}

std::vector<std::string> against_libraries(const Tree& tree) {
  const auto headers = public_headers(tree);
  std::vector<std::string> found;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    for (const auto& include : includes_of(text)) {
      for (const auto& [library, rooms] : kLibraries) {
        if (!include.path.starts_with(library)) continue;
        if (!rooms.contains(room_of(path))) {
          found.push_back(blame(path, include, "this library belongs to " + *rooms.begin()));
        } else if (headers.contains(path)) {
          found.push_back(blame(path, include, "a public header shows no library"));
        }
      }
    }
  }
  return found;
}

std::vector<std::string> against_privacy(const Tree& tree) {
  const auto headers = public_headers(tree);
  std::vector<std::string> found;
  for (const auto& header : headers) {
    if (!tree.contains(header)) found.push_back(header + " is in HEADERS and does not exist");
  }
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    for (const auto& include : includes_of(text)) {
      if (!include.quoted || folder_of(include.path) == folder_of(path)) continue;
      if (headers.contains(include.path)) continue;
      found.push_back(blame(path, include, "it is not in the HEADERS of its room"));
    }
  }
  return found;
}

std::vector<std::string> against_own_first(const Tree& tree) {
  std::vector<std::string> found;
  for (const auto& [path, text] : tree) {
    if (!path.ends_with(".cc")) continue;
    const auto own = path.substr(0, path.size() - 2) + "h";
    if (!tree.contains(own)) continue;
    const auto includes = includes_of(text);
    if (includes.empty() || includes.front().path != own) {
      found.push_back(path + " does not include " + own + " before anything else");
    }
  }
  return found;
}

}  // namespace market::style
