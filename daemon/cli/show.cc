#include <algorithm>
#include <ctime>
#include <iostream>

#include <fmt/format.h>

#include "daemon/cli/ask.h"
#include "daemon/cli/plan_file.h"
#include "daemon/cli/table.h"
#include "daemon/cli/verbs.h"
#include "daemon/cli/where.h"

namespace market::cli {
namespace {

/// "2026-11-23 15:04:05" in the reader's own time zone; "-" for never.
std::string local_time(const Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || !found->is_number() || found->get<std::int64_t>() == 0) return "-";
  const std::time_t moment = found->get<std::int64_t>() / 1000;
  std::tm parts{};
  localtime_r(&moment, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// The words of the page, in both languages of the people who read it.
std::string state_words(const std::string& state) {
  if (state == "available") return "가능 available";
  if (state == "degraded") return "저하 degraded";
  if (state == "unavailable") return "불가 unavailable";
  if (state == "not_enrolled") return "미가맹 not enrolled";
  if (state == "closed") return "영업종료 closed";
  return "미확인 not verified";
}

std::string verdict_words(const Json& status) {
  const auto verdict = text_of(status, "verdict", "");
  if (verdict == "converged") return "일치 as designed";
  if (verdict == "drifted") {
    return fmt::format("불일치 {} changes wait (marketctl plan)",
                       status.value("pending_changes", 0));
  }
  if (verdict == "unreachable") return "미확인 some devices could not be read (marketctl plan)";
  return "미확인 not looked at yet (marketctl plan)";
}

void print_incidents(const Json& incidents) {
  for (const auto& incident : incidents) {
    std::cout << fmt::format("  {}  since {}\n", text_of(incident, "text"),
                             local_time(incident, "since_ms"));
    if (!incident["stalls"].empty()) {
      std::string names;
      for (const auto& name : incident["stalls"]) names += " " + name.get<std::string>();
      std::cout << fmt::format("    영향 점포 stalls ({}):{}\n", incident["stalls"].size(), names);
    }
    if (!incident["devices"].empty()) {
      std::string names;
      for (const auto& name : incident["devices"]) names += " " + name.get<std::string>();
      std::cout << fmt::format("    뒤의 장비 behind it ({}):{}\n", incident["devices"].size(),
                               names);
    }
  }
}

void print_status(const Json& status) {
  std::cout << fmt::format("{} ({})\n", text_of(status["site"], "name"),
                           text_of(status["site"], "id"));
  std::cout << fmt::format("  설계 design     {}\n", verdict_words(status));
  if (const auto activity = text_of(status, "activity", ""); !activity.empty()) {
    std::cout << "  작업 at work    " << activity << "\n";
  }
  if (const auto until = text_of(status, "confirm_by", ""); !until.empty()) {
    std::cout << fmt::format(
        "  확인 대기       until {}: marketctl confirm keeps the change, else it is put back\n",
        until);
  }
  const auto& counts = status["devices"];
  std::cout << fmt::format(
      "  장비 devices    {} up, {} down, {} unreachable, {} suspect, {} not heard yet\n",
      counts.value("up", 0), counts.value("down", 0), counts.value("unreachable", 0),
      counts.value("suspect", 0), counts.value("unknown", 0));
  if (!status["store"].value("ok", true)) {
    std::cout << "  저장소 store    " << text_of(status["store"], "error") << "\n";
  }
  Table table{{"  결제 수단 method", "가능", "저하", "불가", "미확인", "미가맹", "종료"}};
  for (const auto& method : status["methods"]) {
    std::vector<std::string> row{"  " + text_of(method, "name")};
    for (const auto* key :
         {"available", "degraded", "unavailable", "unverified", "not_enrolled", "closed"}) {
      row.push_back(std::to_string(method.value(key, 0)));
    }
    table.add(std::move(row));
  }
  std::cout << table.to_string();
  if (status["incidents"].empty()) {
    std::cout << "장애 건 없음 no incident\n";
  } else {
    std::cout << "장애 건 incidents\n";
    print_incidents(status["incidents"]);
  }
}

void print_stall(const Json& stall) {
  std::cout << fmt::format("{} {}  {}\n", text_of(stall, "id"), text_of(stall, "name", ""),
                           text_of(stall, "port", "no port"));
  if (stall.value("vacant", false)) {
    std::cout << "  빈점포 vacant\n";
    return;
  }
  Table table{{"  결제 수단", "상태", "원인", "이유"}};
  for (const auto& method : stall["methods"]) {
    table.add({"  " + text_of(method, "name"), state_words(text_of(method, "state")),
               text_of(method, "cause", ""), text_of(method, "reason", "")});
  }
  std::cout << table.to_string();
}

/// The single word a verb wants, or nothing after a complaint.
std::optional<std::string> only_word(const Invocation& invocation, const std::string& what) {
  if (invocation.words.size() == 1) return invocation.words.front();
  complain(fmt::format("{} takes {}", invocation.verb, what), kUsage);
  return std::nullopt;
}

/// GET `path`, then print it as JSON or by `print`.
int show(const Invocation& invocation, const std::string& path, void (*print)(const Json&)) {
  const auto asked = get(invocation, path);
  if (!asked.json) return asked.exit_code;
  if (!printed_as_json(invocation, *asked.json)) print(*asked.json);
  return kDone;
}

/// Takes `option` out of the words; true when it was there.
bool take_option(std::vector<std::string>& words, const std::string& option) {
  return std::erase(words, option) != 0;
}

void print_stalls(const Json& json) {
  Table table{{"점포", "이름", "포트", "결제"}};
  for (const auto& row : json["stalls"]) {
    std::string methods = row.value("vacant", false) ? "빈점포" : "";
    for (const auto& method : row["methods"]) {
      const auto words = state_words(text_of(method, "state"));
      methods += fmt::format("{}{} {}", methods.empty() ? "" : ", ", text_of(method, "name"),
                             words.substr(0, words.find(' ')));
    }
    table.add({text_of(row, "id"), text_of(row, "name", ""), text_of(row, "port", ""), methods});
  }
  std::cout << table.to_string();
}

void print_events(const Json& json) {
  for (const auto& row : json["events"]) {
    std::cout << local_time(row, "at_ms") << "  " << text_of(row, "text") << "\n";
  }
}

void print_outages(const Json& json) {
  Table table{{"DEVICE", "STATE", "CAUSE", "BEGAN", "ENDED"}};
  for (const auto& row : json["outages"]) {
    table.add({text_of(row, "device"), text_of(row, "state"), text_of(row, "cause"),
               local_time(row, "began_ms"), local_time(row, "ended_ms")});
  }
  std::cout << table.to_string();
}

void print_history(const Json& json) {
  Table table{{"RUN", "BEGAN", "WHO", "STATE", "STEPS", "PLAN", "NOTE"}};
  for (const auto& row : json["runs"]) {
    table.add({row["run"].dump(), local_time(row, "started_ms"), text_of(row, "actor"),
               text_of(row, "state"), row["done"].dump() + "/" + row["steps"].dump(),
               text_of(row, "plan_id").substr(0, 12), text_of(row, "note", "")});
  }
  std::cout << table.to_string();
  for (const auto& row : json["audit"]) {
    if (text_of(row, "verb") != "approve") continue;
    std::cout << fmt::format("  plan {} approved by {} at {}\n",
                             text_of(row, "object").substr(0, 12), text_of(row, "actor"),
                             local_time(row, "at_ms"));
  }
}

void print_drift(const Json& json) {
  const auto& drift = json["drift"];
  if (drift.is_null()) {
    std::cout << "미확인: no design is applied, or nobody has looked yet\n";
    return;
  }
  for (const auto& row : drift["findings"]) {
    std::cout << fmt::format("{} {}: {} changed, found {}\n", text_of(row, "device"),
                             text_of(row, "object_class"), row["changes"].dump(),
                             local_time(row, "since_ms"));
    for (const auto& field : row["fields"]) std::cout << "    " << field.get<std::string>() << "\n";
  }
  if (const auto note = text_of(drift, "note", ""); !note.empty()) {
    std::cout << "  not put right: " << note << "\n";
  }
  std::cout << fmt::format("{}, looked {}\n",
                           drift["findings"].empty()
                               ? "변동 없음 nothing has drifted"
                               : "put it right: marketctl drift --out FILE; marketctl apply FILE",
                           local_time(drift, "looked_ms"));
}

/// Everything designed was read and is as designed, and every method of every stall is verified.
bool all_proven(const Json& audit) {
  const auto& counts = audit["counts"];
  for (const auto* verdict : {"changed", "missing", "extra", "not-verified"}) {
    if (counts.value(verdict, 0) != 0) return false;
  }
  return true;
}

}  // namespace

int status(const Invocation& invocation) {
  return show(invocation, "/api/v1/status", print_status);
}
int devices(const Invocation& invocation) {
  return show(invocation, "/api/v1/devices",
              [](const Json& json) { std::cout << devices_text(json); });
}
int topology(const Invocation& invocation) {
  return show(invocation, "/api/v1/topology",
              [](const Json& json) { std::cout << topology_text(json); });
}

int findings(const Invocation& invocation) {
  auto words = invocation.words;
  const bool evidence = take_option(words, "--evidence");
  if (!words.empty()) return complain("findings takes --evidence and nothing else", kUsage);
  const auto asked = get(invocation, "/api/v1/findings");
  if (!asked.json) return asked.exit_code;
  if (!printed_as_json(invocation, *asked.json)) std::cout << findings_text(*asked.json, evidence);
  for (const auto& finding : (*asked.json)["findings"]) {
    if (text_of(finding, "severity") != "info") return kFindings;
  }
  return kDone;
}
int stalls(const Invocation& invocation) {
  return show(invocation, "/api/v1/stalls", print_stalls);
}
int events(const Invocation& invocation) {
  return show(invocation, "/api/v1/events", print_events);
}
int outages(const Invocation& invocation) {
  return show(invocation, "/api/v1/outages", print_outages);
}
int history(const Invocation& invocation) {
  return show(invocation, "/api/v1/history", print_history);
}
int drift(const Invocation& invocation) {
  auto words = invocation.words;
  std::string out;
  if (words.size() == 2 && words.front() == "--out") {
    out = words.back();
    words.clear();
  }
  if (!words.empty()) return complain("drift takes --out FILE and nothing else", kUsage);
  const auto asked = get(invocation, "/api/v1/drift");
  if (!asked.json) return asked.exit_code;
  const auto& json = *asked.json;
  if (!out.empty()) {
    if (json["plan"].is_null()) return complain("nothing has drifted: there is no plan", kFailed);
    if (!write_plan(out, json["plan"])) return kFailed;
  }
  if (!printed_as_json(invocation, json)) print_drift(json);
  return json["drift"].is_null() || json["drift"]["findings"].empty() ? kDone : kFindings;
}
int incidents(const Invocation& invocation) {
  return show(invocation, "/api/v1/incidents", [](const Json& json) {
    if (json["incidents"].empty()) std::cout << "장애 건 없음 no incident\n";
    print_incidents(json["incidents"]);
  });
}

int device(const Invocation& invocation) {
  auto words = invocation.words;
  const bool evidence = take_option(words, "--evidence");
  if (words.size() == 2 && words.front() == "show") words.erase(words.begin());
  if (words.size() != 1) {
    return complain(
        "device takes one id, MAC, address, serial or stall: marketctl device show sw-1 "
        "[--evidence]",
        kUsage);
  }
  const auto asked = get(invocation, "/api/v1/devices/" + api::percent_encoded(words.front()));
  if (!asked.json) return asked.exit_code;
  if (!printed_as_json(invocation, *asked.json)) std::cout << device_text(*asked.json, evidence);
  return kDone;
}

int stall(const Invocation& invocation) {
  const auto id = only_word(invocation, "one stall: marketctl stall A-101");
  if (!id) return kUsage;
  return show(invocation, "/api/v1/stalls/" + api::percent_encoded(*id), print_stall);
}

int why(const Invocation& invocation) {
  if (invocation.words.size() != 2) {
    return complain("why takes a stall and a method: marketctl why A-101 card", kUsage);
  }
  const auto asked = get(invocation, "/api/v1/stalls/" + api::percent_encoded(invocation.words[0]));
  if (!asked.json) return asked.exit_code;
  for (const auto& method : (*asked.json)["methods"]) {
    if (text_of(method, "method") != invocation.words[1]) continue;
    if (printed_as_json(invocation, method)) return kDone;
    std::cout << fmt::format("{} {}: {}\n", invocation.words[0], text_of(method, "name"),
                             state_words(text_of(method, "state")));
    if (text_of(method, "reason", "") != "") {
      std::cout << fmt::format("  {} ({}): {}\n", text_of(method, "hop", ""),
                               text_of(method, "cause", ""), text_of(method, "reason", ""));
    }
    return kDone;
  }
  return complain(fmt::format("stall '{}' does not take '{}' by design", invocation.words[0],
                              invocation.words[1]),
                  kFailed);
}

int audit(const Invocation& invocation) {
  const auto asked = get(invocation, "/api/v1/audit");
  if (!asked.json) return asked.exit_code;
  auto json = *asked.json;
  const int exit_code = all_proven(json) ? kDone : kFindings;
  const auto text = text_of(json, "text");
  json.erase("text");
  if (!printed_as_json(invocation, json)) std::cout << text;
  return exit_code;
}

}  // namespace market::cli
