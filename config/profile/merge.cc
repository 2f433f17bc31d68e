#include "config/profile/merge.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

namespace market::profile {
namespace {

using yaml::Entry;
using yaml::Kind;
using yaml::Node;

bool is_own(const std::string& key) {
  static constexpr std::array<std::string_view, 5> kOwn{"schema", "kind", "id", "inherits",
                                                        "match"};
  return std::find(kOwn.begin(), kOwn.end(), key) != kOwn.end();
}

Node without_own(Node node) {
  std::erase_if(node.entries, [](const Entry& entry) { return is_own(entry.key); });
  return node;
}

Node merged(Node base, const Node& over);

void put(Node& base, const Entry& entry) {
  const auto found = std::find_if(base.entries.begin(), base.entries.end(),
                                  [&](const Entry& other) { return other.key == entry.key; });
  if (found == base.entries.end()) {
    base.entries.push_back(entry);  // a null stays: build() says that it removes nothing
  } else if (entry.value.kind == Kind::Null) {
    base.entries.erase(found);
  } else if (entry.value.kind == Kind::Map && found->value.kind == Kind::Map) {
    found->value = merged(std::move(found->value), entry.value);
  } else {
    *found = entry;
  }
}

Node merged(Node base, const Node& over) {
  base.position = over.position;
  for (const auto& entry : over.entries) put(base, entry);
  return base;
}

/// Merges on demand, each profile once; `open_` holds the ones being merged, to see circles.
class Merger {
 public:
  Merger(const std::map<std::string, Node>& documents, Problems& problems)
      : documents_{documents}, problems_{problems} {
    for (const auto& [id, node] : documents) ids_.push_back(id);
  }

  std::map<std::string, Node> run() {
    for (const auto& id : ids_) (void)of(id);
    std::map<std::string, Node> result;
    for (auto& [id, node] : done_) {
      if (node) result.emplace(id, std::move(*node));
    }
    return result;
  }

 private:
  const std::optional<Node>& of(const std::string& id) {
    const auto found = done_.find(id);
    if (found != done_.end()) return found->second;
    open_.insert(id);
    std::optional<Node> node = with_parents(documents_.at(id));
    open_.erase(id);
    return done_.insert_or_assign(id, std::move(node)).first->second;
  }

  std::optional<Node> with_parents(const Node& own) {
    Node base;
    base.kind = Kind::Map;
    const Node* parents = own.find("inherits");
    if (parents == nullptr || parents->kind == Kind::Null) return merged(std::move(base), own);
    if (parents->kind != Kind::Sequence) {
      problems_.add("P004", parents->position, "'inherits' must be a list of profile ids",
                    "write it as [ifmib]");
      return std::nullopt;
    }
    for (const auto& parent : parents->items) {
      if (!add_parent(base, parent)) return std::nullopt;
    }
    return merged(std::move(base), own);
  }

  bool add_parent(Node& base, const Node& parent) {
    if (!documents_.contains(parent.text)) {
      const auto meant = yaml::did_you_mean(parent.text, ids_);
      problems_.add("P007", parent.position, "there is no profile '" + parent.text + "' to inherit",
                    meant ? "did you mean '" + *meant + "'?" : "");
      return false;
    }
    if (open_.contains(parent.text)) {
      problems_.add("P008", parent.position,
                    "profile '" + parent.text + "' inherits itself in a circle",
                    "take this profile out of 'inherits'");
      return false;
    }
    const auto& node = of(parent.text);
    if (!node) return false;  // its own problem is told already
    base = merged(std::move(base), without_own(*node));
    return true;
  }

  const std::map<std::string, Node>& documents_;
  Problems& problems_;
  std::vector<std::string> ids_;
  std::map<std::string, std::optional<Node>> done_;
  std::set<std::string> open_;
};

/// The document's id, or nothing (and a problem).
std::optional<std::string> id_of(const Node& document, Problems& problems) {
  const Node* id = document.find("id");
  if (id == nullptr) {
    problems.add("P003", document.position, "this profile has no 'id'",
                 "give it one, as in "
                 "'id: acme-switch'");
    return std::nullopt;
  }
  const bool well_formed =
      id->kind == Kind::Scalar && !id->text.empty() &&
      id->text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!well_formed) {
    problems.add("P004", id->position, "profile id '" + id->text + "' is not made of a-z 0-9 -");
    return std::nullopt;
  }
  return id->text;
}

}  // namespace

std::map<std::string, Node> by_id(std::vector<Node> documents, Problems& problems) {
  std::map<std::string, Node> result;
  for (auto& document : documents) {
    if (document.kind != Kind::Map) {
      problems.add("P004", document.position, "a profile must be a map of keys");
      continue;
    }
    const auto id = id_of(document, problems);
    if (!id) continue;
    const auto known = result.find(*id);
    if (known != result.end()) {
      problems.add_with_other(
          "P006", document.find("id")->position, known->second.find("id")->position,
          "there is a profile '" + *id + "' already", "give each profile its own id");
      continue;
    }
    result.emplace(*id, std::move(document));
  }
  return result;
}

std::map<std::string, Node> merge_all(const std::map<std::string, Node>& documents,
                                      Problems& problems) {
  return Merger{documents, problems}.run();
}

}  // namespace market::profile
