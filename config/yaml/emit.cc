#include "config/yaml/emit.h"

#include <algorithm>

#include <yaml-cpp/emitter.h>

namespace market::yaml {
namespace {

enum class Form { Block, BlockWithOrigin, Compact };

bool is_value(const Node& node) { return node.kind == Kind::Null || node.kind == Kind::Scalar; }
bool is_list_of_values(const Node& node) {
  return node.kind == Kind::Sequence && std::all_of(node.items.begin(), node.items.end(), is_value);
}
bool fits_a_line(const Node& node) {
  if (node.kind != Kind::Map) return is_list_of_values(node);
  return std::all_of(node.entries.begin(), node.entries.end(), [](const Entry& entry) {
    return is_value(entry.value) || is_list_of_values(entry.value);
  });
}

class Writer {
 public:
  explicit Writer(Form form) : form_{form} { out_.SetIndent(2); }

  std::string text(const Node& root) {
    root_ = &root;
    write(root);
    return std::string{out_.c_str()} + "\n";
  }

 private:
  void write(const Node& node) {
    switch (node.kind) {
      case Kind::Null:
        out_ << YAML::Null;
        return tell(node);
      case Kind::Scalar:
        if (node.quoted) out_ << YAML::DoubleQuoted;
        out_ << node.text;
        return tell(node);
      case Kind::Sequence:
        if (on_one_line(node) || node.items.empty()) out_ << YAML::Flow;
        out_ << YAML::BeginSeq;
        for (const auto& item : node.items) write(item);
        out_ << YAML::EndSeq;
        if (node.items.empty()) tell(node);
        return;
      case Kind::Map:
        if (on_one_line(node) || node.entries.empty()) out_ << YAML::Flow;
        out_ << YAML::BeginMap;
        for (const auto& entry : node.entries) {
          out_ << YAML::Key;
          if (form_ == Form::Compact && !is_plain(entry.key)) out_ << YAML::DoubleQuoted;
          out_ << entry.key << YAML::Value;
          write(entry.value);
        }
        out_ << YAML::EndMap;
        if (node.entries.empty()) tell(node);
    }
  }

  [[nodiscard]] bool on_one_line(const Node& node) const {
    return form_ == Form::Compact && &node != root_ && fits_a_line(node);
  }
  /// A port is called "7": quotes show that it is a name.
  static bool is_plain(const std::string& key) {
    return key.empty() || key[0] < '0' || key[0] > '9';
  }

  void tell(const Node& node) {
    if (form_ == Form::BlockWithOrigin) out_ << YAML::Comment(node.position.to_string());
  }

  YAML::Emitter out_;
  Form form_;
  const Node* root_ = nullptr;
};

}  // namespace

std::string emit(const Node& root, bool with_origin) {
  return Writer{with_origin ? Form::BlockWithOrigin : Form::Block}.text(root);
}

std::string emit_compact(const Node& root) { return Writer{Form::Compact}.text(root); }

}  // namespace market::yaml
