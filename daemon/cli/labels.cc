// Labels to print: stalls and ports, with the way to their page.
#include <iostream>

#include "config/design/load.h"
#include "daemon/cli/verbs.h"
#include "daemon/labels/labels.h"

namespace market::cli {
namespace {

constexpr const char* kLabelsUse =
    "labels takes: stalls|ports DESIGN --out FILE.pdf|FILE.svg [--url http://GATEWAY:9750]";

struct Wanted {
  std::string what, design, out, url;
};

std::optional<Wanted> wanted(const std::vector<std::string>& words) {
  Wanted wanted;
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_option = words[i] == "--out" || words[i] == "--url";
    if (is_option && i + 1 == words.size()) return std::nullopt;
    if (words[i] == "--out") {
      wanted.out = words[++i];
    } else if (words[i] == "--url") {
      wanted.url = words[++i];
    } else {
      plain.push_back(words[i]);
    }
  }
  if (plain.size() != 2 || wanted.out.empty()) return std::nullopt;
  if (plain[0] != "stalls" && plain[0] != "ports") return std::nullopt;
  wanted.what = plain[0];
  wanted.design = plain[1];
  return wanted;
}

}  // namespace

int labels(const Invocation& invocation) {
  const auto what = wanted(invocation.words);
  if (!what) return complain(kLabelsUse, kUsage);
  const auto loaded = load_design(what->design);
  if (!loaded.design) {
    for (const auto& problem : loaded.problems) std::cerr << problem.to_string() << "\n";
    return kFailed;
  }
  auto url = what->url.empty() ? market::labels::gateway_of(*loaded.design) : what->url;
  if (url.empty()) {
    return complain(
        "the design's infrastructure zone has no gateway: say where the page is with "
        "--url",
        kUsage);
  }
  while (url.ends_with('/')) url.pop_back();
  const auto all = what->what == "stalls" ? market::labels::stall_labels(*loaded.design, url)
                                          : market::labels::port_labels(*loaded.design, url);
  const auto files = market::labels::draw(all, what->out);
  if (!files) return complain(files.error().message, kFailed);
  for (const auto& file : *files) std::cout << file << "\n";
  return kDone;
}

}  // namespace market::cli
