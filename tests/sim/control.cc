#include "tests/sim/control.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "config/types/ip_address.h"
#include "config/types/oid.h"
#include "tests/sim/dump.h"

namespace market::sim {
namespace {

/// A number with `unit` behind it or without.
std::optional<std::uint32_t> number_of(std::string_view text, std::string_view unit) {
  if (text.size() > unit.size() && text.substr(text.size() - unit.size()) == unit) {
    text.remove_suffix(unit.size());
  }
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Lie> lie_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Lie>, 6> kLies{
      {{"off", Lie::None},
       {"accept-and-forget", Lie::AcceptAndForget},
       {"half-apply", Lie::HalfApply},
       {"lose-set-reply", Lie::LoseSetReply},
       {"garbage", Lie::Garbage},
       {"refuse", Lie::Refuse}}};
  for (const auto& [name, lie] : kLies) {
    if (name == word) return lie;
  }
  return std::nullopt;
}

std::string_view name_of(ErrorStatus status) {
  switch (status) {
    case ErrorStatus::WrongType:
      return "wrongType";
    case ErrorStatus::WrongLength:
      return "wrongLength";
    case ErrorStatus::WrongValue:
      return "wrongValue";
    case ErrorStatus::NoCreation:
      return "noCreation";
    case ErrorStatus::InconsistentValue:
      return "inconsistentValue";
    case ErrorStatus::InconsistentName:
      return "inconsistentName";
    case ErrorStatus::ResourceUnavailable:
      return "resourceUnavailable";
    case ErrorStatus::NotWritable:
      return "notWritable";
    default:
      return "error";
  }
}

}  // namespace

struct Control::Verb {
  std::string_view name;
  std::size_t least, most;  ///< words behind the verb
  std::string_view usage;
  Answer (Control::*act)(const Words&, Time);
};

std::span<const Control::Verb> Control::verbs() {
  static constexpr std::array<Verb, 37> kVerbs{{
      {"unplug", 1, 1, "ID", &Control::unplug},
      {"plug", 1, 1, "ID", &Control::plug},
      {"power-off", 1, 1, "ID", &Control::power_off},
      {"power-on", 1, 1, "ID", &Control::power_on},
      {"reboot", 1, 1, "ID", &Control::reboot},
      {"swap-terminal", 1, 1, "STALL", &Control::swap_terminal},
      {"rewire", 2, 2, "STALL SWITCH/PORT", &Control::rewire},
      {"move-address", 2, 2, "ID ADDRESS", &Control::move_address},
      {"second-address", 2, 2, "ID ADDRESS", &Control::second_address},
      {"exchange", 2, 2, "STALL STALL", &Control::exchange},
      {"hub", 2, 32, "SWITCH/PORT STALL...", &Control::hub},
      {"flap", 2, 3, "ID SWITCH/PORT|off [SECONDS]", &Control::flap},
      {"loop", 1, 2, "SWITCH/PORT [off]", &Control::loop},
      {"pose", 2, 64, "ID OBJECT_ID SERVICES DESCRIPTION...|off", &Control::pose},
      {"clone-engine", 2, 2, "FROM TO", &Control::clone_engine},
      {"community", 3, 3, "ID READ WRITE", &Control::community},
      {"users", 3, 3, "ID READ WRITE", &Control::users},
      {"announce", 2, 2, "ID lldp|cdp|both|nothing", &Control::announce},
      {"duplicate-address", 2, 2, "ID OTHER_ID", &Control::duplicate_address},
      {"talk", 1, 1, "ID|STALL|all", &Control::talk},
      {"dhcp", 1, 1, "ID|STALL|all", &Control::dhcp},
      {"trap", 2, 4,
       "ID coldStart|warmStart|linkDown PORT|linkUp PORT|authenticationFailure [v1|v2c|inform]",
       &Control::trap},
      {"traps", 0, 0, "", &Control::traps},
      {"service", 2, 2, "ID up|down", &Control::service},
      {"lose", 1, 2, "N% [ID]", &Control::lose},
      {"delay", 1, 3, "N ms [ID]", &Control::delay},
      {"lie", 2, 2, "ID accept-and-forget|half-apply|lose-set-reply|garbage|refuse|off",
       &Control::lie},
      {"set", 4, 4, "ID OID i|u|s|x VALUE", &Control::set},
      {"dump", 0, 1, "[ID]", &Control::dump},
      {"dump-startup", 0, 1, "[ID]", &Control::dump_startup},
      {"counts", 0, 0, "", &Control::counts},
      {"reset-counts", 0, 0, "", &Control::reset_counts},
      {"list", 0, 0, "", &Control::list},
      {"show", 1, 1, "ID", &Control::show},
      {"status", 0, 0, "", &Control::status},
      {"help", 0, 0, "", &Control::help},
      {"quit", 0, 0, "", &Control::quit},
  }};
  return kVerbs;
}

Answer Control::execute(std::string_view line, Time now) {
  auto words = split_words(line);
  if (!words) return Answer::refuse(words.error().message);
  if (words->empty()) return Answer::refuse("no verb; try 'help'");
  const auto known = verbs();
  const auto verb = std::find_if(known.begin(), known.end(), [&](const Verb& candidate) {
    return candidate.name == words->front();
  });
  if (verb == known.end()) {
    return Answer::refuse(fmt::format("there is no verb '{}'; try 'help'", words->front()));
  }
  words->erase(words->begin());
  if (words->size() < verb->least || words->size() > verb->most) {
    return Answer::refuse(fmt::format("usage: {} {}", verb->name, verb->usage));
  }
  return (this->*verb->act)(*words, now);
}

Answer Control::unplug(const Words& words, Time now) {
  return Answer::of(world_.unplug(words[0], now));
}

Answer Control::plug(const Words& words, Time now) {
  return Answer::of(world_.plug(words[0], now));
}

Answer Control::power_off(const Words& words, Time now) {
  return Answer::of(world_.power_off(words[0], now));
}

Answer Control::power_on(const Words& words, Time now) {
  return Answer::of(world_.power_on(words[0], now));
}

Answer Control::reboot(const Words& words, Time now) {
  return Answer::of(world_.reboot(words[0], now));
}

Answer Control::swap_terminal(const Words& words, Time now) {
  return Answer::of(world_.swap_terminal(words[0], now));
}

Answer Control::rewire(const Words& words, Time now) {
  return Answer::of(world_.rewire(words[0], words[1], now));
}

Answer Control::move_address(const Words& words, Time /*now*/) {
  const auto address = IpAddress::parse(words[1]);
  if (!address || !address->is_v4()) {
    return Answer::refuse(fmt::format("'{}' is no IPv4 address", words[1]));
  }
  return Answer::of(world_.move_address(words[0], address->v4_number()));
}

Answer Control::service(const Words& words, Time /*now*/) {
  return Answer::of(world_.service(words[0], words[1]));
}

Answer Control::lose(const Words& words, Time /*now*/) {
  const auto percent = number_of(words[0], "%");
  if (!percent || *percent > 100)
    return Answer::refuse(fmt::format("'{}' is not 0%..100%", words[0]));
  if (words.size() == 1) {
    agents_.set_loss(*percent);
    return {};
  }
  const std::size_t device = world_.find(words[1]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[1]));
  world_.device(device).loss_percent = *percent;
  return {};
}

