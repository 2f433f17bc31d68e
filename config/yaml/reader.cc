#include "config/yaml/reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <fmt/format.h>

namespace market::yaml {
namespace {

/// More items than any list of a market has; bounds the work on a hostile file.
constexpr std::size_t kMaxItems = 20'000;
/// Unknown keys that are reported for one map: more of them say nothing new.
constexpr std::size_t kMaxUnknown = 50;
/// Longest text, in bytes: what an SNMP OCTET STRING of 255 could hold, and room for a reason.
constexpr std::size_t kMaxText = 1024;

struct Synonym {
  std::string_view said;
  std::string_view meant;
};

/// Words that other tools use for our keys. The first that the map knows is suggested.
constexpr std::array kSynonyms{
    Synonym{"vlan", "vid"},
    Synonym{"vlan-id", "vid"},
    Synonym{"vlan_id", "vid"},
    Synonym{"vlanid", "vid"},
    Synonym{"ip", "address"},
    Synonym{"ip-address", "address"},
    Synonym{"ipaddr", "address"},
    Synonym{"host", "address"},
    Synonym{"bind", "address"},
    Synonym{"management-address", "address"},
    Synonym{"ips", "addresses"},
    Synonym{"ssid", "name"},
    Synonym{"title", "name"},
    Synonym{"essid", "name"},
    Synonym{"subnet", "prefix"},
    Synonym{"network", "prefix"},
    Synonym{"cidr", "prefix"},
    Synonym{"gw", "gateway"},
    Synonym{"gw", "via"},
    Synonym{"gateway", "via"},
    Synonym{"router", "gateway"},
    Synonym{"nic", "interface"},
    Synonym{"device", "interface"},
    Synonym{"dev", "interface"},
    Synonym{"power", "tx-power"},
    Synonym{"txpower", "tx-power"},
    Synonym{"width", "channel-width"},
    Synonym{"bandwidth", "channel-width"},
    Synonym{"encryption", "security"},
    Synonym{"auth", "security"},
    Synonym{"password", "psk"},
    Synonym{"passphrase", "psk"},
    Synonym{"key", "psk"},
    Synonym{"sn", "serial"},
    Synonym{"serial-number", "serial"},
    Synonym{"mac-address", "mac"},
    Synonym{"hwaddr", "mac"},
    Synonym{"model", "profile"},
    Synonym{"driver", "profile"},
    Synonym{"native", "untagged"},
    Synonym{"pvid", "untagged"},
    Synonym{"access", "untagged"},
    Synonym{"trunk", "tagged"},
    Synonym{"vlans", "tagged"},
    Synonym{"location", "place"},
    Synonym{"shop", "stall"},
    Synonym{"shops", "stalls"},
    Synonym{"methods", "accepts"},
    Synonym{"payments", "accepts"},
    Synonym{"vlans", "zones"},
    Synonym{"networks", "zones"},
    Synonym{"firewall", "policy"},
    Synonym{"rules", "policy"},
    Synonym{"access-points", "aps"},
    Synonym{"wlans", "ssids"},
    Synonym{"version", "schema"},
    Synonym{"isolation", "isolate-hosts"},
    Synonym{"isolate", "isolate-clients"},
    Synonym{"isolate", "isolate-hosts"},
    Synonym{"budget", "poe-budget"},
    Synonym{"retries", "attempts"},
    Synonym{"username", "user"},
    Synonym{"description", "name"},
};

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string kind_name(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "nothing";
    case Kind::Scalar:
      return "text";
    case Kind::Sequence:
      return "a list";
    case Kind::Map:
      return "a map";
  }
  return {};
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// 010 is eight and 0x10 sixteen to some YAML readers, 1_000 is a thousand to others.
bool other_notation(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.size() < 2) return false;
  if (text.front() == '0') {
    return all_digits(text) || std::string_view{"xXoObB"}.find(text[1]) != std::string_view::npos;
  }
  return text.front() >= '1' && text.front() <= '9' &&
         text.find_first_not_of("0123456789_") == std::string_view::npos && !all_digits(text);
}

}  // namespace

