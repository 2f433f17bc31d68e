#include "probes/firewall/ruleset.h"

#include <algorithm>
#include <utility>

namespace market::firewall {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Follows quotes and braces along a text.
class Nesting {
 public:
  void pass(char c) {
    if (c == '"') quoted_ = !quoted_;
    if (quoted_) return;
    if (c == '{') ++depth_;
    if (c == '}') --depth_;
    broken_ = broken_ || depth_ < 0;
  }
  [[nodiscard]] bool outside() const { return !quoted_ && depth_ == 0; }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  bool quoted_ = false, broken_ = false;
  int depth_ = 0;
};

bool closes(std::string_view text) {
  Nesting nesting;
  for (const char c : text) nesting.pass(c);
  return nesting.outside();
}

Rule parse_rule(std::string_view text) {
  constexpr std::string_view kComment = " comment \"";
  const auto at = text.rfind(kComment);
  if (at == std::string_view::npos || !text.ends_with('"')) return {std::string{text}, ""};
  auto comment = text.substr(at + kComment.size());
  comment.remove_suffix(1);
  return {std::string{text.substr(0, at)}, std::string{comment}};
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

bool fills_itself(const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part.starts_with("flags ") &&
           (part.find("timeout") != std::string::npos || part.find("dynamic") != std::string::npos);
  });
}

std::string set_text(std::vector<std::string> parts) {
  if (fills_itself(parts)) {
    std::erase_if(parts, [](const std::string& part) { return part.starts_with("elements"); });
  }
  return joined(parts);
}

/// Reads the listing line by line; a line that does not close its braces goes on in the next.
class Listing {
 public:
  explicit Listing(std::string_view text) : rest_{text} {}

  Result<Ruleset> read() {
    const std::string opening = "table " + std::string{kTable} + " {";
    if (next() != opening) return wrong("is not '" + opening + "'");
    while (true) {
      auto line = next();
      if (line.empty() && rest_.empty()) return wrong("the table does not end");
      if (line.empty()) continue;
      if (line == "}") return std::move(ruleset_);
      if (!line.ends_with(" {")) return wrong("is neither chain nor set");
      line.resize(line.size() - 2);
      if (auto read = read_object(line); !read) return tl::make_unexpected(read.error());
    }
  }

 private:
  Result<void> read_object(const std::string& heading) {
    std::vector<std::string> lines;
    for (auto line = next_whole(); line != "}"; line = next_whole()) {
      if (rest_.empty()) return wrong("'" + heading + "' does not end");
      if (!line.empty()) lines.push_back(std::move(line));
    }
    const auto name = heading.substr(heading.find(' ') + 1);
    if (heading.starts_with("set ")) {
      ruleset_.sets[name] = set_text(std::move(lines));
    } else if (heading.starts_with("chain ")) {
      ruleset_.chains[name] = chain_of(lines);
    }
    return {};
  }

  static Chain chain_of(const std::vector<std::string>& lines) {
    Chain chain;
    for (std::string_view line : lines) {
      if (chain.rules.empty() && chain.hook.empty() && line.starts_with("type ")) {
        if (line.ends_with(';')) line.remove_suffix(1);
        chain.hook = line;
      } else {
        chain.rules.push_back(parse_rule(line));
      }
    }
    return chain;
  }

  std::string next() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    last_ = trimmed(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return last_;
  }

  std::string next_whole() {
    std::string line = next();
    while (line != "}" && !closes(line) && !rest_.empty()) line += " " + next();
    return line;
  }

  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
    return fail(Errc::InvalidValue, "nft list: '" + last_ + "': " + what);
  }

  std::string_view rest_;
  std::string last_;
  Ruleset ruleset_;
};

// ---- changing ----------------------------------------------------------------------------------

std::string named(std::string_view command, std::string_view kind, std::string_view name) {
  std::string text;
  text.append(command).append(" ").append(kind).append(" ").append(kTable).append(" ").append(name);
  return text;
}

/// Whether the rules of a chain have to go before anything else can change.
bool differs(const Chain& before, const Ruleset& after, const std::string& name) {
  const auto found = after.chains.find(name);
  return found == after.chains.end() || found->second != before;
}

void clear(const Ruleset& before, const Ruleset& after, std::string& script) {
  for (const auto& [name, chain] : before.chains) {
    if (differs(chain, after, name)) script += named("flush", "chain", name) + "\n";
  }
  for (const auto& [name, chain] : before.chains) {
    const auto found = after.chains.find(name);
    if (found == after.chains.end() || found->second.hook != chain.hook) {
      script += named("delete", "chain", name) + "\n";
    }
  }
  for (const auto& [name, text] : before.sets) {
    const auto found = after.sets.find(name);
    if (found == after.sets.end() || found->second != text) {
      script += named("delete", "set", name) + "\n";
    }
  }
}

void fill(const Ruleset& before, const Ruleset& after, std::string& script) {
  for (const auto& [name, text] : after.sets) {
    const auto found = before.sets.find(name);
    if (found != before.sets.end() && found->second == text) continue;
    script += named("add", "set", name) + " { " + text + "; }\n";
  }
  for (const auto& [name, chain] : after.chains) {
    const auto found = before.chains.find(name);
    if (found != before.chains.end() && found->second == chain) continue;
    script += named("add", "chain", name);
    script += chain.hook.empty() ? "\n" : " { " + chain.hook + "; }\n";
    for (const auto& rule : chain.rules) {
      script += named("add", "rule", name) + " " + rule.text;
      script += rule.comment.empty() ? "\n" : " comment \"" + rule.comment + "\"\n";
    }
  }
}

/// A chain that uses a set which is replaced has to let go of it, changed or not.
Ruleset without_users(const Ruleset& before, const Ruleset& after) {
  auto rest = before;
  for (const auto& [name, text] : before.sets) {
    const auto found = after.sets.find(name);
    if (found != after.sets.end() && found->second == text) continue;
    for (auto& [chain, content] : rest.chains) {
      const bool uses =
          std::any_of(content.rules.begin(), content.rules.end(), [&](const Rule& rule) {
            return (rule.text + " ").find("@" + name + " ") != std::string::npos;
          });
      if (uses) content.rules.push_back({"", ""});  // unlike anything in `after`
    }
  }
  return rest;
}

}  // namespace

Result<Ruleset> parse_listing(std::string_view text) { return Listing{text}.read(); }

std::string transaction(const Ruleset& before, const Ruleset& after) {
  if (before == after) return {};
  if (after.empty()) return "delete table " + std::string{kTable} + "\n";
  std::string script = "add table " + std::string{kTable} + "\n";
  const auto from = without_users(before, after);
  clear(from, after, script);
  fill(from, after, script);
  return script;
}

std::vector<std::string> split_statements(std::string_view text) {
  std::vector<std::string> parts;
  Nesting nesting;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && !(text[at] == ';' && nesting.outside())) {
      nesting.pass(text[at]);
      continue;
    }
    const auto part = trimmed(text.substr(begin, at - begin));
    if (!part.empty()) parts.emplace_back(part);
    begin = at + 1;
  }
  return parts;
}

Result<void> check_statement(std::string_view text) {
  Nesting nesting;
  bool sound = !text.empty();
  for (const char c : text) {
    nesting.pass(c);
    const bool comment = c == '#' && nesting.outside();
    sound = sound && static_cast<unsigned char>(c) >= ' ' && !comment && !nesting.broken();
  }
  if (sound && nesting.outside()) return {};
  return fail(Errc::InvalidValue, "'" + std::string{text} + "' is not one statement of nft");
}

}  // namespace market::firewall
