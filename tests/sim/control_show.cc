// The verbs that only look: dump, counts, list, status.

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "config/types/ip_address.h"
#include "tests/sim/control.h"
#include "tests/sim/dump.h"

namespace market::sim {
namespace {

/// A JSON string.
std::string json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string json(const Tally& tally) {
  return fmt::format(
      "\"gets\": {}, \"sets_received\": {}, \"sets_applied\": {}, \"sets_half_applied\": {}, "
      "\"saves\": {}",
      tally.reads, tally.sets, tally.sets_applied, tally.sets_half_applied, tally.saves);
}

void add(Tally& sum, const Tally& one) {
  sum.reads += one.reads;
  sum.sets += one.sets;
  sum.sets_applied += one.sets_applied;
  sum.sets_half_applied += one.sets_half_applied;
  sum.saves += one.saves;
}

std::string_view kind_of(const Device& device) {
  switch (device.kind) {
    case Kind::Switch:
      return "switch";
    case Kind::AccessPoint:
      return "ap";
    case Kind::Terminal:
      break;
  }
  return "terminal";
}

/// Why a device is heard or not.
std::string_view state_of(const Device& device) {
  if (!device.plugged) return "unplugged";
  if (!device.fed) return device.powered ? "no-poe" : "off";
  if (device.rebooting) return "starting";
  if (!device.answers) return "no-path";
  return device.snmp ? "up" : "up-silent";
}

/// The switch ports that a device hangs on; those of a stall with an unmanaged switch say so.
std::vector<std::string> places_of(const World& world, std::size_t index) {
  const Device& device = world.devices()[index];
  std::vector<std::string> places;
  const auto add = [&](std::size_t host, std::size_t port) {
    const Port& state = world.devices()[host].managed->ports[port];
    places.push_back(
        fmt::format("{}/{}{}", world.devices()[host].id, state.name, state.jack.hub ? " hub" : ""));
  };
  if (device.kind == Kind::Switch) {
    for (const std::size_t port : device.managed->uplinks) add(index, port);
  } else if (device.kind == Kind::AccessPoint) {
    if (device.host != kNone) add(device.host, device.host_port);
  } else {
    const StallSite& stall = world.places()[device.host];
    const auto own = static_cast<std::size_t>(
        std::find(stall.terminals.begin(), stall.terminals.end(), index) - stall.terminals.begin());
    if (stall.drops.empty()) return places;
    const auto& drop = stall.drops[std::min(own, stall.drops.size() - 1)];
    add(drop.device, drop.port);
  }
  return places;
}

Answer dump_devices(const World& world, const Control::Words& words, Store store) {
  Answer answer;
  std::vector<const Device*> devices;
  for (const Device& device : world.devices()) {
    if (device.managed && (words.empty() || device.id == words[0])) devices.push_back(&device);
  }
  if (devices.empty() && !words.empty()) {
    return {false, fmt::format("there is no switch or access point '{}'", words[0])};
  }
  std::sort(devices.begin(), devices.end(),
            [](const Device* a, const Device* b) { return a->id < b->id; });
  for (const Device* const device : devices) answer.text += dump_of(world, *device, store);
  return answer;
}

}  // namespace

Answer Control::dump(const Words& words, Time /*now*/) {
  return dump_devices(world_, words, Store::Running);
}

Answer Control::dump_startup(const Words& words, Time /*now*/) {
  return dump_devices(world_, words, Store::Startup);
}

/// Switches and access points always, terminals when they were asked anything.
Answer Control::counts(const Words& /*words*/, Time /*now*/) {
  Tally sum;
  std::string devices;
  for (const Device& device : world_.devices()) {
    add(sum, device.tally);
    if (!device.managed && device.tally.reads + device.tally.sets == 0) continue;
    fmt::format_to(std::back_inserter(devices), "{}\n    {}: {{{}}}", devices.empty() ? "" : ",",
                   json(device.id), json(device.tally));
  }
  return {true, fmt::format("{{\n  {},\n  \"devices\": {{{}\n  }}\n}}\n", json(sum), devices)};
}

Answer Control::reset_counts(const Words& /*words*/, Time /*now*/) {
  for (std::size_t i = 0; i < world_.devices().size(); ++i) world_.device(i).tally = {};
  return {};
}

Answer Control::list(const Words& /*words*/, Time /*now*/) {
  Answer answer;
  for (const Device& device : world_.devices()) {
    const std::string address =
        device.address == 0 ? "-" : IpAddress::v4(device.address).to_string();
    fmt::format_to(std::back_inserter(answer.text), "{} {} {} {} {}\n", device.id, kind_of(device),
                   address, device.serial, state_of(device));
  }
  return answer;
}

/// What a device is, where it hangs and what is odd about it; one fact a line.
Answer Control::show(const Words& words, Time /*now*/) {
  const std::size_t index = world_.find(words[0]);
  if (index == kNone) return {false, fmt::format("there is no device '{}'", words[0])};
  const Device& device = world_.devices()[index];
  const auto text = [](std::uint32_t address) { return IpAddress::v4(address).to_string(); };
  std::string out = fmt::format("kind {}\nstate {}\nserial {}\nmac {:02x}\n", kind_of(device),
                                state_of(device), device.serial, fmt::join(device.mac, ":"));
  const auto line = [&out](std::string_view what, const std::string& value) {
    fmt::format_to(std::back_inserter(out), "{} {}\n", what, value);
  };
  if (device.address != 0) line("address", text(device.address));
  for (const std::string& place : places_of(world_, index)) line("port", place);
  if (world_.all_at(device.address).size() > 1) line("duplicate", text(device.address));
  if (device.swaps != 0) line("swaps", std::to_string(device.swaps));
  if (!device.quirks) return {true, out};
  const Quirks& odd = *device.quirks;
  for (const std::uint32_t address : odd.more_addresses) line("second-address", text(address));
  if (odd.cloned_engine != kNone) {
    line("engine-of", world_.devices()[odd.cloned_engine].id);
  }
  if (odd.pose) line("poses-as", odd.pose->description);
  for (const std::size_t port : odd.looped_ports) {
    line("loop", fmt::format("{}/{}", device.id, device.managed->ports[port].name));
  }
  if (!odd.read_community.empty()) line("read-community", odd.read_community);
  if (!odd.write_community.empty()) line("write-community", odd.write_community);
  if (!odd.read_user.empty()) line("read-user", odd.read_user);
  if (!odd.write_user.empty()) line("write-user", odd.write_user);
  if (odd.flap_every > Time::zero()) {
    const Device& other = world_.devices()[odd.flap_device];
    line("flaps", fmt::format("{}/{} now {}", other.id, other.managed->ports[odd.flap_port].name,
                              odd.flapped ? "there" : "here"));
  }
  return {true, out};
}

Answer Control::status(const Words& /*words*/, Time now) {
  const auto& devices = world_.devices();
  const auto count = [&devices](Kind kind) {
    return std::count_if(devices.begin(), devices.end(),
                         [kind](const Device& device) { return device.kind == kind; });
  };
  const auto heard = std::count_if(devices.begin(), devices.end(), [](const Device& device) {
    return device.answers && device.snmp;
  });
  return {true, fmt::format("{{\"site\": {}, \"switches\": {}, \"aps\": {}, \"terminals\": {}, "
                            "\"answering\": {}, \"seed\": {}, \"running_ms\": {}}}\n",
                            json(world_.site()), count(Kind::Switch), count(Kind::AccessPoint),
                            count(Kind::Terminal), heard, world_.seed(), now.count() / 1000)};
}

}  // namespace market::sim
