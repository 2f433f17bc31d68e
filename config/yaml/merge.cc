#include "config/yaml/merge.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

namespace market::yaml {
namespace {

std::string_view id_of(const Node& item) {
  const Node* id = item.kind == Kind::Map ? item.find("id") : nullptr;
  return id != nullptr && id->kind == Kind::Scalar ? std::string_view{id->text}
                                                   : std::string_view{};
}

bool is_named_list(const Node& node) {
  return node.kind == Kind::Sequence && !node.items.empty() &&
         std::all_of(node.items.begin(), node.items.end(),
                     [](const Node& item) { return !id_of(item).empty(); });
}

bool appends(const Entry& entry) { return entry.key.size() > 1 && entry.key.back() == '+'; }

/// Where each name stands; what is removed leaves a hole until the end, so that places hold.
class Index {
 public:
  void add(std::string_view name, std::size_t place) { places_.emplace(name, place); }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
    const auto found = places_.find(std::string{name});
    return found == places_.end() ? std::nullopt : std::optional{found->second};
  }
  void remove(std::string_view name, std::size_t place) {
    places_.erase(std::string{name});
    holes_.insert(place);
  }
  template <class T>
  void close_holes(std::vector<T>& all) const {
    for (auto hole = holes_.rbegin(); hole != holes_.rend(); ++hole) {
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(*hole));
    }
  }

 private:
  std::unordered_map<std::string, std::size_t> places_;
  std::set<std::size_t> holes_;
};

class Merger {
 public:
  explicit Merger(Diagnostics& problems) : problems_{problems} {}

  Node map(Node base, const Node& over) {
    base.position = over.position;
    Index index;
    for (std::size_t i = 0; i < base.entries.size(); ++i) index.add(base.entries[i].key, i);
    for (const Entry& entry : over.entries) {
      if (!appends(entry)) put(base, index, entry);
    }
    for (const Entry& entry : over.entries) {
      if (appends(entry)) append(base, index, entry);
    }
    index.close_holes(base.entries);
    return base;
  }

 private:
  /// `node` as it stands where nothing is below it.
  Node alone(const Node& node) {
    if (node.kind == Kind::Map) {
      Node nothing;
      nothing.kind = Kind::Map;
      return map(std::move(nothing), node);
    }
    Node copy = node;
    for (Node& item : copy.items) item = alone(item);
    return copy;
  }

  void put(Node& base, Index& index, const Entry& entry) {
    const auto place = index.find(entry.key);
    if (!place) {
      // A null with nothing below stays, for who reads the tree to complain of.
      index.add(entry.key, base.entries.size());
      base.entries.push_back({entry.key, entry.key_position, alone(entry.value)});
    } else if (entry.value.kind == Kind::Null && entry.value.text.empty()) {
      problem("D004", entry.key_position, fmt::format("'{}' has no value", entry.key),
              "write 'null' to delete what is below, or remove the key",
              base.entries[*place].key_position);
    } else if (entry.value.kind == Kind::Null) {
      index.remove(entry.key, *place);
    } else {
      Entry& below = base.entries[*place];
      below = {entry.key, entry.key_position, value(std::move(below.value), entry.value)};
    }
  }

  Node value(Node base, const Node& over) {
    if (base.kind == Kind::Map && over.kind == Kind::Map) return map(std::move(base), over);
    if (is_named_list(base) && is_named_list(over)) return named(std::move(base), over);
    if (is_named_list(base) && over.kind == Kind::Map) return by_name(std::move(base), over);
    return alone(over);
  }

  static Index ids_of(const Node& list) {
    Index index;
    for (std::size_t i = 0; i < list.items.size(); ++i) index.add(id_of(list.items[i]), i);
    return index;
  }

  Node named(Node base, const Node& over) {
    base.position = over.position;
    const Index below = ids_of(base);
    std::set<std::string_view> here;
    for (const Node& item : over.items) {
      const bool second = !here.insert(id_of(item)).second;
      const auto place = below.find(id_of(item));
      if (second || !place) {
        base.items.push_back(alone(item));
      } else {
        base.items[*place] = map(std::move(base.items[*place]), item);
      }
    }
    return base;
  }

  /// A named list below, a map of its items above: { parking: null, guest: { vid: 41 } }.
  Node by_name(Node base, const Node& over) {
    Index below = ids_of(base);
    for (const Entry& entry : over.entries) {
      const auto place = below.find(entry.key);
      if (!place) {
        problem("D006", entry.key_position,
                fmt::format("'{}' is in none of the layers below", entry.key),
                "write a new item as one of a list, with its 'id'");
      } else if (entry.value.kind == Kind::Null) {
        below.remove(entry.key, *place);
      } else if (entry.value.kind == Kind::Map) {
        base.items[*place] = map(std::move(base.items[*place]), entry.value);
      } else {
        problem("D004", entry.value.position, fmt::format("'{}' must be a map or null", entry.key),
                {});
      }
    }
    below.close_holes(base.items);
    return base;
  }

  void append(Node& base, Index& index, const Entry& entry) {
    const std::string key = entry.key.substr(0, entry.key.size() - 1);
    const auto place = index.find(key);
    if (entry.value.kind != Kind::Sequence) {
      problem("D004", entry.value.position,
              fmt::format("'{}' appends, so it must be a list", entry.key), "write it as [a, b]");
    } else if (!place) {
      index.add(key, base.entries.size());
      base.entries.push_back({key, entry.key_position, alone(entry.value)});
    } else if (Node& below = base.entries[*place].value; below.kind != Kind::Sequence) {
      problem("D004", entry.key_position,
              fmt::format("'{}' appends to '{}', which is no list", entry.key, key),
              "remove the '+' to replace it", below.position);
    } else {
      for (const Node& item : entry.value.items) below.items.push_back(alone(item));
    }
  }

  void problem(std::string rule, SourcePosition position, std::string message, std::string fix,
               std::optional<SourcePosition> other = {}) {
    problems_.push_back({std::move(rule), Severity::Error, std::move(position), std::move(message),
                         std::move(fix), std::move(other)});
  }

  Diagnostics& problems_;
};

}  // namespace

Node merge(Node base, const Node& over, Diagnostics& problems) {
  return Merger{problems}.map(std::move(base), over);
}

}  // namespace market::yaml
