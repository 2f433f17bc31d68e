#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/cli/ask.h"
#include "daemon/cli/plan_file.h"
#include "daemon/cli/verbs.h"

namespace market::cli {
namespace {

/// Lines of a plan that a screen shows before it says how many more there are.
constexpr std::size_t kLinesShown = 40;
constexpr int kRolledBack = 4;

std::string actor() {
  const auto* sudo_user = std::getenv("SUDO_USER");
  const auto* user = sudo_user != nullptr ? sudo_user : std::getenv("USER");
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}@{}", user != nullptr ? user : "uid" + std::to_string(getuid()),
                     host.data());
}

std::string value_words(const Json& value) {
  if (value.is_null()) return "없음";
  return value.is_string() ? "'" + value.get<std::string>() + "'" : value.dump();
}

/// "market.yaml:42:7": the file by its name alone, since a screen is narrow.
std::string origin_words(const Json& origin) {
  if (!origin.is_object()) return "-";
  const auto file = text_of(origin, "file");
  return fmt::format("{}:{}:{}", file.substr(file.rfind('/') + 1), text_of(origin, "line"),
                     text_of(origin, "column"));
}

void print_steps(const Json& plan, std::size_t lines_max) {
  std::size_t lines = 0;
  std::size_t hidden = 0;
  std::string device;
  for (const auto& step : plan["steps"]) {
    for (const auto& change : step["changes"]) {
      if (lines++ >= lines_max) {
        ++hidden;
        continue;
      }
      if (text_of(step, "device") != device) {
        device = text_of(step, "device");
        std::cout << device << "\n";
      }
      std::cout << fmt::format("  {:>4} {:28} {} -> {}   (undo: {}) {} [{}]\n",
                               step["number"].dump(), text_of(change, "field"),
                               value_words(change["before"]), value_words(change["after"]),
                               value_words(change["before"]), text_of(change, "subject", ""),
                               origin_words(change["origin"]));
    }
  }
  if (hidden > 0) {
    std::cout << fmt::format(
        "  ... and {} more changes (--all shows them, --out FILE keeps the "
        "plan)\n",
        hidden);
  }
}

