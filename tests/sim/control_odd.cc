// The verbs that make a market odd: what discovery must see through.

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/types/ip_address.h"
#include "config/types/oid.h"
#include "tests/sim/control.h"

namespace market::sim {
namespace {

/// The devices that a word names: itself, the terminals of a stall, or all access points and
/// terminals.
std::vector<std::size_t> devices_of(const World& world, const std::string& word) {
  std::vector<std::size_t> found;
  const std::size_t device = world.find(word);
  if (device != kNone) found.push_back(device);
  for (std::size_t i = 0; word == "all" && i < world.devices().size(); ++i) {
    if (world.devices()[i].kind != Kind::Switch) found.push_back(i);
  }
  for (const StallSite& stall : world.places()) {
    if (word != stall.id) continue;
    found.insert(found.end(), stall.terminals.begin(), stall.terminals.end());
  }
  return found;
}

}  // namespace

Answer Control::second_address(const Words& words, Time /*now*/) {
  const auto address = IpAddress::parse(words[1]);
  if (!address || !address->is_v4()) {
    return Answer::refuse(fmt::format("'{}' is no IPv4 address", words[1]));
  }
  return Answer::of(world_.second_address(words[0], address->v4_number()));
}

Answer Control::duplicate_address(const Words& words, Time /*now*/) {
  return Answer::of(world_.duplicate_address(words[0], words[1]));
}

Answer Control::exchange(const Words& words, Time now) {
  return Answer::of(world_.exchange(words[0], words[1], now));
}

Answer Control::hub(const Words& words, Time now) {
  return Answer::of(world_.hub(words[0], {words.begin() + 1, words.end()}, now));
}

Answer Control::flap(const Words& words, Time now) {
  if (words[1] == "off") return Answer::of(world_.flap(words[0], "", Time::zero(), now));
  const std::string seconds = words.size() > 2 ? words[2] : "10";
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(seconds.data(), seconds.data() + seconds.size(), number);
  const bool whole = error == std::errc{} && end == seconds.data() + seconds.size();
  if (!whole || number == 0 || number > 3600) {
    return Answer::refuse(fmt::format("'{}' is not 1..3600 seconds", seconds));
  }
  return Answer::of(world_.flap(words[0], words[1], std::chrono::seconds{number}, now));
}

Answer Control::loop(const Words& words, Time /*now*/) {
  if (words.size() > 1 && words[1] != "off")
    return Answer::refuse(fmt::format("'{}' is not off", words[1]));
  return Answer::of(world_.loop(words[0], words.size() == 1));
}

/// A thing that tells of itself what another one would: the words become its system group.
Answer Control::pose(const Words& words, Time /*now*/) {
  const std::size_t device = world_.find(words[0]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[0]));
  auto& pose = world_.quirks(device).pose;
  if (words[1] == "off") {
    pose.reset();
    return {};
  }
  const auto object = Oid::parse(words[1]);
  if (!object) return Answer::refuse(object.error().message);
  if (words.size() < 4) return Answer::refuse("what are its services and its description?");
  std::int64_t services = 0;
  const auto* const end = words[2].data() + words[2].size();
  const auto read = std::from_chars(words[2].data(), end, services);
  if (read.ec != std::errc{} || read.ptr != end || services < 0 || services > 127) {
    return Answer::refuse(fmt::format("'{}' is not 0..127, as sysServices are", words[2]));
  }
  const auto arcs = object->arcs();
  pose = {{arcs.begin(), arcs.end()},
          services,
          fmt::format("{}", fmt::join(words.begin() + 3, words.end(), " "))};
  return {};
}

Answer Control::clone_engine(const Words& words, Time /*now*/) {
  return Answer::of(world_.clone_engine(words[0], words[1]));
}

/// The word "default" stands for what all the others have.
Answer Control::community(const Words& words, Time /*now*/) {
  const std::size_t device = world_.find(words[0]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[0]));
  Quirks& odd = world_.quirks(device);
  odd.read_community = words[1] == "default" ? "" : words[1];
  odd.write_community = words[2] == "default" ? "" : words[2];
  return {};
}

Answer Control::users(const Words& words, Time /*now*/) {
  const std::size_t device = world_.find(words[0]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[0]));
  Quirks& odd = world_.quirks(device);
  odd.read_user = words[1] == "default" ? "" : words[1];
  odd.write_user = words[2] == "default" ? "" : words[2];
  return {};
}

Answer Control::announce(const Words& words, Time /*now*/) {
  constexpr std::array<std::pair<std::string_view, Announces>, 4> kProtocols{
      {{"nothing", Announces::Nothing},
       {"lldp", Announces::Lldp},
       {"cdp", Announces::Cdp},
       {"both", Announces::Both}}};
  const std::size_t device = world_.find(words[0]);
  if (device == kNone || !world_.devices()[device].managed) {
    return Answer::refuse(fmt::format("there is no switch or access point '{}'", words[0]));
  }
  for (const auto& [name, protocol] : kProtocols) {
    if (name != words[1]) continue;
    world_.device(device).announces = protocol;
    return {};
  }
  return Answer::refuse(fmt::format("'{}' is none of lldp, cdp, both, nothing", words[1]));
}

Answer Control::talk(const Words& words, Time now) { return speak(words[0], &Wire::talk, now); }

Answer Control::dhcp(const Words& words, Time now) {
  return speak(words[0], &Wire::ask_lease, now);
}

/// Makes devices send a frame each; says how many did.
Answer Control::speak(const std::string& who, bool (Wire::*how)(std::size_t, Time), Time now) {
  if (wire_ == nullptr || wire_->links().empty()) {
    return Answer::refuse("there is no wire: marketsim runs without --link");
  }
  const auto devices = devices_of(world_, who);
  if (devices.empty()) return Answer::refuse(fmt::format("there is no device or stall '{}'", who));
  std::size_t spoke = 0;
  Time at = now;
  for (const std::size_t device : devices) {
    if (!(wire_->*how)(device, at)) continue;
    ++spoke;
    at += std::chrono::microseconds{200};
  }
  return {true, fmt::format("{}\n", spoke)};
}

}  // namespace market::sim
