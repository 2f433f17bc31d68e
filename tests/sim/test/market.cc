#include "tests/sim/test/market.h"

#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "config/design/load.h"
#include "config/types/oid.h"

namespace market::sim::test {
namespace {

constexpr std::int64_t kRequestId = 4711;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "test market: " << why << '\n';
  std::abort();
}

Design make_design(const ExampleOptions& options) {
  const auto plan = plan_market(options);
  if (!plan) give_up(plan.error().message);
  auto loaded = parse_design(write_design(*plan), "example.yaml");
  for (const auto& problem : loaded.problems) std::cerr << problem.to_string() << '\n';
  if (!loaded.design) give_up("the example is not valid");
  return *loaded.design;
}

World make_world(const Design& design, Birth birth) {
  WorldOptions options;
  options.birth = birth;
  auto world = World::build(design, options);
  if (!world) give_up(world.error().message);
  return std::move(*world);
}

void sequence(std::string& out, std::uint8_t tag, const std::string& content) {
  ber::put_octets(out, tag, content);
}

std::optional<Value> read_value(const ber::Element& element) {
  Value value;
  value.tag = static_cast<Tag>(element.tag);
  if (value.tag == Tag::ObjectId) {
    if (!ber::to_name(element.content, value.name)) return std::nullopt;
  } else if (value.tag == Tag::Integer) {
    const auto number = ber::to_integer(element.content);
    if (!number) return std::nullopt;
    value.number = *number;
  } else if (value.tag == Tag::Octets || value.tag == Tag::IpAddress) {
    value.octets.assign(element.content.begin(), element.content.end());
  } else if (!element.content.empty()) {
    const auto number = ber::to_unsigned(element.content);
    if (!number) return std::nullopt;
    value.number = static_cast<std::int64_t>(*number);
  }
  return value;
}

std::optional<VarBind> read_binding(ber::Octets content) {
  ber::Reader reader{content};
  VarBind binding;
  const auto name = reader.expect(0x06);
  const auto value = reader.next();
  if (!name || !value || !reader.done() || !ber::to_name(*name, binding.name)) return std::nullopt;
  auto read = read_value(*value);
  if (!read) return std::nullopt;
  binding.value = std::move(*read);
  return binding;
}

std::optional<std::int64_t> read_integer(ber::Reader& reader) {
  const auto content = reader.expect(0x02);
  return content ? ber::to_integer(*content) : std::nullopt;
}

}  // namespace

Name name(const std::string& dotted) {
  const auto oid = Oid::parse(dotted);
  if (!oid) give_up(oid.error().message);
  return {oid->arcs().begin(), oid->arcs().end()};
}

ber::Octets octets(const std::string& text) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

std::string encode(const std::string& community, Operation operation,
                   const std::vector<VarBind>& bindings, std::int64_t first, std::int64_t second) {
  std::string list;
  for (const VarBind& binding : bindings) put_binding(list, binding.name, binding.value);
  std::string pdu;
  ber::put_integer(pdu, 0x02, kRequestId);
  ber::put_integer(pdu, 0x02, first);
  ber::put_integer(pdu, 0x02, second);
  sequence(pdu, 0x30, list);
  std::string body;
  ber::put_integer(body, 0x02, 1);
  ber::put_octets(body, 0x04, community);
  sequence(body, static_cast<std::uint8_t>(operation), pdu);
  std::string message;
  sequence(message, 0x30, body);
  return message;
}

