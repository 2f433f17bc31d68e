#include "probes/snmp/recording.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "probes/snmp/recording_value.h"

namespace market::snmp {
namespace {

constexpr std::string_view kAssign = " = ";
/// A line of hostile length is quoted up to here.
constexpr std::size_t kQuoted = 60;

struct Line {
  std::string text;
  std::uint32_t number;  ///< from 1
};

std::string quoted(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kQuoted)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte >= 0x7F ? '.' : c;
  }
  return "'" + shown + (text.size() > kQuoted ? "...'" : "'");
}

/// Gives the lines one by one, without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_{text} {}
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const auto end = rest_.find('\n');
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return line;
  }
  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint32_t number_ = 0;
};

class Reader {
 public:
  explicit Reader(const std::string& file) : file_{file} {}

  void bad(std::uint32_t line, std::string what, std::string fix) {
    if (recording_.problems.size() < kProblemsMax) {
      recording_.problems.push_back({"R001", Severity::Error, SourcePosition{file_, line, 1},
                                     std::move(what), std::move(fix), std::nullopt});
    }
  }

  void keep(Oid oid, Value value) {
    if (exists(value)) recording_.bindings.push_back({std::move(oid), std::move(value)});
  }

  void snmprec(std::string_view text) {
    Lines lines{text};
    while (const auto line = lines.next()) {
      if (line->empty() || line->front() == '#') continue;
      snmprec_line(*line, lines.number());
    }
  }

  void walk(std::string_view text) {
    Lines lines{text};
    std::optional<Line> open;
    while (const auto line = lines.next()) {
      if (begins_object(*line) || !open) {
        if (open) walk_line(*open);
        open = Line{std::string{*line}, lines.number()};
      } else {
        open->text += "\n" + std::string{*line};  // a text or hex value goes on
      }
    }
    if (open) walk_line(*open);
  }

  Recording end() {
    if (recording_.bindings.empty()) {
      recording_.problems.push_back(
          {"R002", Severity::Error, SourcePosition{file_, 0, 0},
           "there is no readable object in this file",
           "record one with 'snmpwalk -v2c -c COMMUNITY -On ADDRESS .1 > FILE'", std::nullopt});
    }
    return std::move(recording_);
  }

 private:
  static bool begins_object(std::string_view line) {
    const bool numeric = line.starts_with(".1.") || line.starts_with("1.") ||
                         line.starts_with("iso.") || line.starts_with(".iso.") ||
                         line.starts_with(".0.");
    return (numeric || line.find("::") < line.find('=')) &&
           line.find(" =") != std::string_view::npos;
  }

  void snmprec_line(std::string_view line, std::uint32_t number) {
    const auto first = line.find('|');
    const auto second = first == std::string_view::npos ? first : line.find('|', first + 1);
    if (second == std::string_view::npos) {
      return bad(number, quoted(line) + " is not OID|type|value",
                 "in a recording every line has two '|'; write long or binary values as hex (4x)");
    }
    auto oid = Oid::parse(line.substr(0, first));
    if (!oid) {
      return bad(number, quoted(line.substr(0, first)) + " is no OID",
                 "write it in numbers, as 1.3.6.1.2.1.1.1.0");
    }
    const auto tag = line.substr(first + 1, second - first - 1);
    auto value = snmprec_value(tag, line.substr(second + 1));
    if (!value) {
      return bad(number, quoted(line.substr(second + 1)) + " is no value of type " + quoted(tag),
                 "types are 2, 4, 4x, 5, 6, 64, 65, 66, 67, 70");
    }
    keep(*std::move(oid), *std::move(value));
  }

  void walk_line(const Line& line) {
    if (line.text.find_first_not_of(" \t\n") == std::string::npos) return;
    if (line.text.starts_with("End of MIB") || line.text.starts_with("No more variables")) return;
    const auto equals = line.text.find(" =");
    if (equals == std::string::npos) {
      return bad(line.number, quoted(line.text) + " is no line of snmpwalk",
                 "a line begins as '.1.3.6.1.2.1.1.1.0 = STRING: ...'");
    }
    std::string name = line.text.substr(0, equals);
    if (name.starts_with("iso.") || name.starts_with(".iso.")) {
      name = "1" + name.substr(name.find("iso") + 3);
    }
    auto oid = Oid::parse(name);
    if (!oid) {
      return bad(line.number, quoted(name) + " is no OID in numbers",
                 "record with 'snmpwalk -On', which prints numbers instead of names");
    }
    const auto begin = std::min(equals + kAssign.size(), line.text.size());
    auto value = walk_value(std::string_view{line.text}.substr(begin));
    if (!value) {
      return bad(line.number, quoted(line.text.substr(begin)) + " is no value that snmpwalk prints",
                 "record without -OQ, -Oq or -Ot: the types are needed");
    }
    keep(*std::move(oid), *std::move(value));
  }

  const std::string& file_;
  Recording recording_;
};

/// What the first line with an object in it looks like.
bool is_snmprec(std::string_view text) {
  Lines lines{text};
  while (const auto line = lines.next()) {
    if (line->empty() || line->front() == '#') continue;
    const auto bar = line->find('|');
    if (bar != std::string_view::npos && bar < line->find(kAssign)) return true;
    if (line->find(kAssign) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

Recording read_recording(std::string_view text, const std::string& file) {
  Reader reader{file};
  if (is_snmprec(text)) {
    reader.snmprec(text);
  } else {
    reader.walk(text);
  }
  return reader.end();
}

}  // namespace market::snmp