/// "sw-a1", "sw-a1, sw-a2 and 7 more"
std::string device_words(const std::vector<std::string>& devices) {
  constexpr std::size_t kShown = 2;
  const auto shown = std::min(devices.size(), kShown);
  auto words = fmt::format(
      "{}", fmt::join(devices.begin(), devices.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (devices.size() > shown) words += fmt::format(" and {} more", devices.size() - shown);
  return words;
}

/// "port.label" of "port[3].label": lines of one attribute are many and alike.
std::string attribute_of(const std::string& field) {
  return field.substr(0, field.find('[')) + field.substr(field.find(']') + 1);
}

/// What is the same on several devices is one line, and of one attribute a few lines are enough.
void print_manual(const Json& plan) {
  std::map<std::string, std::vector<std::string>> devices;  // by line
  std::map<std::string, std::vector<std::string>> lines;    // by attribute
  for (const auto& step : plan["manual"]) {
    const auto field = text_of(step, "field");
    auto line = fmt::format("{} = {}   ({}) {} [{}]", field, value_words(step["wanted"]),
                            step.value("readable", false) ? "reads " + value_words(step["reading"])
                                                          : "미확인: cannot be read back",
                            text_of(step, "subject", ""), origin_words(step["origin"]));
    if (const auto words = text_of(step, "words", ""); !words.empty()) {
      line += "\n      type: " + words;
    }
    auto& at = devices[line];
    if (at.empty()) lines[attribute_of(field)].push_back(line);
    at.push_back(text_of(step, "device"));
  }
  std::cout << "수작업 by hand (not possible by SNMP)\n";
  constexpr std::size_t kShown = 3;
  for (const auto& [attribute, alike] : lines) {
    for (std::size_t i = 0; i < std::min(alike.size(), kShown); ++i) {
      std::cout << fmt::format("  {} {}\n", device_words(devices[alike[i]]), alike[i]);
    }
    if (alike.size() > kShown) {
      std::cout << fmt::format("  {}: {} more like these\n", attribute, alike.size() - kShown);
    }
  }
}

void print_lockouts(const Json& plan) {
  std::cout << "단절 위험 would cut us off: apply refuses it without --force\n";
  for (const auto& one : plan["lockouts"]) {
    std::cout << fmt::format("  {} {}: {}\n", text_of(one, "device"), text_of(one, "field"),
                             text_of(one, "words"));
  }
}

/// A reading says that somebody has something left to do by hand.
bool has_open_manual(const Json& plan) {
  const auto manual = plan.find("manual");
  return manual != plan.end() && std::any_of(manual->begin(), manual->end(), [](const Json& step) {
           return step.value("readable", false);
         });
}

void print_plan(const Json& plan, std::size_t lines_max) {
  std::size_t changes = 0;
  for (const auto& step : plan["steps"]) changes += step["changes"].size();
  print_steps(plan, lines_max);
  if (plan.contains("impact")) {
    std::cout << "영향 impact\n";
    for (const auto& impact : plan["impact"]) {
      std::cout << fmt::format("  {}: {}\n", text_of(impact, "device"), text_of(impact, "words"));
    }
  }
  if (plan.contains("lockouts")) print_lockouts(plan);
  if (plan.contains("manual")) print_manual(plan);
  for (const auto& skipped : plan["skipped"]) {
    std::cout << fmt::format("미확인 {} {}: {}\n", text_of(skipped, "device"),
                             text_of(skipped, "field", ""), text_of(skipped, "reason"));
  }
  if (changes == 0 && plan["skipped"].empty() && !has_open_manual(plan)) {
    const auto unread = plan.contains("manual") ? plan["manual"].size() : 0;
    std::cout << "변경 없음: the market is as designed"
              << (unread == 0 ? ""
                              : fmt::format("; 미확인 {} settings that no device tells", unread))
              << "\n";
  } else {
    std::cout << fmt::format("plan {}: {} changes in {} steps, {} not possible now\n",
                             text_of(plan, "id").substr(0, 12), changes, plan["steps"].size(),
                             plan["skipped"].size());
  }
}

void print_report(const Json& report) {
  const auto outcome = text_of(report, "outcome");
  std::cout << fmt::format("{}: {}/{} steps, {} changes read back as designed\n", outcome,
                           report["steps_done"].dump(), report["steps_total"].dump(),
                           report["changes_done"].dump());
  if (outcome == "awaiting-confirm") {
    std::cout << "  in place, not saved: marketctl confirm, or all of it is put back\n";
  }
  if (text_of(report, "reason", "") != "") {
    std::cout << "  why: " << text_of(report, "reason") << "\n";
  }
  if (report.value("to_restore", 0) > 0) {
    std::cout << fmt::format("  restored {}/{}, by reading back\n", report["restored"].dump(),
                             report["to_restore"].dump());
  }
  for (const auto& line : report["left_over"]) {
    std::cout << "  left over: " << line.get<std::string>() << "\n";
  }
  for (const auto& line : report["unsaved"]) {
    std::cout << "  not saved to startup: " << line.get<std::string>() << "\n";
  }
}

/// Shows the daemon's activity while `work` goes on.
Asked with_progress(const Invocation& invocation, const std::string& path, const Json& body) {
  auto work = std::async(std::launch::async, [&] { return post(invocation, path, body); });
  std::string shown;
  while (work.wait_for(std::chrono::milliseconds{300}) != std::future_status::ready) {
    const auto status = api::http_get(invocation.api, "/api/v1/status", std::chrono::seconds{5});
    if (!status || status->status != 200) continue;
    const auto json = Json::parse(status->json, nullptr, false);
    if (!json.is_object()) continue;
    const auto activity = text_of(json, "activity", "");
    if (activity.empty() || activity == shown) continue;
    shown = activity;
    std::cerr << "  " << activity << "\n";
  }
  return work.get();
}

/// `wanted_exit_code` is the one by which the API says that what was asked for was done.
int change(const Invocation& invocation, const std::string& path, const Json& body,
           int wanted_exit_code) {
  const auto asked = with_progress(invocation, path, body);
  if (!asked.json) return asked.exit_code;
  if (!printed_as_json(invocation, *asked.json)) print_report(*asked.json);
  const int exit_code = asked.json->value("exit_code", kFailed);
  return exit_code == wanted_exit_code ? kDone : exit_code;
}

}  // namespace

int plan(const Invocation& invocation) {
  std::string out;
  std::size_t lines = kLinesShown;
  for (std::size_t i = 0; i < invocation.words.size(); ++i) {
    if (invocation.words[i] == "--all") {
      lines = SIZE_MAX;
    } else if (invocation.words[i] == "--out" && i + 1 < invocation.words.size()) {
      out = invocation.words[++i];
    } else {
      return complain("plan takes --all and --out FILE, not '" + invocation.words[i] + "'", kUsage);
    }
  }
  const auto asked = with_progress(invocation, "/api/v1/plan", Json::object());
  if (!asked.json) return asked.exit_code;
  if (!out.empty() && !write_plan(out, *asked.json)) return kFailed;
  if (!printed_as_json(invocation, *asked.json)) print_plan(*asked.json, lines);
  const bool nothing = (*asked.json)["steps"].empty() && (*asked.json)["skipped"].empty() &&
                       !has_open_manual(*asked.json);
  return nothing ? kDone : kFindings;
}

int apply(const Invocation& invocation) {
  Json body{{"actor", actor()}};
  auto words = invocation.words;
  const auto option = std::find(words.begin(), words.end(), "--confirm-within");
  if (option != words.end()) {
    const auto value =
        option + 1 == words.end() ? Json{} : Json::parse(*(option + 1), nullptr, false);
    if (!value.is_number_integer()) {
      return complain("--confirm-within takes seconds, as in --confirm-within 300", kUsage);
    }
    body["confirm_within_seconds"] = value;
    words.erase(option, option + 2);
  }
  body["force"] = std::erase(words, "--force") > 0;
  if (words.size() > 1) {
    return complain("apply takes one plan file, or none to plan now", kUsage);
  }
  if (!words.empty()) {
    auto plan = read_plan(words.front());
    if (!plan) return kFailed;
    body["plan"] = *std::move(plan);
  }
  return change(invocation, "/api/v1/apply", body, kDone);
}

int approve(const Invocation& invocation) {
  if (invocation.words.size() != 1) return complain("approve takes one plan file", kUsage);
  const auto plan = read_plan(invocation.words.front());
  if (!plan) return kFailed;
  const auto asked = post(invocation, "/api/v1/approve", Json{{"actor", actor()}, {"plan", *plan}});
  if (!asked.json) return asked.exit_code;
  if (!printed_as_json(invocation, *asked.json)) {
    std::cout << fmt::format("approved: plan {} by {}\n",
                             text_of(*asked.json, "plan_id").substr(0, 12),
                             text_of(*asked.json, "approved_by"));
  }
  return kDone;
}

int confirm(const Invocation& invocation) {
  if (!invocation.words.empty()) {
    return complain("confirm takes no words: it keeps the change that waits", kUsage);
  }
  return change(invocation, "/api/v1/confirm", Json{{"actor", actor()}}, kDone);
}

int rollback(const Invocation& invocation) {
  if (!invocation.words.empty()) {
    return complain("rollback takes no words: it undoes the last apply", kUsage);
  }
  return change(invocation, "/api/v1/rollback", Json{{"actor", actor()}}, kRolledBack);
}

int reload(const Invocation& invocation) {
  const auto asked = post(invocation, "/api/v1/reload", Json::object());
  if (!asked.json) return asked.exit_code;
  if (!printed_as_json(invocation, *asked.json)) std::cout << "reloaded\n";
  return kDone;
}

}  // namespace market::cli
