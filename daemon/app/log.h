// The daemon's log: one line per event, `level EVENT_ID key=value "sentence"`, on stderr.
//
// Event ids are unique and never reused; packaging/doc/messages/messages.md gives cause and remedy
// of each. Only app/, cli/ and main log. Threads: any.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace market::app {

enum class Level { Info, Warning, Error };
using LogField = std::pair<std::string_view, std::string>;

void log(Level level, std::string_view event, std::initializer_list<LogField> fields,
         std::string_view sentence);

}  // namespace market::app
