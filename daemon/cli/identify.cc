// marketctl identify, marketctl profile check: what is this device, by a recording of it; and are
// the profiles that say so in order? Neither needs a daemon or a network.
#include <fstream>
#include <iostream>
#include <sstream>

#include <fmt/format.h>

#include "config/profile/profile.h"
#include "daemon/app/model.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/verbs.h"
#include "probes/snmp/recording.h"
#include "probes/sweep/sweep.h"

namespace market::cli {
namespace {

/// Largest recording that is read: ten times the largest whole-device walk we know.
constexpr std::size_t kMaxBytes = std::size_t{256} << 20U;

struct Words {
  std::string profiles = app::default_profile_directory();
  std::vector<std::string> files;
};

Result<Words> parse_words(const Invocation& invocation) {
  Words words;
  const auto& typed = invocation.words;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (typed[i] == "--profiles") {
      if (++i == typed.size()) return fail(Errc::InvalidValue, "--profiles needs a folder");
      words.profiles = typed[i];
    } else if (typed[i].starts_with("--profiles=")) {
      words.profiles = typed[i].substr(std::string{"--profiles="}.size());
    } else if (typed[i].starts_with('-') && typed[i] != "-") {
      return fail(Errc::InvalidValue, "identify knows --profiles FOLDER, not '" + typed[i] + "'");
    } else {
      words.files.push_back(typed[i]);
    }
  }
  if (words.files.empty()) {
    return fail(Errc::InvalidValue,
                "identify needs a recording: marketctl identify device.walk (snmpwalk -On output, "
                "or snmprec)");
  }
  return words;
}

std::string plural(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

std::optional<std::string> read_all(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad() || text.tellp() > static_cast<std::streamoff>(kMaxBytes)) return std::nullopt;
  return std::move(text).str();
}

Json as_json(const std::string& file, const sweep::Identification& what) {
  return {{"file", file},
          {"class", to_string(what.device_class)},
          {"vendor", what.vendor},
          {"model", what.model},
          {"firmware", what.firmware},
          {"serial", what.serial},
          {"confidence", what.confidence},
          {"profile", what.profile},
          {"evidence", what.evidence}};
}

void print(const std::string& file, const sweep::Identification& what) {
  std::cout << fmt::format("{}\n  {}: {} {}, firmware {}, serial {} ({:.0f} % sure)\n", file,
                           to_string(what.device_class),
                           what.vendor.empty() ? "unknown vendor" : what.vendor,
                           what.model.empty() ? "of unknown model" : what.model,
                           what.firmware.empty() ? "unknown" : what.firmware,
                           what.serial.empty() ? "unknown" : what.serial, what.confidence * 100);
  for (const auto& line : what.evidence) std::cout << "    " << line << "\n";
}

}  // namespace

int identify(const Invocation& invocation) {
  const auto words = parse_words(invocation);
  if (!words) return complain(words.error().message, kUsage);
  const auto loaded = load_profiles(words->profiles);
  for (const auto& problem : loaded.problems) std::cerr << problem.to_string() << "\n";
  if (!loaded.profiles) return complain("the profiles cannot be used; see above", kFailed);
  Json rows = Json::array();
  std::size_t failures = 0;
  for (const auto& file : words->files) {
    const auto text = read_all(file);
    if (!text) {
      ++failures;
      (void)complain(file + ": cannot be read; is it a file, and may you read it?", kFailed);
      continue;
    }
    const auto recording = snmp::read_recording(*text, file);
    for (const auto& problem : recording.problems) std::cerr << problem.to_string() << "\n";
    if (!recording.problems.empty()) ++failures;
    if (recording.bindings.empty()) continue;
    const auto what = sweep::identify(*loaded.profiles, recording.bindings);
    if (invocation.output == Output::Json) {
      rows.push_back(as_json(file, what));
    } else {
      print(file, what);
    }
  }
  if (invocation.output == Output::Json) {
    std::cout << rows.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  }
  return failures == 0 ? kDone : kFailed;
}

int profile(const Invocation& invocation) {
  if (invocation.words.empty() || invocation.words.front() != "check") {
    return complain("profile takes one word: marketctl profile check [FILE|FOLDER]...", kUsage);
  }
  std::vector<std::string> places{invocation.words.begin() + 1, invocation.words.end()};
  if (places.empty()) places.push_back(app::default_profile_directory());
  const auto loaded = load_profiles(places);
  if (invocation.output == Output::Json) {
    Json problems = Json::array();
    for (const auto& problem : loaded.problems) problems.push_back(problem.to_string());
    std::cout << Json{{"ok", loaded.problems.empty()}, {"problems", problems}}.dump(2) << "\n";
    return loaded.problems.empty() ? kDone : kFindings;
  }
  for (const auto& problem : loaded.problems) std::cout << problem.to_string() << "\n";
  if (loaded.profiles && loaded.problems.empty()) {
    const auto& known = loaded.profiles->knowledge();
    std::cout << fmt::format("ok: {}, {}, {}\n", plural(loaded.profiles->all().size(), "profile"),
                             plural(known.vendors.size(), "vendor"),
                             plural(known.signals.size(), "signal"));
  }
  return loaded.problems.empty() ? kDone : kFindings;
}

}  // namespace market::cli
