#include <unistd.h>

#include <fstream>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <boost/program_options.hpp>

#include "config/profile/profile.h"
#include "daemon/app/model.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/table.h"
#include "daemon/cli/verbs.h"
#include "probes/io/asio_loop.h"
#include "probes/snmp/client.h"
#include "probes/sweep/sweep.h"

namespace market::cli {
namespace {

namespace po = boost::program_options;

struct SweepWords {
  sweep::SweepOptions options;
  std::string profiles;
};

po::options_description described(std::vector<std::string>& ranges,
                                  std::vector<std::string>& communities, SweepWords& words,
                                  unsigned& timeout_ms, bool& v1) {
  po::options_description options{"marketctl sweep RANGE..."};
  options.add_options()("range", po::value(&ranges),
                        "10.64.0.0/24, 10.64.0.1-10.64.0.50, fd00::/120")(
      "community,c", po::value(&communities),
      "SNMPv2c community, tried in the order given (default: public)")(
      "port", po::value(&words.options.port)->default_value(161), "UDP port")(
      "timeout", po::value(&timeout_ms)->default_value(500), "ms to wait for each attempt")(
      "attempts", po::value(&words.options.patience.attempts)->default_value(2),
      "packets to each address in a round")(
      "rounds", po::value(&words.options.rounds)->default_value(2),
      "how often a silent address is tried again with every community")("v1", po::bool_switch(&v1),
                                                                        "ask in SNMPv1")(
      "rate", po::value(&words.options.packets_per_second)->default_value(1000),
      "packets per second, at most")(
      "profiles", po::value(&words.profiles)->default_value(app::default_profile_directory()),
      "folder of device profiles");
  return options;
}

Result<SweepWords> parse_words(const std::vector<std::string>& typed) {
  SweepWords words;
  std::vector<std::string> ranges;
  std::vector<std::string> communities;
  unsigned timeout_ms = 0;
  bool v1 = false;
  const auto options = described(ranges, communities, words, timeout_ms, v1);
  po::positional_options_description positional;
  positional.add("range", -1);
  try {
    po::variables_map chosen;
    po::store(po::command_line_parser(typed).options(options).positional(positional).run(), chosen);
    po::notify(chosen);
  } catch (const po::error& error) {
    return fail(Errc::InvalidValue, std::string{"sweep: "} + error.what());
  }
  if (ranges.empty()) {
    return fail(Errc::InvalidValue, "sweep needs a range: marketctl sweep 10.64.0.0/24");
  }
  if (words.options.patience.attempts < 1 || words.options.packets_per_second < 1 ||
      timeout_ms < 1) {
    return fail(Errc::InvalidValue, "sweep: --attempts, --rate and --timeout are at least 1");
  }
  for (const auto& text : ranges) {
    auto range = IpRange::parse(text);
    if (!range) return tl::make_unexpected(std::move(range.error()));
    words.options.ranges.push_back(*range);
  }
  if (communities.empty()) communities.emplace_back("public");
  for (const auto& community : communities) {
    snmp::Credentials credentials;
    credentials.id = "community " + std::to_string(words.options.credentials.size() + 1);
    if (v1) credentials.version = snmp::Version::V1;
    credentials.community = Secret{community};
    words.options.credentials.push_back(std::move(credentials));
  }
  words.options.patience.timeout = std::chrono::milliseconds{timeout_ms};
  return words;
}

Result<sweep::SweepResult> run_sweep(const ProfileSet& profiles, sweep::SweepOptions options) {
  io::AsioLoop loop;
  auto wire = io::open_udp(loop);
  if (!wire) return tl::make_unexpected(std::move(wire.error()));
  const auto client = snmp::make_client(loop, **wire);
  const auto kernel = netlink::open_kernel();
  if (kernel) sweep::look_at_links(**kernel, options);
  sweep::SweepResult found;
  std::unique_ptr<sweep::Sweep> under_way;
  loop.post([&] {
    under_way = sweep::start_sweep(
        loop, *client, profiles, std::move(options),
        [](sweep::SweepProgress progress) {
          if (::isatty(STDERR_FILENO) == 0) return;
          std::cerr << fmt::format("\r{}/{} asked, {} answered, {:.0f} packets/s, {} s to go ",
                                   progress.asked, progress.total, progress.answered,
                                   progress.packets_per_second, progress.remaining.count());
        },
        [&](sweep::SweepResult result) {
          found = std::move(result);
          loop.stop();
        });
  });
  loop.run();
  if (::isatty(STDERR_FILENO) != 0) std::cerr << "\n";
  return found;
}

Json as_json(const sweep::SweepResult& result) {
  Json json{{"addresses", result.addresses},
            {"took_ms", result.took.count()},
            {"devices", Json::array()}};
  for (const auto& sighting : result.sightings) {
    const auto& what = sighting.identification;
    json["devices"].push_back({{"address", sighting.address.to_string()},
                               {"class", to_string(what.device_class)},
                               {"vendor", what.vendor},
                               {"model", what.model},
                               {"firmware", what.firmware},
                               {"serial", what.serial},
                               {"mac", what.mac},
                               {"engine_id", what.engine_id},
                               {"profile", what.profile},
                               {"evidence", what.evidence},
                               {"sys_name", sighting.sys_name},
                               {"sys_descr", sighting.sys_descr},
                               {"sys_object_id", sighting.sys_object_id.to_string()},
                               {"credentials", sighting.credentials},
                               {"round_trip_us", sighting.round_trip.count()}});
  }
  return json;
}

}  // namespace

int sweep(const Invocation& invocation) {
  auto words = parse_words(invocation.words);
  if (!words) return complain(words.error().message, kUsage);
  // To check a thousand expressions takes longer than to sweep a /24: `profile check` does.
  const auto profiles = load_profiles(words->profiles, Expressions::OnUse);
  if (!profiles.profiles) {
    for (const auto& problem : profiles.problems) std::cerr << problem.to_string() << "\n";
    return complain("the device profiles in '" + words->profiles + "' cannot be used", kFailed);
  }
  const auto result = run_sweep(*profiles.profiles, std::move(words->options));
  if (!result) return complain(result.error().message, kFailed);
  if (invocation.output == Output::Json) {
    std::cout << as_json(*result).dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    return kDone;
  }
  Table table{{"ADDRESS", "CLASS", "VENDOR", "MODEL", "FIRMWARE", "SERIAL", "NAME"}};
  for (const auto& sighting : result->sightings) {
    const auto& what = sighting.identification;
    table.add({sighting.address.to_string(), to_string(what.device_class), what.vendor, what.model,
               what.firmware, what.serial, sighting.sys_name});
  }
  if (!result->sightings.empty()) std::cout << table.to_string();
  std::cout << fmt::format("{} of {} addresses answered SNMP in {:.1f} s\n",
                           result->sightings.size(), result->addresses,
                           static_cast<double>(result->took.count()) / 1000);
  if (result->sightings.empty()) {
    std::cout << "nobody answered: check the range, the community (-c) and the way there\n";
  }
  return kDone;
}

}  // namespace market::cli