std::string quoted_list(const std::vector<std::string>& words) {
  constexpr std::size_t kShown = 20;
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < kShown; ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += "'" + words[i] + "'";
  }
  if (words.size() > kShown) text += fmt::format(" and {} more", words.size() - kShown);
  return text;
}

std::optional<std::string> not_a_line(const Node& node) {
  if (node.kind == Kind::Null) return "has no value";
  if (node.kind != Kind::Scalar) return fmt::format("must be text, not {}", kind_name(node.kind));
  if (node.text.empty()) return "is empty";
  if (node.text.size() > kMaxText) return fmt::format("is longer than {} bytes", kMaxText);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (std::any_of(node.text.begin(), node.text.end(), control)) return "must be one line";
  return std::nullopt;
}

MapReader::MapReader(const Node& node, std::string what, Findings& findings)
    : MapReader{node, std::move(what), findings, node.position} {}

MapReader::MapReader(const Node& node, std::string what, Findings& findings,
                     SourcePosition position)
    : node_{node}, what_{std::move(what)}, findings_{findings}, position_{std::move(position)} {
  if (node.kind == Kind::Map) return;
  findings_.lose();
  findings_.error(findings_.rules().type, node.position,
                  fmt::format("{} must be a map, not {}", what_, kind_name(node.kind)),
                  "write 'key: value' lines or '{ key: value }'");
}

MapReader::~MapReader() {
  if (node_.kind != Kind::Map) return;
  std::vector<const Entry*> unknown;
  for (const Entry& entry : node_.entries) {
    if (!contains(known_, entry.key)) unknown.push_back(&entry);
  }
  if (unknown.size() > kMaxUnknown) unknown.resize(kMaxUnknown);
  report_missing(report_unknown(unknown));
}

std::vector<std::string> MapReader::report_unknown(const std::vector<const Entry*>& unknown) {
  std::vector<std::string> guesses;
  if (unknown.empty()) return guesses;
  std::vector<std::string> absent;
  for (const std::string& key : known_) {
    if (node_.find(key) == nullptr) absent.push_back(key);
  }
  for (const Entry* entry : unknown) {
    std::string fix = "known keys: " + quoted_list(known_);
    if (const auto meant = guess(entry->key, absent)) {
      fix = fmt::format("did you mean '{}'?", *meant);
      guesses.push_back(*meant);
      findings_.lose();
    }
    findings_.error(findings_.rules().unknown_key, entry->key_position,
                    fmt::format("{} has no key '{}'", what_, entry->key), std::move(fix));
  }
  return guesses;
}

void MapReader::report_missing(const std::vector<std::string>& guesses) {
  for (const std::string& key : missing_) {
    if (contains(guesses, key)) continue;  // said under another name
    findings_.error(findings_.rules().type, position_, fmt::format("{} lacks '{}'", what_, key),
                    fmt::format("add '{}: ...'", key));
  }
}

std::optional<std::string> MapReader::guess(std::string_view unknown,
                                            const std::vector<std::string>& absent) const {
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.said == unknown && contains(absent, synonym.meant)) {
      return std::string{synonym.meant};
    }
  }
  if (auto meant = did_you_mean(unknown, absent)) return meant;
  return did_you_mean(unknown, known_);
}

void MapReader::called(std::string_view name) { what_ += fmt::format(" '{}'", name); }

const SourcePosition& MapReader::place(std::string_view key) const {
  return findings_.place(position_, key);
}

const Node* MapReader::find(std::string_view key, Need need) {
  if (!contains(known_, key)) known_.emplace_back(key);
  const Node* value = node_.find(key);
  if (value == nullptr) {
    if (need == Need::Required && node_.kind == Kind::Map) {
      findings_.lose();
      missing_.emplace_back(key);
    }
    return nullptr;
  }
  findings_.remember(position_, key, value->position);
  return value;
}

void MapReader::refuse(const std::string& rule, const Node& node, std::string_view key,
                       std::string_view message, std::string fix) {
  findings_.lose();
  findings_.error(rule, node.position, fmt::format("{}: '{}' {}", what_, key, message),
                  std::move(fix));
}

