#include "daemon/app/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace market::app {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_logger_mt("marketd");
    made->set_pattern("%l %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

/// A value that could be mistaken for the next field is quoted.
std::string quoted_if_needed(const std::string& value) {
  if (!value.empty() && value.find_first_of(" \"=\n") == std::string::npos) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text + '"';
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void log(Level level, std::string_view event, std::initializer_list<LogField> fields,
         std::string_view sentence) {
  std::string line{event};
  for (const auto& [key, value] : fields) {
    line.append(" ").append(key).append("=").append(quoted_if_needed(value));
  }
  line.append(" \"").append(sentence).append("\"");
  logger().log(spdlog_level(level), "{}", line);
}

}  // namespace market::app
