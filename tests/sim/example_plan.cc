// How many switches of which size, what is plugged in where, and which prefix holds whom.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tests/sim/example.h"

namespace market::sim {
namespace {

constexpr std::size_t kGatewayLinks = 4;  // mgmt, payment, staff and guest, untagged each
constexpr std::size_t kMostSwitches = 1000;
constexpr std::size_t kStallsOfArcade = 50;

/// A switch model: ports, how many further switches may hang on it, access points its PoE feeds
/// with a fifth to spare.
struct Model {
  std::size_t ports, children_of_core, children, aps;
};
constexpr Model kSmall{24, 12, 8, 19};   // 370 W
constexpr Model kLarge{48, 24, 16, 38};  // 740 W

/// True for `share` of `total` indexes, spread evenly.
bool picked(std::size_t index, std::size_t share, std::size_t total) {
  return (index + 1) * share / total > index * share / total;
}

std::string stall_name(std::size_t index) {
  constexpr std::array kFirst{"대구", "영희", "한마음", "중앙", "서문", "은혜", "형제",
                              "고향", "새벽", "동산",   "달성", "계성", "삼성", "충남",
                              "전주", "남해", "우리",   "대박", "제일", "복순"};
  constexpr std::array kSecond{"상회",   "분식", "정육점", "수산",   "청과", "떡집",
                               "방앗간", "식당", "반찬",   "주단",   "한복", "건어물",
                               "양품",   "철물", "약초",   "칼국수", "이불", "그릇",
                               "신발",   "만물", "족발",   "두부",   "꽃집"};
  return fmt::format("{}{}", kFirst[index % kFirst.size()],
                     kSecond[(index * 7 + index / kFirst.size()) % kSecond.size()]);
}

std::vector<StallPlan> plan_stalls(const ExampleOptions& options, std::size_t terminals) {
  const std::size_t count = options.stalls;
  const std::size_t speaking = terminals * options.snmp_percent / 100;
  const std::size_t without = count - terminals;
  const std::size_t vacant = std::min(without, count / 10);
  std::vector<StallPlan> stalls(count);
  std::size_t with_terminal = 0;
  std::size_t no_terminal = 0;
  for (std::size_t i = 0; i < count; ++i) {
    StallPlan& stall = stalls[i];
    stall.id = fmt::format("{}-{}", arcade_of(i), 101 + i % kStallsOfArcade);
    stall.name = stall_name(i);
    if (picked(i, terminals, count)) {
      stall.number = ++with_terminal;
      stall.kind =
          picked(with_terminal - 1, speaking, terminals) ? StallKind::Snmp : StallKind::Silent;
      continue;
    }
    stall.kind = picked(no_terminal++, vacant, without) ? StallKind::Vacant : StallKind::NoTerminal;
    if (stall.kind == StallKind::Vacant) stall.name = "빈점포";
  }
  return stalls;
}

/// A tree below the core, level by level, with the trunk ports of both ends.
std::vector<SwitchPlan> plan_trunks(std::size_t count, const Model& model) {
  std::vector<SwitchPlan> switches(count);
  std::vector<std::size_t> children(count, 0);
  std::size_t parent = 0;
  constexpr std::array kLinks{"eth1", "eth2", "eth3", "eth4"};
  constexpr std::array kRoles{"to-mgmt", "to-payment", "to-staff", "to-guest"};
  for (std::size_t i = 0; i < kGatewayLinks; ++i) {
    switches[0].ports.push_back({kRoles[i], fmt::format("gw1/{}", kLinks[i]), ""});
  }
  for (std::size_t i = 1; i < count; ++i) {
    while (children[parent] >= (parent == 0 ? model.children_of_core : model.children)) ++parent;
    ++children[parent];
    // Each switch gets its uplink, port 1, before any port of its own towards others.
    auto& up = switches[parent].ports;
    switches[i].ports.push_back(
        {"trunk", fmt::format("{}/{}", switch_id(parent + 1), up.size() + 1), ""});
    up.push_back({"trunk", fmt::format("{}/1", switch_id(i + 1)), ""});
  }
  for (SwitchPlan& plan : switches) plan.size = model.ports;
  return switches;
}

std::size_t free_ports(const SwitchPlan& plan) { return plan.size - plan.ports.size(); }

std::size_t free_ports(const std::vector<SwitchPlan>& switches) {
  std::size_t sum = 0;
  for (const SwitchPlan& plan : switches) sum += free_ports(plan);
  return sum;
}

/// Access points in turn, one on each switch, as long as there is room and power.
void plug_aps(std::vector<SwitchPlan>& switches, std::size_t aps, const Model& model) {
  std::size_t at = 0;
  for (std::size_t number = 1; number <= aps; ++at) {
    SwitchPlan& plan = switches[at % switches.size()];
    if (free_ports(plan) == 0 || plan.aps >= model.aps) continue;
    plan.ports.push_back({"ap", ap_id(number++), ""});
    ++plan.aps;
  }
}

/// Stalls in a row along the switches, about as many on each as its share of the free ports.
void plug_stalls(std::vector<SwitchPlan>& switches, const std::vector<StallPlan>& stalls) {
  auto left = static_cast<std::size_t>(
      std::count_if(stalls.begin(), stalls.end(),
                    [](const StallPlan& stall) { return stall.kind != StallKind::Vacant; }));
  std::size_t room = free_ports(switches);
  auto next = stalls.begin();
  for (SwitchPlan& plan : switches) {
    const std::size_t here = free_ports(plan);
    const std::size_t share = room == 0 ? 0 : (left * here + room - 1) / room;
    for (std::size_t i = 0; i < share; ++next) {
      if (next->kind == StallKind::Vacant) continue;
      plan.ports.push_back({"terminal", "", next->id});
      ++i;
    }
    left -= share;
    room -= here;
  }
}

/// The switches for `drops` stall ports and the access points, or how many ports there would be.
Result<std::vector<SwitchPlan>> plan_switches(const ExampleOptions& options, std::size_t drops) {
  const std::size_t needed = drops + options.aps;
  const auto fits = [&](std::size_t count, const Model& model) {
    return options.aps <= count * model.aps && free_ports(plan_trunks(count, model)) >= needed;
  };
  std::size_t count = options.switches.value_or(8);
  for (const Model& model : {kSmall, kLarge}) {
    if (options.switch_ports.value_or(model.ports) != model.ports) continue;
    if (fits(count, model)) return plan_trunks(count, model);
  }
  // The trunks take two ports a switch at most; the search starts a little below the answer.
  count = std::max(count, needed / kLarge.ports);
  while (count < kMostSwitches && !fits(count, kLarge)) ++count;
  if (!options.switches && count < kMostSwitches) return plan_trunks(count, kLarge);
  return fail(
      Errc::InvalidValue,
      fmt::format("{} stalls with a port and {} access points need {} ports: {} switches "
                  "are too few; '--switches {}' would do",
                  drops, options.aps, needed, options.switches.value_or(kMostSwitches), count));
}

unsigned length_for(std::uint64_t hosts, unsigned longest) {
  unsigned length = longest;
  while (length > 1 && (std::uint64_t{1} << (32 - length)) < hosts + 2) --length;
  return length;
}

/// Prefixes of these lengths one after the other in the supernet, in the order given.
std::optional<std::vector<IpPrefix>> place(const IpPrefix& supernet,
                                           const std::vector<unsigned>& lengths) {
  std::vector<IpPrefix> prefixes;
  std::uint64_t next = supernet.network().v4_number();
  const std::uint64_t end = next + (std::uint64_t{1} << (32 - supernet.length()));
  for (const unsigned length : lengths) {
    const std::uint64_t size = std::uint64_t{1} << (32 - length);
    next = (next + size - 1) / size * size;
    if (next + size > end) return std::nullopt;
    const auto own =
        InterfaceAddress::from(IpAddress::v4(static_cast<std::uint32_t>(next)), length);
    if (!own) return std::nullopt;
    prefixes.push_back(IpPrefix::of(*own));
    next += size;
  }
  return prefixes;
}

/// mgmt, payment, staff, guest; the guests get less when the supernet is tight.
Result<std::vector<IpPrefix>> plan_prefixes(const IpPrefix& supernet, std::size_t stalls,
                                            std::size_t switches, std::size_t aps) {
  const unsigned mgmt = length_for((std::max<std::size_t>(switches, 20) + aps + 12) * 5 / 4, 24);
  const unsigned payment = length_for(100 + stalls * 5 / 4, 24);
  const unsigned staff = length_for(std::min<std::size_t>(stalls, 4000), 23);
  for (unsigned guest = 18; guest <= 24; ++guest) {
    const unsigned wanted = std::max(guest, length_for(stalls * 12, 21));
    if (auto in_order = place(supernet, {mgmt, payment, staff, wanted})) return *in_order;
    auto largest_first = place(supernet, {payment, wanted, staff, mgmt});
    if (!largest_first) continue;
    auto& found = *largest_first;
    return std::vector{found[3], found[0], found[2], found[1]};
  }
  return fail(Errc::InvalidValue, fmt::format("the supernet '{}' is too small for {} stalls",
                                              supernet.to_string(), stalls));
}

Result<IpPrefix> read_supernet(const std::string& text) {
  auto supernet = IpPrefix::parse(text);
  if (supernet && (!supernet->network().is_v4() || supernet->length() > 24)) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is no IPv4 prefix of /24 or shorter", text));
  }
  return supernet;
}

}  // namespace

