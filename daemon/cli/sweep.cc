#include <iostream>

#include <fmt/format.h>

#include "config/profile/profile.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/sweeping.h"
#include "daemon/cli/table.h"
#include "daemon/cli/verbs.h"

namespace market::cli {
namespace {

namespace po = boost::program_options;

Json as_json(const sweep::SweepResult& result) {
  Json json{{"addresses", result.addresses},
            {"took_ms", result.took.count()},
            {"devices", Json::array()},
            {"refused", Json::array()}};
  for (const auto& refused : result.refused) {
    json["refused"].push_back({{"address", refused.address.to_string()},
                               {"credentials", refused.credentials},
                               {"why", refused.why}});
  }
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
  SweepWords words;
  po::options_description options{"marketctl sweep RANGE..."};
  words.describe(options);
  if (auto read = words.read("sweep", invocation.words, options); !read) {
    return complain(read.error().message, kUsage);
  }
  if (auto settled = words.settle("sweep"); !settled) {
    return complain(settled.error().message, kUsage);
  }
  // To check a thousand expressions takes longer than to sweep a /24: `profile check` does.
  const auto profiles = load_profiles(words.profiles, Expressions::OnUse);
  if (!profiles.profiles) {
    for (const auto& problem : profiles.problems) std::cerr << problem.to_string() << "\n";
    return complain("the device profiles in '" + words.profiles + "' cannot be used", kFailed);
  }
  const auto result = run_sweep(*profiles.profiles, std::move(words.options));
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
  for (const auto& refused : result->refused) {
    std::cout << words_of(refused) << "\n";
  }
  if (result->sightings.empty() && result->refused.empty()) {
    std::cout << "nobody answered: check the range, the community (-c) and the way there\n";
  }
  return kDone;
}

}  // namespace market::cli
