#include "daemon/cli/ask.h"

namespace market::cli {

std::string text_of(const Json& json, const char* key, const std::string& otherwise) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return otherwise;
  if (!found->is_string()) return found->dump();
  const auto text = found->get<std::string>();
  return text.empty() ? otherwise : text;
}

}  // namespace market::cli