std::string switch_id(std::size_t number) { return fmt::format("sw-{}", number); }

std::string ap_id(std::size_t number) { return fmt::format("ap-{}", number); }

std::string arcade_of(std::size_t stall) {
  std::string letters;
  std::size_t arcade = stall / kStallsOfArcade + 1;
  for (; arcade > 0; arcade = (arcade - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (arcade - 1) % 26));
  }
  return letters;
}

IpAddress host(const IpPrefix& prefix, std::uint32_t number) {
  return IpAddress::v4(prefix.network().v4_number() + number);
}

Result<MarketPlan> plan_market(const ExampleOptions& options) {
  const std::size_t terminals = options.terminals.value_or(options.stalls * 52 / 100);
  if (options.stalls == 0 || options.stalls > 40'000) {
    return fail(Errc::InvalidValue, "a market has 1..40000 stalls");
  }
  if (terminals > options.stalls || terminals > 10'000) {
    return fail(Errc::InvalidValue, fmt::format("{} stalls cannot have {} terminals (one each, "
                                                "10000 at most); see '--terminals'",
                                                options.stalls, terminals));
  }
  if (options.snmp_percent > 100) return fail(Errc::InvalidValue, "a share is 0..100 percent");
  if (options.switches && (*options.switches == 0 || *options.switches > kMostSwitches)) {
    return fail(Errc::InvalidValue, fmt::format("a market has 1..{} switches", kMostSwitches));
  }
  if (const auto ports = options.switch_ports;
      ports && *ports != kSmall.ports && *ports != kLarge.ports) {
    return fail(Errc::InvalidValue, "a switch has 24 or 48 ports");
  }
  const auto supernet = read_supernet(options.supernet);
  if (!supernet) return tl::make_unexpected(supernet.error());
  auto stalls = plan_stalls(options, terminals);
  const auto drops = std::count_if(stalls.begin(), stalls.end(), [](const StallPlan& stall) {
    return stall.kind != StallKind::Vacant;
  });
  auto switches = plan_switches(options, static_cast<std::size_t>(drops));
  if (!switches) return tl::make_unexpected(switches.error());
  plug_aps(*switches, options.aps, switches->front().size == kSmall.ports ? kSmall : kLarge);
  plug_stalls(*switches, stalls);
  const auto prefixes = plan_prefixes(*supernet, options.stalls, switches->size(), options.aps);
  if (!prefixes) return tl::make_unexpected(prefixes.error());
  return MarketPlan{options,        *supernet,      (*prefixes)[0],       (*prefixes)[1],
                    (*prefixes)[2], (*prefixes)[3], std::move(*switches), std::move(stalls)};
}

}  // namespace market::sim