std::optional<Response> decode(const std::string& message) {
  ber::Reader outer{octets(message)};
  const auto body = outer.expect(0x30);
  if (!body || !outer.done()) return std::nullopt;
  ber::Reader reader{*body};
  if (read_integer(reader) != 1 || !reader.expect(0x04)) return std::nullopt;
  const auto pdu = reader.expect(0xa2);
  if (!pdu || !reader.done()) return std::nullopt;
  ber::Reader fields{*pdu};
  if (read_integer(fields) != kRequestId) return std::nullopt;
  const auto status = read_integer(fields);
  const auto index = read_integer(fields);
  const auto list = fields.expect(0x30);
  if (!status || !index || !list || !fields.done()) return std::nullopt;
  Response response{static_cast<int>(*status), *index, {}};
  ber::Reader items{*list};
  while (!items.done()) {
    const auto item = items.expect(0x30);
    auto binding = item ? read_binding(*item) : std::nullopt;
    if (!binding) return std::nullopt;
    response.bindings.push_back(std::move(*binding));
  }
  return response;
}

ExampleOptions small_options() {
  ExampleOptions options;
  options.stalls = 10;
  options.aps = 2;
  options.switches = 2;
  return options;
}

Market::Market(Birth birth, ExampleOptions options)
    : design{make_design(options)},
      world{make_world(design, birth)},
      agents{world, {}},
      control{world, agents} {}

std::uint32_t Market::address(const std::string& id) const {
  const std::size_t index = world.find(id);
  if (index == kNone) give_up("no device " + id);
  return world.devices()[index].address;
}

std::optional<Response> Market::ask(const std::string& id, Operation operation,
                                    const std::vector<VarBind>& bindings,
                                    const std::string& community, std::int64_t first,
                                    std::int64_t second) {
  const std::string request = encode(community, operation, bindings, first, second);
  const auto reply = agents.handle(address(id), octets(request), now);
  if (!reply) return std::nullopt;
  EXPECT_LE(reply->message.size(), 1472U);
  return decode(reply->message);
}

Value Market::get(const std::string& id, const std::string& oid) {
  const auto response = ask(id, Operation::Get, {{name(oid), {}}});
  return response && response->status == 0 ? response->bindings.at(0).value : Value{};
}

bool Market::hears(const std::string& id) {
  return ask(id, Operation::Get, {{name("1.3.6.1.2.1.1.3.0"), {}}}).has_value();
}

std::optional<Response> Market::set(const std::string& id, const std::vector<VarBind>& bindings) {
  return ask(id, Operation::Set, bindings, "private");
}

int Market::set_one(const std::string& id, const std::string& oid, const Value& value) {
  const auto response = set(id, {{name(oid), value}});
  return response ? response->status : -1;
}

std::vector<VarBind> Market::walk(const std::string& id, const std::string& oid) {
  std::vector<VarBind> found;
  const Name root = name(oid);
  Name at = root;
  for (int step = 0; step < 10'000; ++step) {
    const auto response = ask(id, Operation::GetNext, {{at, {}}});
    if (!response || response->bindings.size() != 1) break;
    const VarBind& next = response->bindings[0];
    if (next.value.tag == Tag::EndOfMibView || !starts_with(next.name, root)) break;
    EXPECT_TRUE(compare(at, next.name) < 0) << "a walk must go forward";
    found.push_back(next);
    at = next.name;
  }
  return found;
}

std::string Market::tell(const std::string& line) {
  const Answer answer = control.execute(line, now);
  EXPECT_TRUE(answer.ok) << line << ": " << answer.text;
  return answer.text;
}

std::string Market::complaint(const std::string& line) {
  const Answer answer = control.execute(line, now);
  return answer.ok ? "" : answer.text;
}

void Market::pass(std::chrono::milliseconds time) {
  now += time;
  world.advance(now);
}

const Stall& Market::stall_with(StallKind kind) const {
  for (const Stall& stall : design.stalls) {
    const bool snmp = !stall.terminals.empty() && stall.terminals[0].snmp;
    const bool silent = !stall.terminals.empty() && !stall.terminals[0].snmp;
    const bool vacant = stall.state == StallState::Vacant;
    const StallKind own = snmp     ? StallKind::Snmp
                          : silent ? StallKind::Silent
                          : vacant ? StallKind::Vacant
                                   : StallKind::NoTerminal;
    if (own == kind) return stall;
  }
  give_up("no such stall");
}

}  // namespace market::sim::test
