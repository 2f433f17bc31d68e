// config/design: properties that hold whatever the text - the order of keys means nothing, columns
// count bytes, and no damage to a file crashes the reader or slips through it.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <regex>
#include <sstream>

#include "config/design/load.h"
#include "config/yaml/document.h"

namespace market {
namespace {

const std::string kExample = MARKET_SOURCE_DIR "/config/share/examples/market-small.yaml";

std::string problems_of(const LoadedDesign& loaded) {
  std::string lines;
  for (const Diagnostic& problem : loaded.problems) lines += problem.to_string() + "\n";
  return lines;
}

/// The tree as flow YAML, every map's keys in an order that `random` chooses. Ports keep theirs:
/// "in the file's order" is part of a Switch.
std::string shuffled(const yaml::Node& node, std::mt19937& random, const std::string& key = {}) {
  std::string text;
  switch (node.kind) {
    case yaml::Kind::Null:
      return "~";
    case yaml::Kind::Scalar:
      return node.quoted ? "\"" + node.text + "\"" : node.text;
    case yaml::Kind::Sequence:
      for (const auto& item : node.items) text += shuffled(item, random) + ", ";
      return "[" + text + "]";
    case yaml::Kind::Map:
      break;
  }
  std::vector<const yaml::Entry*> entries;
  for (const auto& entry : node.entries) entries.push_back(&entry);
  const bool keeps_order = key == "ports" || key == "port-roles";
  if (!keeps_order) std::shuffle(entries.begin(), entries.end(), random);
  for (const auto* entry : entries) {
    text += "\"" + entry->key + "\": " + shuffled(entry->value, random, entry->key) + ", ";
  }
  return "{" + text + "}";
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += word + ",";
  return text;
}

template <class T>
std::string amount(const std::optional<T>& value) {
  return value ? to_string(*value) : "-";
}

void print_zones(const Design& design, std::ostream& out) {
  for (const auto& z : design.zones) {
    out << z.id << ' ' << z.vid.number() << ' ' << (z.prefix ? z.prefix->to_string() : "-") << ' '
        << (z.gateway ? z.gateway->to_string() : "-") << ' ' << z.interface << ' '
        << to_string(z.trust) << z.isolate_hosts << (z.dhcp_range ? z.dhcp_range->to_string() : "-")
        << '\n';
  }
  for (const auto& r : design.policy) {
    out << r.id << r.from_zone << (r.from_prefix ? r.from_prefix->to_string() : "-") << r.to_zone
        << join(r.to_services) << r.ports.size() << amount(r.per_host_limit) << '\n';
  }
}

void print_payment(const Design& design, std::ostream& out) {
  for (const auto& s : design.services) {
    out << s.id << s.type << join(s.to) << s.port.to_string() << s.probe << join(s.from) << '\n';
  }
  for (const auto& m : design.methods) {
    out << m.id << m.name << join(m.services) << join(m.abilities) << m.membership
        << m.customer_side << m.settles_later << '\n';
  }
  for (const auto& s : design.stalls) {
    out << s.id << s.name << static_cast<int>(s.state) << join(s.accepts) << join(s.membership);
    for (const auto& t : s.terminals) {
      out << t.serial << t.type << join(t.abilities) << (t.mac ? t.mac->to_string() : "-")
          << (t.address ? t.address->to_string() : "-") << t.tcp_port << t.snmp;
    }
    out << '\n';
  }
}

void print_devices(const Design& design, std::ostream& out) {
  const auto& g = *design.gateway;
  out << g.id << g.uplink_interface << g.uplink_addresses.at(0).to_string()
      << g.uplink_routes.at(0).to << g.bridge << join(g.interfaces) << amount(g.rate_down);
  for (const auto& q : g.qos) out << q.zone << amount(q.min) << amount(q.max) << q.priority;
  for (const auto& r : design.port_roles) {
    out << r.id << r.tagged_mode << r.untagged << join(r.tagged) << r.enabled
        << (r.poe ? to_string(r.poe->draw) + r.poe->priority : "-") << r.ingress_filter << '\n';
  }
  for (const auto& s : design.switches) {
    out << s.id << s.profile << s.serial << s.mac->to_string() << s.address.to_string()
        << s.place.to_string() << amount(s.poe_budget) << s.firmware_min;
    for (const auto& p : s.ports) out << p.name << p.role << p.stall << p.peer << ' ';
    out << '\n';
  }
  for (const auto& a : design.aps) {
    out << a.id << a.profile << a.serial << a.address.to_string() << a.place.to_string()
        << *a.place.x << *a.place.y << join(a.ssids);
    for (const auto& r : a.radios) {
      out << r.band << r.channel << r.channel_width << to_string(r.tx_power);
    }
    out << '\n';
  }
  for (const auto& s : design.ssids) {
    out << s.id << s.name << s.zone << s.security << s.psk_secret << s.isolate_clients << '\n';
  }
}

/// All that a design says, without the places where it says it.
std::string meaning_of(const Design& design) {
  std::ostringstream out;
  out << design.site.id << design.site.name << design.site.timezone << design.site.work.size()
      << design.supernet->to_string() << design.allow_v2c_write << '\n';
  print_zones(design, out);
  print_payment(design, out);
  print_devices(design, out);
  const auto& a = design.acceptance;
  out << design.hours->open.count() << design.hours->close.count() << amount(a.wired_speed_min)
      << a.wired_full_duplex << amount(a.wired_errors_max) << amount(a.poe_headroom_min)
      << amount(a.wifi_utilisation_max) << *a.wifi_cochannel_neighbours_max
      << *a.segmentation_leaks_max << amount(a.soak);
  for (const auto& [id, limit] : a.services) {
    out << id << amount(limit.connect_p95_max) << amount(limit.loss_max) << limit.samples_min;
  }
  return out.str();
}

TEST(AnyDesign, MeansTheSameWhateverTheOrderOfItsKeys) {
  const auto document = yaml::load(kExample);
  ASSERT_TRUE(document.root);
  const LoadedDesign original = load_design(kExample);
  ASSERT_TRUE(original.design);
  const std::string meaning = meaning_of(*original.design);
  EXPECT_GT(meaning.size(), 1000U);
  std::mt19937 random{7};
  for (int round = 0; round < 20; ++round) {
    const std::string text = shuffled(*document.root, random);
    const LoadedDesign again = parse_design(text, "shuffled.yaml");
    ASSERT_TRUE(again.design) << problems_of(again);
    EXPECT_EQ(meaning_of(*again.design), meaning);
  }
}

// Column of a mistake = bytes before it on its line + 1, whatever script stands there.
TEST(AnyDesign, PlacesAMistakeByBytesWhateverStandsBeforeIt) {
  std::mt19937 random{11};
  const std::vector<std::string> letters{"가", "힣", "é", "a", "漢", "😀"};
  for (int round = 0; round < 50; ++round) {
    std::string name;
    for (unsigned i = 0; i < 1 + random() % 12; ++i) name += letters[random() % letters.size()];
    const std::string before = "  - { id: A-101, name: " + name + ", ";
    const LoadedDesign loaded = parse_design(
        "schema: 1\nkind: market-design\nsite: { id: m1 }\n"
        "stalls:\n" +
            before + "stat: vacant }\n",
        "m.yaml");
    ASSERT_EQ(loaded.problems.size(), 1U) << problems_of(loaded);
    EXPECT_EQ(loaded.problems[0].position,
              (SourcePosition{"m.yaml", 5, static_cast<std::uint32_t>(before.size()) + 1}));
  }
}

bool is_sorted(const Diagnostics& problems) {
  return std::is_sorted(problems.begin(), problems.end(),
                        [](const auto& a, const auto& b) { return a.position < b.position; });
}

/// What must hold for every text: a design or an error, never both; sorted, on one line each.
void expect_orderly(const std::string& text) {
  const LoadedDesign loaded = parse_design(text, "m.yaml");
  EXPECT_EQ(loaded.design.has_value(), !has_errors(loaded.problems)) << text;
  EXPECT_TRUE(is_sorted(loaded.problems)) << text;
  for (const Diagnostic& problem : loaded.problems) {
    const std::string line = problem.to_string();
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_FALSE(problem.rule.empty() || problem.message.empty()) << line;
  }
}

TEST(AnyDesign, WithOneWordDamagedIsADesignOrAnError) {
  const std::string text = *yaml::read_file(kExample);
  const std::vector<std::string> damage{
      "~",           "[]",  "{}",   "-1",    "999999999999999999999", "\"\"", "nan", "nanW", "infW",
      "1e400Mbit/s", "0x1", "true", "[[a]]", "10.64.0.0/0",           "::1",  "가",  "-5W",  "1-1",
      "internet",    "gw1"};
  // Every word that is a value, one after the other.
  const std::regex word{R"([^\s\[\]{},:#"]+)"};
  std::size_t tried = 0;
  for (std::sregex_iterator at{text.begin(), text.end(), word}, end; at != end; ++at) {
    const auto begin = static_cast<std::size_t>(at->position());
    std::string damaged = text;
    damaged.replace(begin, static_cast<std::size_t>(at->length()), damage[tried++ % damage.size()]);
    expect_orderly(damaged);
  }
  EXPECT_GT(tried, 500U);
}

TEST(AnyDesign, WithoutOneOfItsLinesIsADesignOrAnError) {
  const std::string text = *yaml::read_file(kExample);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    expect_orderly(text.substr(0, begin) + text.substr(end));
    begin = end;
  }
}

