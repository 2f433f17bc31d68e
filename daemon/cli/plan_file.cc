#include "daemon/cli/plan_file.h"

#include <fstream>
#include <sstream>

namespace market::cli {

std::optional<Json> read_plan(const std::string& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    complain("cannot read '" + path + "'", kFailed);
    return std::nullopt;
  }
  auto plan = Json::parse(text.str(), nullptr, false);
  if (!plan.is_discarded()) return plan;
  complain("'" + path + "' is not a plan: not JSON", kFailed);
  return std::nullopt;
}

bool write_plan(const std::string& path, const Json& plan) {
  std::ofstream file{path};
  file << plan.dump(2) << "\n";
  if (file.flush()) return true;
  complain("cannot write '" + path + "'", kFailed);
  return false;
}

}  // namespace market::cli
