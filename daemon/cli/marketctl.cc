// marketctl(1): how people talk to marketd, and what they can do without it.
#include <algorithm>
#include <exception>
#include <iostream>

#include <fmt/format.h>
#include <boost/program_options.hpp>

#include "daemon/cli/verbs.h"

namespace market::cli {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      {"check", "DESIGN [--strict]", "is this design right? (no daemon needed)", check},
      {"design", "show DESIGN [--origin] | diff DESIGN DESIGN",
       "the design as one file, and where each value is from (no daemon needed)", design},
      {"labels", "stalls|ports DESIGN --out FILE",
       "labels with QR codes to print, PDF or SVG (no daemon needed)", labels},
      {"sweep", "RANGE... [-c COMMUNITY]...",
       "who answers SNMP, and what is it? (no daemon needed)", sweep},
      {"import", "RANGE... [--out FILE]",
       "what is running, as a design to begin from (no daemon needed)", import_market},
      {"identify", "WALKFILE...", "what is it, by a recording of it? (no daemon needed)", identify},
      {"profile", "check [FILE|FOLDER]...", "are these profiles right? (no daemon needed)",
       profile},
      {"status", "", "the market in ten lines", status},
      {"stall", "STALL", "one stall: what it can take now, and if not, why", stall},
      {"stalls", "", "every stall and its payment methods", stalls},
      {"why", "STALL METHOD", "the first broken hop of one payment method", why},
      {"incidents", "", "what is wrong now: one cause, everything behind it", incidents},
      {"devices", "", "every device, its state and where it is plugged in", devices},
      {"device", "[show] ID|MAC|ADDRESS [--evidence]", "one device: where it is, and who says so",
       device},
      {"topology", "", "who hangs on whom, from the gateway outwards", topology},
      {"findings", "[--evidence]", "what is wrong with who is where, and what to do", findings},
      {"plan", "[--all] [--out FILE]", "what would change to reach the design", plan},
      {"approve", "PLAN", "agree to a plan that somebody else will apply", approve},
      {"drift", "[--out FILE]", "what has changed since the design was applied", drift},
      {"apply", "[PLAN] [--confirm-within S] [--force]", "change it, read it back, or put it back",
       apply},
      {"confirm", "", "keep and save the change that waits to be confirmed", confirm},
      {"rollback", "", "undo the last apply", rollback},
      {"audit", "", "as-built against design, item by item", audit},
      {"history", "", "who changed what, and how it ended", history},
      {"outages", "", "what was down, when, because of what", outages},
      {"events", "", "the last hundred things that happened", events},
      {"reload", "", "load settings, profiles and design again", reload},
  };
  return all;
}

namespace {

namespace po = boost::program_options;

void print_help(std::ostream& out, const po::options_description& options) {
  out << "marketctl - commission, prove and watch a market's network\n\n"
         "Usage: marketctl [OPTION]... VERB [WORD]...\n\nVerbs\n";
  for (const auto& verb : verbs()) {
    out << fmt::format("  {:36} {}\n", fmt::format("{} {}", verb.name, verb.words), verb.purpose);
  }
  out << "\n"
      << options
      << "\nExit status: 0 done, 1 failed, 2 changes or findings, 3 stale plan,\n"
         "4 rolled back, 5 rollback incomplete, 64 usage. See marketctl(1).\n";
}

/// Options of ours may stand anywhere; everything else goes to the verb as it was typed.
struct Typed {
  std::vector<std::string> ours;
  std::vector<std::string> words;
};
Typed sorted_out(int argc, char** argv) {
  Typed typed;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool takes_value = word == "--api" || word == "-o" || word == "--output";
    if (takes_value && i + 1 < argc) {
      typed.ours.push_back(word);
      typed.ours.emplace_back(argv[++i]);
    } else if (takes_value || word.starts_with("--api=") || word.starts_with("--output=") ||
               word == "--help" || word == "-h" || word == "--version") {
      typed.ours.push_back(word);
    } else {
      typed.words.push_back(word);
    }
  }
  return typed;
}

int main_of(int argc, char** argv) {
  po::options_description options{"Options"};
  std::string address;
  std::string output;
  const auto* from_environment = std::getenv("MARKETD_API");
  options.add_options()("api",
                        po::value(&address)->default_value(
                            from_environment != nullptr ? from_environment : "127.0.0.1:9750"),
                        "where marketd listens ($MARKETD_API)")(
      "output,o", po::value(&output)->default_value("text"), "text or json")("help,h", "this text")(
      "version", "the version");
  auto typed = sorted_out(argc, argv);
  po::variables_map chosen;
  try {
    po::store(po::command_line_parser(typed.ours).options(options).run(), chosen);
    po::notify(chosen);
  } catch (const po::error& error) {
    return complain(error.what(), kUsage);
  }
  if (chosen.contains("version")) {
    std::cout << "marketctl " MARKET_VERSION "\n";
    return kDone;
  }
  if (chosen.contains("help")) {
    print_help(std::cout, options);
    return kDone;
  }
  if (typed.words.empty()) {
    print_help(std::cerr, options);
    return kUsage;
  }
  if (output != "text" && output != "json") {
    return complain("-o takes text or json, not '" + output + "'", kUsage);
  }
  auto api_address = api::ApiAddress::parse(address);
  if (!api_address) return complain("--api: " + api_address.error().message, kUsage);
  const auto verb = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& known) {
    return typed.words.front() == known.name;
  });
  if (verb == verbs().end()) {
    return complain(
        fmt::format("there is no verb '{}' (marketctl --help lists them)", typed.words.front()),
        kUsage);
  }
  typed.words.erase(typed.words.begin());
  return verb->run({.api = std::move(*api_address),
                    .output = output == "json" ? Output::Json : Output::Text,
                    .verb = verb->name,
                    .words = std::move(typed.words)});
}

}  // namespace
}  // namespace market::cli

int main(int argc, char** argv) try {
  return market::cli::main_of(argc, argv);
} catch (const std::exception& error) {
  return market::cli::complain(error.what(), market::cli::kFailed);
}
