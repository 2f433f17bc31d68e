#include "daemon/cli/sweeping.h"

#include <unistd.h>

#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "daemon/app/model.h"
#include "probes/io/asio_loop.h"
#include "probes/io/datagram.h"
#include "probes/snmp/client.h"

namespace market::cli {

namespace po = boost::program_options;

void SweepWords::describe(po::options_description& described) {
  described.add_options()("range", po::value(&ranges),
                          "10.64.0.0/24, 10.64.0.1-10.64.0.50, fd00::/120")(
      "community,c", po::value(&communities),
      "SNMPv2c community, tried in the order given (default: public)")(
      "port", po::value(&options.port)->default_value(161), "UDP port")(
      "timeout", po::value(&timeout_ms)->default_value(500), "ms to wait for each attempt")(
      "attempts", po::value(&options.patience.attempts)->default_value(2),
      "packets to each address in a round")(
      "rounds", po::value(&options.rounds)->default_value(2),
      "how often a silent address is tried again with every community")("v1", po::bool_switch(&v1),
                                                                        "ask in SNMPv1")(
      "rate", po::value(&options.packets_per_second)->default_value(1000),
      "packets per second, at most")(
      "settings", po::value(&settings_file),
      "marketd.yaml: its credentials (SNMPv3, too), port, patience and ranges")(
      "profiles", po::value(&profiles)->default_value(app::default_profile_directory()),
      "folder of device profiles");
}

Result<void> SweepWords::read(const std::string& verb, const std::vector<std::string>& typed,
                              const po::options_description& described) {
  po::positional_options_description positional;
  positional.add("range", -1);
  try {
    po::variables_map chosen;
    po::store(po::command_line_parser(typed).options(described).positional(positional).run(),
              chosen);
    po::notify(chosen);
    for (const auto& [name, value] : chosen) {
      if (!value.defaulted()) typed_.insert(name);
    }
  } catch (const po::error& error) {
    return fail(Errc::InvalidValue, verb + ": " + error.what());
  }
  return {};
}

/// Credentials, port, patience, profiles, and the ranges when none are typed.
Result<void> SweepWords::take_settings() {
  if (settings_file.empty()) return {};
  auto loaded = load_settings(settings_file);
  if (!loaded.settings) {
    return fail(Errc::InvalidValue,
                loaded.problems.empty() ? settings_file : loaded.problems.front().to_string());
  }
  settings = std::move(*loaded.settings);
  const auto open = [this](const char* option) { return !typed_.contains(option); };
  options.credentials = app::read_credentials(settings);
  if (open("port")) options.port = settings.snmp_port;
  if (open("timeout")) timeout_ms = static_cast<unsigned>(settings.snmp_timeout.count());
  if (open("attempts")) options.patience.attempts = settings.snmp_attempts;
  if (open("rate")) options.packets_per_second = settings.packets_per_second;
  if (ranges.empty()) options.ranges = settings.sweep_ranges;
  if (open("profiles") && !settings.profile_directory.empty()) {
    profiles = settings.profile_directory;
  }
  return {};
}

Result<void> SweepWords::settle(const std::string& verb) {
  if (auto taken = take_settings(); !taken) return taken;
  if (ranges.empty() && options.ranges.empty()) {
    return fail(Errc::InvalidValue,
                fmt::format("{0} needs a range: marketctl {0} 10.64.0.0/24", verb));
  }
  if (options.patience.attempts < 1 || options.packets_per_second < 1 || timeout_ms < 1) {
    return fail(Errc::InvalidValue, verb + ": --attempts, --rate and --timeout are at least 1");
  }
  for (const auto& text : ranges) {
    auto range = IpRange::parse(text);
    if (!range) return tl::make_unexpected(std::move(range.error()));
    options.ranges.push_back(*range);
  }
  if (communities.empty() && options.credentials.empty()) communities.emplace_back("public");
  for (const auto& community : communities) {
    snmp::Credentials credentials;
    credentials.id = "community " + std::to_string(options.credentials.size() + 1);
    if (v1) credentials.version = snmp::Version::V1;
    credentials.community = Secret{community};
    options.credentials.push_back(std::move(credentials));
  }
  options.patience.timeout = std::chrono::milliseconds{timeout_ms};
  return {};
}

std::string words_of(const sweep::Refused& refused) {
  return fmt::format("{} speaks SNMP and refuses us: {} ({})", refused.address.to_string(),
                     refused.why, refused.credentials);
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

}  // namespace market::cli