const Node* MapReader::scalar(std::string_view key, Need need) {
  const Node* node = find(key, need);
  if (node == nullptr) return nullptr;
  const auto why = not_a_line(*node);
  if (!why) return node;
  refuse(findings_.rules().type, *node, key, *why,
         node->kind == Kind::Null ? "give it a value or remove the key" : "");
  return nullptr;
}

std::string MapReader::text(std::string_view key, Need need) {
  const Node* node = scalar(key, need);
  return node == nullptr ? std::string{} : node->text;
}

std::string MapReader::word(std::string_view key, Need need,
                            std::initializer_list<std::string_view> choices) {
  const Node* node = scalar(key, need);
  if (node == nullptr) return {};
  if (std::find(choices.begin(), choices.end(), node->text) != choices.end()) return node->text;
  const std::vector<std::string> words(choices.begin(), choices.end());
  const auto meant = did_you_mean(node->text, words);
  refuse(findings_.rules().type, *node, key, fmt::format("is '{}'", node->text),
         meant ? fmt::format("did you mean '{}'?", *meant) : "write one of " + quoted_list(words));
  return {};
}

std::optional<bool> MapReader::flag(std::string_view key, Need need) {
  const Node* node = scalar(key, need);
  if (node == nullptr) return std::nullopt;
  if (!node->quoted && node->text == "true") return true;
  if (!node->quoted && node->text == "false") return false;
  refuse(findings_.rules().type, *node, key, fmt::format("is '{}'", node->text),
         "write true or false, without quotes");
  return std::nullopt;
}

std::optional<std::int64_t> MapReader::integer(std::string_view key, Need need, Bounds bounds) {
  const Node* node = scalar(key, need);
  if (node == nullptr) return std::nullopt;
  const std::string_view text = node->text;
  if (!node->quoted && other_notation(text)) {
    refuse(findings_.rules().decimal, *node, key,
           fmt::format("is '{}', which readers of YAML disagree about", text),
           "write it as a decimal number without leading zeros");
    return std::nullopt;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = end == text.data() + text.size() && error != std::errc::invalid_argument;
  if (node->quoted || !whole) {
    refuse(findings_.rules().type, *node, key, fmt::format("is '{}', not a whole number", text),
           node->quoted ? "remove the quotes" : "");
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || number < bounds.least || number > bounds.most) {
    refuse(findings_.rules().range, *node, key,
           fmt::format("is {}, outside {}..{}", text, bounds.least, bounds.most));
    return std::nullopt;
  }
  return number;
}

std::vector<const Node*> MapReader::items(std::string_view key, Need need) {
  const Node* node = find(key, need);
  if (node == nullptr) return {};
  if (node->kind != Kind::Sequence) {
    refuse(findings_.rules().type, *node, key,
           fmt::format("must be a list, not {}", kind_name(node->kind)),
           node->kind == Kind::Scalar ? fmt::format("write [{}]", node->text) : "write [...]");
    return {};
  }
  if (node->items.size() > kMaxItems) {
    refuse(findings_.rules().limit, *node, key, fmt::format("has more than {} items", kMaxItems));
    return {};
  }
  std::vector<const Node*> all;
  for (const Node& item : node->items) all.push_back(&item);
  return all;
}

std::vector<std::string> MapReader::words(std::string_view key, Need need) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const Node* item : items(key, need)) {
    if (const auto why = not_a_line(*item)) {
      refuse(findings_.rules().type, *item, key, fmt::format("has an item that {}", *why));
    } else if (!seen.insert(item->text).second) {
      refuse(findings_.rules().type, *item, key, fmt::format("has '{}' twice", item->text),
             "remove one");
    } else {
      findings_.remember(position_, fmt::format("{}={}", key, item->text), item->position);
      all.push_back(item->text);
    }
  }
  if (need == Need::Required && all.empty()) {
    const Node* node = node_.find(key);
    if (node != nullptr && node->kind == Kind::Sequence && node->items.empty()) {
      refuse(findings_.rules().type, *node, key, "is empty");
    }
  }
  return all;
}

}  // namespace market::yaml