Answer Control::delay(const Words& words, Time /*now*/) {
  const auto milliseconds = number_of(words[0], "ms");
  if (!milliseconds || *milliseconds > 600'000) {
    return Answer::refuse(fmt::format("'{}' is not 0ms..600000ms", words[0]));
  }
  const std::chrono::milliseconds delay{*milliseconds};
  const std::size_t next = words.size() > 1 && words[1] == "ms" ? 2 : 1;
  if (words.size() == next) {
    agents_.set_delay(delay);
    return {};
  }
  const std::size_t device = world_.find(words[next]);
  if (device == kNone || words.size() > next + 1) {
    return Answer::refuse(fmt::format("there is no device '{}'", words[next]));
  }
  world_.device(device).delay = delay;
  return {};
}

Answer Control::lie(const Words& words, Time /*now*/) {
  const std::size_t device = world_.find(words[0]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[0]));
  const auto lie = lie_of(words[1]);
  if (!lie) return Answer::refuse(fmt::format("there is no lie '{}'", words[1]));
  world_.device(device).lie = *lie;
  return {};
}

Answer Control::set(const Words& words, Time now) {
  const std::size_t device = world_.find(words[0]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[0]));
  const auto oid = Oid::parse(words[1]);
  if (!oid) return Answer::refuse(oid.error().message);
  auto value = parse_value(words[2], words[3]);
  if (!value)
    return Answer::refuse(fmt::format("'{}' is no value of type '{}'", words[3], words[2]));
  const VarBind binding{Name{oid->arcs().begin(), oid->arcs().end()}, std::move(*value)};
  const ErrorStatus status = agents_.write_by_hand(device, binding, now);
  if (status == ErrorStatus::NoError) return {};
  return Answer::refuse(fmt::format("'{}' refuses '{}': {}", words[0], words[1], name_of(status)));
}

Answer Control::help(const Words& /*words*/, Time /*now*/) {
  Answer answer;
  for (const Verb& verb : verbs()) {
    answer.text += fmt::format("{}{}{}\n", verb.name, verb.usage.empty() ? "" : " ", verb.usage);
  }
  return answer;
}

Answer Control::quit(const Words& /*words*/, Time /*now*/) {
  over_ = true;
  return {};
}

}  // namespace market::sim
