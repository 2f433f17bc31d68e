// The audit for people, Korean first with the English word beside it, and for machines.
#include <array>
#include <chrono>
#include <ctime>
#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "daemon/audit/audit.h"

namespace market::audit {
namespace {

using Json = nlohmann::ordered_json;
using health::MethodState;

constexpr std::array kVerdicts{Verdict::Same, Verdict::Changed, Verdict::Missing, Verdict::Extra,
                               Verdict::NotVerified};

const char* korean(Verdict verdict) {
  switch (verdict) {
    case Verdict::Same:
      return "일치";
    case Verdict::Changed:
      return "변경";
    case Verdict::Missing:
      return "누락";
    case Verdict::Extra:
      return "추가";
    case Verdict::NotVerified:
      return "미확인";
  }
  return "미확인";
}

const char* korean(MethodState state) {
  switch (state) {
    case MethodState::Available:
      return "가능";
    case MethodState::Degraded:
      return "저하";
    case MethodState::Unavailable:
      return "불가";
    case MethodState::Unverified:
      return "미확인";
    case MethodState::NotEnrolled:
      return "미가맹";
    case MethodState::Closed:
      return "영업종료";
  }
  return "미확인";
}

/// RFC 3339, UTC, seconds.
std::string utc(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts);
}

std::string heading(const AsBuilt& as_built) {
  std::string text = "준공 대조 As-built audit\n";
  const auto line = [&text](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {}: {}\n", name, value);
  };
  line("현장 site", as_built.site);
  line("설계 design", as_built.design_digest);
  if (as_built.read_at_ms > 0) line("판독 read at", utc(as_built.read_at_ms));
  return text;
}

std::string counts(const AsBuilt& as_built) {
  std::string text = "\n항목 items " + std::to_string(as_built.items.size()) + ":";
  const char* separator = " ";
  for (const auto verdict : kVerdicts) {
    text += fmt::format("{}{} {} {}", separator, korean(verdict), to_string(verdict),
                        as_built.count(verdict));
    separator = ", ";
  }
  return text + "\n";
}

std::string detail(const Item& item) {
  std::string text = item.device;
  if (!item.field.empty()) text += " " + item.field;
  switch (item.verdict) {
    case Verdict::Changed:
      text += fmt::format(": 설계 designed {}, 현장 built {}", item.designed, item.built);
      break;
    case Verdict::Missing:
      text += fmt::format(": 설계 designed {}", item.designed);
      break;
    case Verdict::Extra:
      text += fmt::format(": 현장 built {}", item.built);
      break;
    case Verdict::Same:
    case Verdict::NotVerified:
      break;
  }
  if (!item.reason.empty()) text += ": " + item.reason;
  if (!item.origin.empty()) text += " (" + item.origin + ")";
  return text;
}

/// A device that gave no reading is one line, not one for each of its fields.
std::string unverified(const AsBuilt& as_built) {
  std::map<std::string, std::size_t> silent;
  for (const auto& item : as_built.items) {
    if (item.field.empty() && item.verdict == Verdict::NotVerified) silent[item.device] = 0;
  }
  for (const auto& item : as_built.items) {
    const auto found = silent.find(item.device);
    if (found != silent.end() && !item.field.empty()) ++found->second;
  }
  std::string text;
  for (const auto& item : as_built.items) {
    if (item.verdict != Verdict::NotVerified) continue;
    const auto found = silent.find(item.device);
    if (found == silent.end()) {
      text += "  " + detail(item) + "\n";
    } else if (item.field.empty()) {
      text += fmt::format("  {} ({} 항목 items)\n", detail(item), found->second);
    }
  }
  return text;
}

std::string section(const AsBuilt& as_built, Verdict verdict) {
  std::string text;
  if (verdict == Verdict::NotVerified) {
    text = unverified(as_built);
  } else {
    for (const auto& item : as_built.items) {
      if (item.verdict == verdict) text += "  " + detail(item) + "\n";
    }
  }
  if (text.empty()) return text;
  return fmt::format("\n{} {} {}\n{}", korean(verdict), to_string(verdict), as_built.count(verdict),
                     text);
}

std::string stalls(const AsBuilt& as_built) {
  if (as_built.stalls.empty()) return {};
  std::string text = "\n점포별 결제수단 Stalls and payment methods\n";
  for (const auto& stall : as_built.stalls) {
    text += "  " + stall.stall + "\n";
    for (const auto& method : stall.methods) {
      text += fmt::format("    {}: {} {}", method.method, korean(method.state),
                          to_string(method.state));
      if (!method.reason.empty()) text += ": " + method.reason;
      text += "\n";
    }
  }
  return text;
}

std::string waived(const AsBuilt& as_built) {
  if (as_built.waived.empty()) return {};
  std::string text = fmt::format("\n예외 승인 waived {}\n", as_built.waived.size());
  for (const auto& one : as_built.waived) {
    text += fmt::format("  {}{}\n", one.ended ? "기한 지남 ENDED: " : "", one.finding);
  }
  return text;
}

}  // namespace

std::string to_text(const AsBuilt& as_built) {
  std::string text = heading(as_built) + counts(as_built);
  for (const auto verdict :
       {Verdict::Changed, Verdict::Missing, Verdict::Extra, Verdict::NotVerified}) {
    text += section(as_built, verdict);
  }
  return text + waived(as_built) + stalls(as_built);
}

std::string to_json(const AsBuilt& as_built) {
  Json counts = Json::object();
  for (const auto verdict : kVerdicts) counts[to_string(verdict)] = as_built.count(verdict);
  Json items = Json::array();
  for (const auto& item : as_built.items) {
    items.push_back({{"device", item.device},
                     {"field", item.field},
                     {"verdict", to_string(item.verdict)},
                     {"designed", item.designed},
                     {"built", item.built},
                     {"origin", item.origin},
                     {"reason", item.reason}});
  }
  Json stalls = Json::array();
  for (const auto& stall : as_built.stalls) {
    Json methods = Json::array();
    for (const auto& method : stall.methods) {
      methods.push_back({{"method", method.method},
                         {"state", to_string(method.state)},
                         {"hop", method.hop},
                         {"cause", method.cause},
                         {"reason", method.reason}});
    }
    stalls.push_back({{"stall", stall.stall}, {"methods", std::move(methods)}});
  }
  Json waived = Json::array();
  for (const auto& one : as_built.waived) {
    waived.push_back({{"finding", one.finding}, {"ended", one.ended}});
  }
  const Json json{{"site", as_built.site},
                  {"design_digest", as_built.design_digest},
                  {"read_at_ms", as_built.read_at_ms},
                  {"counts", std::move(counts)},
                  {"items", std::move(items)},
                  {"stalls", std::move(stalls)},
                  {"waived", std::move(waived)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace market::audit
