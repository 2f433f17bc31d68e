// marketd(8): options -> settings -> app -> exit code.
#include <exception>
#include <iostream>
#include <string>

#include <boost/program_options.hpp>

#include "daemon/app/app.h"
#include "daemon/app/guard.h"
#include "daemon/app/memory.h"
#include "daemon/app/model.h"

namespace {

namespace po = boost::program_options;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 64;

int run(const std::string& settings_file) {
  market::app::settle_memory();
  auto app = market::app::make_app(settings_file);
  if (!app) {
    std::cerr << app.error().message << "\n";
    return kFailed;
  }
  market::app::give_back_memory();  // the texts and trees of the configuration
  (*app)->run();
  return kDone;
}

int check(const std::string& settings_file) {
  const auto loaded = market::app::load_model(settings_file);
  for (const auto& problem : loaded.problems) std::cerr << problem.to_string() << "\n";
  return loaded.model ? kDone : kFailed;
}

}  // namespace

int main(int argc, char** argv) try {
  po::options_description options{
      "marketd - the daemon of one market\n\nUsage: marketd [--config FILE]\n\nOptions"};
  std::string settings_file;
  options.add_options()("config,c",
                        po::value(&settings_file)->default_value("/etc/marketd/marketd.yaml"),
                        "settings, see marketd.yaml(5)")("check", "load everything, then stop")(
      "guard", po::value<std::int64_t>()->value_name("MS"),
      "what marketd leaves behind itself while a change waits to be confirmed; not for people")(
      "help,h", "this text")("version", "the version");
  po::variables_map chosen;
  try {
    po::store(po::parse_command_line(argc, argv, options), chosen);
    po::notify(chosen);
  } catch (const po::error& error) {
    std::cerr << "marketd: " << error.what() << " (marketd --help lists the options)\n";
    return kUsage;
  }
  if (chosen.contains("help")) {
    std::cout << options;
    return kDone;
  }
  if (chosen.contains("version")) {
    std::cout << "marketd " MARKET_VERSION "\n";
    return kDone;
  }
  if (chosen.contains("guard")) {
    market::app::settle_memory();
    return market::app::stand_guard(settings_file, chosen["guard"].as<std::int64_t>());
  }
  return chosen.contains("check") ? check(settings_file) : run(settings_file);
} catch (const std::exception& error) {
  std::cerr << "marketd: " << error.what() << "\n";
  return kFailed;
}