TEST(AnyDesign, MadeOfTheWrongShapesIsRefused) {
  for (const std::string key :
       {"site", "addressing", "zones", "services", "methods", "policy", "gateway", "port-roles",
        "switches", "aps", "ssids", "hours", "stalls", "acceptance", "allow-v2c-write"}) {
    const std::string head = key == "site" ? "schema: 1\nkind: market-design\n"
                                           : "schema: 1\nkind: market-design\nsite: { id: m1 }\n";
    for (const auto* value : {"~", "[[]]", "[~]", "[{}]", "{ a: b }", "{ a: [] }"}) {
      const std::string text = head + key + ": " + value + "\n";
      expect_orderly(text);
      EXPECT_FALSE(parse_design(text, "m.yaml").design) << text;
    }
  }
}

TEST(AnyDesign, OfHostileSizeIsReadInBoundedTime) {
  const std::string head = "schema: 1\nkind: market-design\nsite: { id: m1 }\n";
  std::string zones = head + "zones:\n";
  for (int i = 0; i < 20'000; ++i) {
    zones += "- {id: z" + std::to_string(i) + ", vid: 7, trust: none, prefix: 10.0.0.0/8}\n";
  }
  expect_orderly(zones);
  expect_orderly(head +
                 "switches:\n- {id: s, profile: p, address: 10.0.0.1, ports: {\"1-4000000000\": "
                 "{role: r}, \"0-1\": {role: r}, \"1-1024\": {role: r}}}\n");
  std::string roles = head + "switches:\n- id: s\n  ports:\n";
  for (int i = 0; i < 5000; ++i) roles += "    \"" + std::to_string(i) + "-9999\": {role: r}\n";
  expect_orderly(roles);
  expect_orderly(head + "zones: " + std::string(100'000, '['));
  std::string keys = head;
  for (int i = 0; i < 100'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  expect_orderly(keys);
  std::string dangling = head + "stalls:\n";
  for (int i = 0; i < 20'000; ++i) {
    dangling += "- {id: s" + std::to_string(i) + ", accepts: [m" + std::to_string(i) + "]}\n";
  }
  expect_orderly(dangling);
}

}  // namespace
}  // namespace market
