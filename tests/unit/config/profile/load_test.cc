#include <gmock/gmock.h>

#include "config/profile/profile.h"
#include "tests/unit/config/profile/profile_dir.h"

namespace market {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kHead = "schema: 1\nkind: device-profile\n";

/// Rule, line and column of each problem, and its fix: "P002 4:3 did you mean ...".
std::vector<std::string> problems_of(const std::string& text) {
  const ProfileDir dir;
  dir.write("a.yaml", text);
  const auto loaded = load_profiles(dir.path());
  std::vector<std::string> lines;
  for (const auto& problem : loaded.problems) {
    lines.push_back(problem.rule + " " + std::to_string(problem.position.line) + ":" +
                    std::to_string(problem.position.column) + " " + problem.fix);
  }
  EXPECT_EQ(loaded.profiles.has_value(), lines.empty());
  return lines;
}

ProfileSet load_good(const std::string& text) {
  const ProfileDir dir;
  dir.write("a.yaml", text);
  auto loaded = load_profiles(dir.path());
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.to_string();
  return loaded.profiles.value_or(ProfileSet{});
}

TEST(LoadProfiles, ReadsEveryKeyOfAnAttribute) {
  const auto set = load_good(kHead + R"(id: acme
class: access-point
vendor: Acme
indexes: { radio: { kind: lookup, table: 1.3.9.1, keys: { 2G: 1, 5G: 2 } } }
attributes:
  system.name: { oid: 1.3.6.1.2.1.1.5.0, type: octets, max-bytes: 32 }
  radio.tx-power: { oid: 1.3.9.2, index: radio, type: integer, scale: 100, writable: false }
quirks: { set-spacing: 200ms, max-varbinds: 8 }
limits: { ports: 24, ssid-slots: 4 }
)");
  const auto* acme = set.find("acme");
  ASSERT_NE(acme, nullptr);
  EXPECT_EQ(acme->device_class, DeviceClass::AccessPoint);
  EXPECT_EQ(acme->vendor, "Acme");
  EXPECT_EQ(acme->attributes.at("system.name").max_bytes, 32U);
  EXPECT_TRUE(acme->attributes.at("system.name").writable);
  const auto& power = acme->attributes.at("radio.tx-power");
  EXPECT_EQ(power.scale, 100);
  EXPECT_EQ(power.index, "radio");
  EXPECT_EQ(power.encoding, Encoding::Integer);
  EXPECT_FALSE(power.writable);
  EXPECT_EQ(acme->indexes.at("radio").keys.at("5G"), 2);
  EXPECT_EQ(acme->quirks.set_spacing_ms, 200U);
  EXPECT_EQ(acme->quirks.max_varbinds, 8U);
  EXPECT_EQ(acme->limits.ports, 24U);
  EXPECT_EQ(acme->limits.ssid_slots, 4U);
  EXPECT_FALSE(acme->save.has_value());
}

TEST(LoadProfiles, ReadsTheWordsForWhatOnlyAPersonCanDo) {
  const auto set = load_good(kHead + R"(id: acme
manual:
  port.poe-priority: "power inline priority {value}"
  ssid.psk: "type the key"
---
)" + kHead + R"(id: acme-2
inherits: [acme]
manual: { ssid.psk: null }
)");
  EXPECT_EQ(set.find("acme")->manual.at("port.poe-priority"), "power inline priority {value}");
  EXPECT_EQ(set.find("acme")->manual.at("ssid.psk"), "type the key");
  EXPECT_TRUE(set.find("acme-2")->manual.contains("port.poe-priority"));
  EXPECT_FALSE(set.find("acme-2")->manual.contains("ssid.psk"));
}

TEST(LoadProfiles, ReadsWhatAFamilyCanDoAtMost) {
  const auto set = load_good(kHead + R"(id: acme
indexes: { port: { kind: lookup, table: 1.3.6.1.2.1.31.1.1.1.1 } }
attributes: { port.label: { oid: 1.3.9.1, index: port, type: octets, max-bytes: 32 } }
limits:
  ports: 24
  vlans: 64
  port-speed: 100Mbit/s
  tx-power: 17.5dBm
  isolates-ports: false
  pse-groups: { "1-3": 60W, "4": 15.4W }
)");
  const auto families = set.families();
  const auto& acme = families.at("acme");
  EXPECT_EQ(acme.ports, 24U);
  EXPECT_EQ(acme.vlans, 64U);
  EXPECT_EQ(acme.label_bytes, 32U);
  EXPECT_EQ(acme.port_speed, BitsPerSecond{100'000'000});
  EXPECT_EQ(acme.tx_power, CentiDbm{1750});
  EXPECT_EQ(acme.isolates_ports, false);
  ASSERT_EQ(acme.pse_groups.size(), 2U);
  EXPECT_EQ(acme.pse_groups[0].ports, (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(acme.pse_groups[1].power, Milliwatts{15'400});
}

TEST(LoadProfiles, ReadsTheSaveRecipe) {
  const auto set = load_good(kHead + R"(id: acme
recipes:
  config.save: { oid: 1.3.9.1.0, type: integer, value: 4, verify: { oid: 1.3.9.2.0, equals: 3, within: 5s } }
)");
  const auto& save = set.find("acme")->save;
  ASSERT_TRUE(save.has_value());
  ASSERT_EQ(save->set.size(), 1U);
  EXPECT_EQ(save->set[0].oid, (Oid{1, 3, 9, 1, 0}));
  EXPECT_EQ(save->set[0].value, FieldValue{std::int64_t{4}});
  EXPECT_EQ(save->verify_oid, (Oid{1, 3, 9, 2, 0}));
  EXPECT_EQ(save->verify_equals, 3);
  EXPECT_EQ(save->verify_within_ms, 5000U);
}

TEST(LoadProfiles, ReadsASaveOfSeveralObjectsAndOneThatNeedsNone) {
  const auto set = load_good(kHead + R"(id: acme
recipes:
  config.save:
    set:
      - { oid: 1.3.9.1.1, type: unsigned32, value: 3 }
      - { oid: 1.3.9.2.1, type: octets, value: startup }
      - { oid: 1.3.9.3.1, value: 4 }
---
)" + kHead + R"(id: bolt
quirks: { implicit-save: true }
)");
  const auto& save = set.find("acme")->save;
  ASSERT_TRUE(save.has_value());
  ASSERT_EQ(save->set.size(), 3U);
  EXPECT_EQ(save->set[0].type, Encoding::Unsigned32);
  EXPECT_EQ(save->set[1].value, FieldValue{std::string{"startup"}});
  EXPECT_EQ(save->set[2].type, Encoding::Integer);
  EXPECT_FALSE(set.find("acme")->quirks.implicit_save);
  EXPECT_TRUE(set.find("bolt")->quirks.implicit_save);
}

TEST(LoadProfiles, ReadsRequests) {
  const auto set = load_good(kHead + R"(id: acme
indexes: { vid: { kind: number } }
attributes:
  system.name:
    oid: 1.3.1.0
    type: octets
    request: { oid: 1.3.5.1.0, request: 7, value: 1.3.5.2.0, status: { oid: 1.3.5.3.0 } }
  ssid.vlan:
    oid: 1.3.2
    index: vid
    type: unsigned32
    request:
      oid: 1.3.6.1.0
      key: 1.3.6.2.0
      value: 1.3.6.3.0
      status: { oid: 1.3.6.4.0, busy: 1, passed: 4, failed: 5, within: 2s }
      result: 1.3.6.5.0
)");
  const auto& attributes = set.find("acme")->attributes;
  const auto& name = attributes.at("system.name").request;
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->request, 7);
  EXPECT_FALSE(name->key.has_value());
  EXPECT_EQ(name->passed, 3);
  EXPECT_EQ(name->within_ms, 5000U);
  const auto& vlan = attributes.at("ssid.vlan").request;
  ASSERT_TRUE(vlan.has_value());
  EXPECT_EQ(vlan->key, (Oid{1, 3, 6, 2, 0}));
  EXPECT_EQ(vlan->failed, 5);
  EXPECT_EQ(vlan->within_ms, 2000U);
  EXPECT_EQ(vlan->result, (Oid{1, 3, 6, 5, 0}));
}

const std::string kParent = kHead + R"(id: parent
class: switch
vendor: Acme
match: { sysObjectID: 1.3.6.1.4.1.1 }
indexes: { port: { kind: lookup, table: 1.3.9.1 } }
attributes:
  port.label: { oid: 1.3.9.2, index: port, type: octets, max-bytes: 64 }
  port.enabled: { oid: 1.3.9.3, index: port, type: integer, values: { true: 1, false: 2 } }
)";

TEST(LoadProfiles, InheritsAndOverridesSingleKeys) {
  const auto set = load_good(kParent + "---\n" + kHead + R"(id: child
inherits: [parent]
attributes: { port.label: { max-bytes: 20 }, port.enabled: { values: { false: 7 } } }
)");
  const auto* child = set.find("child");
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(child->device_class, DeviceClass::Switch);
  EXPECT_EQ(child->vendor, "Acme");
  EXPECT_EQ(child->attributes.at("port.label").max_bytes, 20U);
  EXPECT_EQ(child->attributes.at("port.label").oid, (Oid{1, 3, 9, 2}));
  EXPECT_EQ(child->attributes.at("port.enabled").values,
            (std::map<std::string, std::int64_t>{{"true", 1}, {"false", 7}}));
  EXPECT_EQ(set.find("parent")->attributes.at("port.label").max_bytes, 64U);
}

TEST(LoadProfiles, DoesNotInheritWhatIsMatched) {
  const auto set = load_good(kParent + "---\n" + kHead + "id: child\ninherits: [parent]\n");
  EXPECT_THAT(set.find("child")->match.sys_object_id, IsEmpty());
}

TEST(LoadProfiles, RemovesAnInheritedKeyByNull) {
  const auto set = load_good(kParent + "---\n" + kHead +
                             "id: child\ninherits: [parent]\nattributes: { port.label: null }\n");
  EXPECT_EQ(set.find("child")->attributes.count("port.label"), 0U);
  EXPECT_EQ(set.find("child")->attributes.count("port.enabled"), 1U);
}

TEST(LoadProfiles, LaterParentsOverrideEarlierOnes) {
  const auto set =
      load_good(kHead + "id: one\nvendor: One\nclass: router\n---\n" + kHead +
                "id: two\nvendor: Two\n---\n" + kHead + "id: heir\ninherits: [one, two]\n");
  EXPECT_EQ(set.find("heir")->vendor, "Two");
  EXPECT_EQ(set.find("heir")->device_class, DeviceClass::Router);
}

TEST(LoadProfiles, FindsParentsInOtherFilesWhateverTheirOrder) {
  const ProfileDir dir;
  dir.write("a.yaml", kHead + "id: heir\ninherits: [ancestor]\n");
  dir.write("z.yaml", kHead + "id: ancestor\nvendor: Acme\n");
  dir.write("notes.txt", "not: a profile");
  const auto loaded = load_profiles(dir.path());
  ASSERT_TRUE(loaded.profiles.has_value());
  EXPECT_EQ(loaded.profiles->find("heir")->vendor, "Acme");
}

TEST(LoadProfiles, RefusesUnknownKeysAndSaysWhatWasMeant) {
  EXPECT_THAT(problems_of(kHead + "id: a\nvendr: Acme\n"),
              ElementsAre("P002 4:1 did you mean 'vendor'?"));
  EXPECT_THAT(problems_of(kHead + "id: a\nquirks: { set-spacin: 200ms }\n"),
              ElementsAre("P002 4:11 did you mean 'set-spacing'?"));
  EXPECT_THAT(problems_of(kHead + "id: a\nclass: swich\n"),
              ElementsAre("P002 4:8 did you mean 'switch'?"));
  EXPECT_THAT(
      problems_of(kHead + "id: a\nattributes: { system.nam: { oid: 1.3.1, type: octets } }\n"),
      ElementsAre("P002 4:15 did you mean 'system.name'?"));
}

TEST(LoadProfiles, RefusesAMissingKey) {
  EXPECT_THAT(problems_of("schema: 1\nkind: device-profile\n"), ElementsAre(HasSubstr("P003 1:1")));
  EXPECT_THAT(problems_of("id: a\n"),
              ElementsAre(HasSubstr("P003 1:1"), HasSubstr("P003 1:1")));  // schema and kind
  EXPECT_THAT(problems_of(kHead + "id: a\nattributes: { system.name: { type: octets } }\n"),
              ElementsAre(HasSubstr("P003 4:28")));
  EXPECT_THAT(problems_of(kHead + "id: a\nattributes: { system.name: { oid: 1.3.1 } }\n"),
              ElementsAre(HasSubstr("P003 4:28")));
}

TEST(LoadProfiles, RefusesValuesOfTheWrongKind) {
  for (const auto* line :
       {"match: { sysObjectID: ifName }",
        "match: { sysObjectID: [] }",
        "match: [1.3]",
        "facts: { model: 1.3.1 }",
        "facts: { model: [[1.3.1]] }",
        "quirks: { set-spacing: 200 }",
        "quirks: { max-varbinds: 1 }",
        "quirks: { max-varbinds: many }",
        "limits: { ports: -1 }",
        "limits: { port-speed: 100 }",
        "limits: { tx-power: strong }",
        "limits: { pse-groups: { many: 60W } }",
        "limits: { pse-groups: { \"1-2\": 60 } }",
        "recipes: { config.save: { set: [] } }",
        "recipes: { config.save: { set: 1.3.1.0 } }",
        "quirks: { implicit-save: yes }",
        "indexes: 7",
        "inherits: mib2-system",
        "vendor: [a, b]",
        "attributes: { system.name: { oid: 1.3.1, type: octets, writable: yes } }"}) {
    const auto problems = problems_of(kHead + "id: a\n" + line + "\n");
    ASSERT_FALSE(problems.empty()) << line;
    EXPECT_THAT(problems.front(), HasSubstr("P004 4:")) << line;
  }
}

TEST(LoadProfiles, RefusesAnotherSchemaOrKind) {
  EXPECT_THAT(problems_of("schema: 2\nkind: device-profile\nid: a\n"),
              ElementsAre(HasSubstr("P005 1:9")));
  EXPECT_THAT(problems_of("schema: 1\nkind: market-design\nid: a\n"),
              ElementsAre(HasSubstr("P005 2:7")));
}

TEST(LoadProfiles, RefusesTheSameIdTwice) {
  EXPECT_THAT(problems_of(kHead + "id: a\n---\n" + kHead + "id: a\n"),
              ElementsAre(HasSubstr("P006 7:5")));
}

TEST(LoadProfiles, RefusesAnUnknownParent) {
  EXPECT_THAT(problems_of(kParent + "---\n" + kHead + "id: b\ninherits: [parnt]\n"),
              ElementsAre("P007 15:12 did you mean 'parent'?"));
}

TEST(LoadProfiles, RefusesACircleOfInheritance) {
  const auto problems =
      problems_of(kHead + "id: a\ninherits: [b]\n---\n" + kHead + "id: b\ninherits: [a]\n");
  EXPECT_THAT(problems, ElementsAre(HasSubstr("P008")));
  EXPECT_THAT(problems_of(kHead + "id: a\ninherits: [a]\n"), ElementsAre(HasSubstr("P008 4:12")));
}

TEST(LoadProfiles, RefusesTwoProfilesForTheSameDevices) {
  const std::string a = kHead + "id: a\nmatch: { sysObjectID: [1.3.1, 1.3.2] }\n---\n";
  EXPECT_THAT(problems_of(a + kHead + "id: b\nmatch: { sysObjectID: 1.3.2 }\n"),
              ElementsAre(HasSubstr("P009")));
  EXPECT_THAT(problems_of(a + kHead + "id: b\nmatch: { sysObjectID: 1.3.2, sysDescr: X }\n"),
              IsEmpty());
  EXPECT_THAT(problems_of(kHead + "id: a\nmatch: { sysDescr: X }\n---\n" + kHead +
                          "id: b\nmatch: { sysDescr: X }\n"),
              ElementsAre(HasSubstr("P009")));
}

TEST(LoadProfiles, RefusesAnIndexThatIsNotThere) {
  EXPECT_THAT(problems_of(kHead + R"(id: a
indexes: { port: { kind: lookup, table: 1.3.1 } }
attributes: { port.label: { oid: 1.3.2, index: prt, type: octets } }
)"),
              ElementsAre("P010 5:48 did you mean 'port'?"));
  EXPECT_THAT(problems_of(kHead + "id: a\nindexes: { bridge: { kind: base-port, table: 1.3 } }\n"),
              ElementsAre(HasSubstr("P010")));
  EXPECT_THAT(problems_of(kHead + "id: a\nindexes: { poe: { kind: poe-port } }\n"),
              ElementsAre(HasSubstr("P010")));
}

TEST(LoadProfiles, RefusesANullThatRemovesNothing) {
  EXPECT_THAT(problems_of(kHead + "id: a\nvendor: null\n"), ElementsAre(HasSubstr("P011 4:1")));
  EXPECT_THAT(problems_of(kParent + "---\n" + kHead +
                          "id: b\ninherits: [parent]\nattributes: { port.pvid: null }\n"),
              ElementsAre(HasSubstr("P011")));
}

TEST(LoadProfiles, RefusesABadRegularExpression) {
  EXPECT_THAT(problems_of(kHead + "id: a\nmatch: { sysDescr: '(' }\n"),
              ElementsAre(HasSubstr("P012 4:20")));
  EXPECT_THAT(problems_of(kHead + "id: a\nfacts: { model: [{ oid: 1.3.1, regex: '[' }] }\n"),
              ElementsAre(HasSubstr("P012")));
}

TEST(LoadProfiles, RefusesAttributesThatCannotWork) {
  const std::string port = "id: a\nindexes: { port: { kind: lookup, table: 1.3.1 } }\n";
  for (const auto* attribute :
       {"system.name: { oid: 1.3.2, index: port, type: octets }",
        "port.label: { oid: 1.3.2, type: octets }",
        "vlan.egress: { oid: 1.3.2, index: port, type: octets }",
        "port.label: { oid: 1.3.2, index: port, type: portlist }",
        "port.label: { oid: 1.3.2, index: port, type: octets, values: { a: 1 } }",
        "port.enabled: { oid: 1.3.2, index: port, type: truthvalue, scale: 10 }",
        "port.enabled: { oid: 1.3.2, index: port, type: integer, max-bytes: 10 }",
        "port.pvid: { oid: 1.3.2, index: port, type: integer, request: { oid: 1.3.3.0, value: "
        "1.3.4.0, status: { oid: 1.3.5.0 } } }",
        "system.name: { oid: 1.3.2.0, type: octets, request: { oid: 1.3.3.0, key: 1.3.4.0, value: "
        "1.3.4.0, status: { oid: 1.3.5.0 } } }"}) {
    const auto problems =
        problems_of(kHead + port + "attributes: { " + std::string{attribute} + " }\n");
    EXPECT_THAT(problems, ElementsAre(HasSubstr("P013 5:"))) << attribute;
  }
}

TEST(LoadProfiles, SaysOnceWhatHeirsRepeat) {
  EXPECT_THAT(problems_of(kHead + "id: a\nvendr: X\n---\n" + kHead + "id: b\ninherits: [a]\n---\n" +
                          kHead + "id: c\ninherits: [b]\n"),
              ElementsAre(HasSubstr("P002 4:1")));
}

TEST(LoadProfiles, LooksAtExpressionsOnlyWhenTheyAreUsedWhereThatIsAsked) {
  const std::string text = kHead + "id: acme\nmatch: { sysDescr: '(' }\nfacts:\n  model:\n" +
                           "    - { oid: 1.3.1.0, regex: 'a', as: '\\1' }\n---\n" + kHead +
                           "id: other\nmatch: { sysDescr: 'other' }\n";
  EXPECT_THAT(problems_of(text), ElementsAre(HasSubstr("P012 4:"), HasSubstr("P004 7:")));
  const ProfileDir dir;
  dir.write("a.yaml", text);
  const auto loaded = load_profiles(dir.path(), Expressions::OnUse);
  EXPECT_THAT(loaded.problems, IsEmpty());
  ASSERT_TRUE(loaded.profiles.has_value());
  EXPECT_EQ(loaded.profiles->match(Oid{1, 3}, "acme ("), nullptr);
  EXPECT_EQ(loaded.profiles->match(Oid{1, 3}, "another")->id, "other");
}

TEST(LoadProfiles, RefusesADirectoryWithoutProfiles) {
  const ProfileDir empty;
  const auto none = load_profiles(empty.path());
  EXPECT_FALSE(none.profiles.has_value());
  ASSERT_EQ(none.problems.size(), 1U);
  EXPECT_EQ(none.problems.front().rule, "P001");
  const auto missing = load_profiles(empty.path() + "/missing");
  EXPECT_FALSE(missing.profiles.has_value());
  ASSERT_EQ(missing.problems.size(), 1U);
  EXPECT_EQ(missing.problems.front().rule, "P001");
}

TEST(LoadProfiles, RefusesTextThatIsNoYaml) {
  EXPECT_FALSE(problems_of("id: [a\n").empty());
  EXPECT_FALSE(problems_of("just words").empty());
  EXPECT_FALSE(problems_of("").empty());
}

}  // namespace
}  // namespace market
