#include "config/design/layers.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "config/types/digest.h"
#include "config/yaml/merge.h"

namespace market {
namespace {

namespace fs = std::filesystem;
using yaml::Kind;
using yaml::Node;

/// What the same file is always called, however it is reached.
std::string canonical(const std::string& path) {
  std::error_code error;
  const auto whole = fs::weakly_canonical(path, error);
  return error ? path : whole.string();
}

/// The schema a file is written for, where that is a number at all.
std::optional<std::int64_t> schema_of(const Node& root) {
  const Node* schema = root.find("schema");
  if (schema == nullptr || schema->quoted) return std::nullopt;
  const std::string& text = schema->text;
  const bool number = !text.empty() && text.front() != '0' && text.size() < 10 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::optional{std::int64_t{std::stoll(text)}} : std::nullopt;
}

class Loader {
 public:
  DesignLayers take() && { return std::move(layers_); }

  /// Reads the file `path` and lays it on what is there, what it extends first. False: not read.
  bool add_file(const std::string& path) {
    const auto text = yaml::read_file(path);
    if (!text) {
      problem("D001", {path, 0, 0}, text.error().message, {});
      return false;
    }
    add(*text, path);
    return true;
  }

  void add(std::string_view text, const std::string& file) {
    seen_.insert(canonical(file));
    yaml::Document document = yaml::parse(text, file);
    append(std::move(document.problems));
    if (!document.root || is_newer(*document.root)) return;
    open_.push_back(canonical(file));
    extend(*document.root, file);
    open_.pop_back();
    layers_.files.push_back({file, sha256_hex(text)});
    lay(std::move(*document.root));
  }

  /// Everything in local.d beside `path`, by name.
  void add_local(const std::string& path) {
    const auto folder = fs::path{path}.parent_path() / "local.d";
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator{folder, error}) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) add_file(file);
  }

 private:
  bool is_newer(const Node& root) {
    const auto schema = schema_of(root);
    if (!schema || *schema <= kDesignSchema) return false;
    layers_.refused = true;
    problem(
        "D009", root.find("schema")->position,
        fmt::format("schema {} is newer than this program, which knows {}", *schema, kDesignSchema),
        "update marketd");
    return true;
  }

  void extend(Node& root, const std::string& file) {
    const auto entry = std::find_if(root.entries.begin(), root.entries.end(),
                                    [](const yaml::Entry& one) { return one.key == "extends"; });
    if (entry == root.entries.end()) return;
    const Node list = std::move(entry->value);
    root.entries.erase(entry);
    if (list.kind != Kind::Sequence) {
      problem("D004", list.position, "'extends' must be a list of files",
              "write it as [standards/market.yaml]");
      return;
    }
    for (const Node& item : list.items) extend_one(item, file);
  }

  void extend_one(const Node& item, const std::string& file) {
    if (item.kind != Kind::Scalar || item.text.empty()) {
      problem("D004", item.position, "'extends' names files",
              "write it as [standards/market.yaml]");
      return;
    }
    const auto path = (fs::path{file}.parent_path() / item.text).string();
    const auto name = canonical(path);
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
      problem("D006", item.position, fmt::format("'{}' extends itself in a circle", item.text),
              "take it out of one 'extends'");
    } else if (!seen_.contains(name)) {
      add_extended(item, path);
    }
  }

  /// That the file cannot be read is said where it is named.
  void add_extended(const Node& item, const std::string& path) {
    const auto text = yaml::read_file(path);
    if (text) return add(*text, path);
    problem("D006", item.position, "'extends': " + text.error().message,
            "paths are relative to the file that names them");
  }

  void lay(Node over) {
    if (over.kind != Kind::Map) {  // who reads the tree says what it must be
      if (!layers_.root) layers_.root = std::move(over);
      return;
    }
    Node base;
    base.kind = Kind::Map;
    if (layers_.root && layers_.root->kind == Kind::Map) base = std::move(*layers_.root);
    layers_.root = yaml::merge(std::move(base), over, layers_.problems);
  }

  void append(Diagnostics problems) {
    std::move(problems.begin(), problems.end(), std::back_inserter(layers_.problems));
  }
  void problem(std::string rule, SourcePosition position, std::string message, std::string fix) {
    layers_.problems.push_back({std::move(rule), Severity::Error, std::move(position),
                                std::move(message), std::move(fix), std::nullopt});
  }

  DesignLayers layers_;
  std::set<std::string> seen_;     ///< canonical names of files that count already
  std::vector<std::string> open_;  ///< of those whose `extends` are being read, the outermost first
};

}  // namespace

std::string DesignLayers::digest() const {
  if (files.size() == 1) return files.front().digest;
  std::string all;
  for (const auto& file : files) all += file.digest + "\n";
  return sha256_hex(all);
}

DesignLayers parse_layers(std::string_view text, const std::string& file) {
  Loader loader;
  loader.add(text, file);
  return std::move(loader).take();
}

DesignLayers load_layers(const std::string& path) {
  Loader loader;
  if (loader.add_file(path)) loader.add_local(path);
  return std::move(loader).take();
}

}  // namespace market
