#include "config/yaml/emit.h"

#include <yaml-cpp/emitter.h>

namespace market::yaml {
namespace {

class Writer {
 public:
  explicit Writer(bool with_origin) : with_origin_{with_origin} { out_.SetIndent(2); }

  std::string text(const Node& root) {
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
        if (node.items.empty()) out_ << YAML::Flow;
        out_ << YAML::BeginSeq;
        for (const auto& item : node.items) write(item);
        out_ << YAML::EndSeq;
        if (node.items.empty()) tell(node);
        return;
      case Kind::Map:
        if (node.entries.empty()) out_ << YAML::Flow;
        out_ << YAML::BeginMap;
        for (const auto& entry : node.entries) {
          out_ << YAML::Key << entry.key << YAML::Value;
          write(entry.value);
        }
        out_ << YAML::EndMap;
        if (node.entries.empty()) tell(node);
    }
  }

  void tell(const Node& node) {
    if (with_origin_) out_ << YAML::Comment(node.position.to_string());
  }

  YAML::Emitter out_;
  bool with_origin_;
};

}  // namespace

std::string emit(const Node& root, bool with_origin) { return Writer{with_origin}.text(root); }

}  // namespace market::yaml
