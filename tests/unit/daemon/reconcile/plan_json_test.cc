// The plan as JSON: nothing is lost on the way, and nothing foreign gets in.
#include <gtest/gtest.h>

#include "daemon/reconcile/plan.h"
#include "daemon/reconcile/plan_digest.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

Plan sample() {
  Plan plan;
  plan.design_digest = "abc";
  Step step;
  step.number = 1;
  step.device = "sw-a1";
  step.risk = Risk::MgmtPath;
  step.changes = {
      {"port[3].label",
       std::string{"\xB4\xEB\xB1\xB8"},
       std::string{"A-101 대구상회"},
       {"market.yaml", 42, 7},
       "stall A-101"},
      {"vlan[20].name", Absent{}, std::string{"payment \"x\"\n"}, {}, ""},
      {"port[3].pvid", std::int64_t{-9'223'372'036'854'775'807 - 1}, std::int64_t{20}, {}, ""},
      {"port[3].enabled", true, false, {}, ""}};
  plan.steps.push_back(step);
  plan.skipped.push_back({"sw-b1", "", "no answer"});
  plan.manual.push_back({"sw-a1",
                         "ssid[1].psk",
                         Absent{},
                         std::string{"secret s/psk"},
                         false,
                         "set it by hand",
                         {"market.yaml", 9, 1},
                         "SSID staff"});
  plan.identities["sw-a1"] = "serial SN-1";
  plan.reads["sw-a1"] = "d1ge57";
  plan.id = plan_digest(plan);
  return plan;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(PlanJson, ComesBackAsItWas) {
  const auto plan = sample();
  const auto back = plan_from_json(plan_to_json(plan));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->id, plan.id);
  ASSERT_EQ(back->steps.size(), 1U);
  EXPECT_EQ(back->steps[0].risk, Risk::MgmtPath);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& was = plan.steps[0].changes[i];
    const auto& is = back->steps[0].changes[i];
    EXPECT_EQ(is.field, was.field);
    EXPECT_EQ(is.before, was.before);
    EXPECT_EQ(is.after, was.after);
    EXPECT_EQ(is.origin, was.origin);
    EXPECT_EQ(is.subject, was.subject);
  }
  EXPECT_EQ(back->identities, plan.identities);
  EXPECT_EQ(back->reads, plan.reads);
  EXPECT_EQ(back->skipped[0].reason, "no answer");
  ASSERT_EQ(back->manual.size(), 1U);
  EXPECT_EQ(back->manual[0].words, "set it by hand");
  EXPECT_FALSE(back->manual[0].readable);
  EXPECT_EQ(plan_to_json(*back), plan_to_json(plan));
}

TEST(PlanJson, KeepsADevicesOwnBytesBecauseTheyAreTheUndo) {
  EXPECT_NE(plan_to_json(sample()).find("\"bytes\": \"b4ebb1b8\""), std::string::npos);
}

TEST(PlanJson, HasAnIdThatDependsOnEveryPart) {
  const auto id = sample().id;
  EXPECT_EQ(id.size(), 64U);
  const std::vector<void (*)(Plan&)> edits{
      [](Plan& p) { p.design_digest = "abd"; },
      [](Plan& p) { p.steps[0].device = "sw-a2"; },
      [](Plan& p) { p.steps[0].risk = Risk::None; },
      [](Plan& p) { p.steps[0].changes[2].after = std::int64_t{21}; },
      [](Plan& p) { p.steps[0].changes[2].before = std::string{"20"}; },
      [](Plan& p) { p.steps[0].changes[0].origin.line = 43; },
      [](Plan& p) { std::swap(p.steps[0].changes[0], p.steps[0].changes[1]); },
      [](Plan& p) { p.skipped.clear(); },
      [](Plan& p) { p.identities["sw-a1"] = "serial SN-2"; },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    auto plan = sample();
    edits[i](plan);
    EXPECT_NE(plan_digest(plan), id) << "edit " << i;
  }
}

TEST(PlanJson, RefusesAnAlteredPlan) {
  const auto altered = plan_from_json(replaced(plan_to_json(sample()), "sw-b1", "sw-b2"));
  ASSERT_FALSE(altered);
  EXPECT_NE(altered.error().message.find("altered"), std::string::npos);
}

TEST(PlanJson, RefusesWhatIsNotAPlan) {
  for (const auto* text :
       {"", "{", "[]", "null", "1", "\"plan\"", "{}", "{\"schema\":1}", "{} trailing", "\xff"}) {
    EXPECT_FALSE(plan_from_json(text)) << text;
  }
}

struct Edit {
  const char *what, *with, *complaint;
};

TEST(PlanJson, SaysWhereItIsWrong) {
  const auto good = plan_to_json(sample());
  const std::vector<Edit> edits{
      {"\"schema\": 1", "\"schema\": 2", "schema is not 1"},
      {"\"schema\": 1", "\"schema\": 1, \"x\": 0", "the plan has an unknown key 'x'"},
      {"\"number\": 1", "\"number\": 2", "steps[0].number must be 1"},
      {"\"number\": 1", "\"number\": \"1\"", "steps[0].number must be a whole number"},
      {"\"number\": 1", "\"number\": -1", "steps[0].number is out of range"},
      {"\"mgmt-path\"", "\"severe\"", "steps[0].risk is 'severe'"},
      {"\"subject\": \"stall A-101\"", "\"subject\": 5", "changes[0].subject must be a string"},
      {"\"before\": true", "\"before\": 1.5", "changes[3].before must be a whole number"},
      {"\"before\": true", "\"before\": 9223372036854775808", "changes[3].before must be a whole"},
      {"\"before\": true", "\"before\": []", "changes[3].before must be a whole number"},
      {"\"before\": true", "\"before\": false", "changes[3] changes nothing"},
      {"\"port[3].enabled\"", "\"port[3].pvid\"", "a second time"},
      {"\"port[3].enabled\"", "\"\"", "changes[3].field is empty"},
      {"b4ebb1b8", "b4ebb1b", "before.bytes must be pairs of hex digits"},
      {"b4ebb1b8", "B4EBB1B8", "before.bytes must be pairs of hex digits"},
      {"b4ebb1b8", "4142", "before.bytes is UTF-8"},
      {"\"sw-a1\": \"serial", "\"sw-a9\": \"serial", "identities does not say who 'sw-a1' is"},
      {"\"reason\"", "\"reasons\"", "skipped[0] has an unknown key 'reasons'"},
  };
  for (const auto& edit : edits) {
    const auto plan = plan_from_json(replaced(good, edit.what, edit.with));
    ASSERT_FALSE(plan) << edit.with;
    EXPECT_NE(plan.error().message.find(edit.complaint), std::string::npos)
        << edit.with << " gave: " << plan.error().message;
  }
}

TEST(PlanJson, SurvivesDeepNesting) {
  EXPECT_FALSE(plan_from_json(std::string(100'000, '[')));
  EXPECT_FALSE(plan_from_json(std::string(100'000, '[') + std::string(100'000, ']')));
}

TEST(Utf8, IsRecognised) {
  for (const auto* text : {"", "A-101", "대구상회", "\xF0\x9F\x8D\x9C"}) EXPECT_TRUE(is_utf8(text));
  for (const auto* text : {"\xB4\xEB", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xE0\x80\x80", "\xEA\xB0", "\x80", "a\xFF"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, IsCutBetweenCharactersAndNotAfterASpace) {
  const std::string label = "A-101 대구상회";  // 6 + 4 x 3 bytes
  EXPECT_EQ(cut_utf8(label, 64), label);
  EXPECT_EQ(cut_utf8(label, 18), label);
  EXPECT_EQ(cut_utf8(label, 17), "A-101 대구상");
  EXPECT_EQ(cut_utf8(label, 9), "A-101 대");
  EXPECT_EQ(cut_utf8(label, 8), "A-101");
  EXPECT_EQ(cut_utf8(label, 0), "");
  for (std::size_t bytes = 0; bytes <= 20; ++bytes) {
    EXPECT_LE(cut_utf8(label, bytes).size(), bytes);
    EXPECT_TRUE(is_utf8(cut_utf8(label, bytes)));
  }
}

TEST(Utf8, ShowsADevicesTextWithoutLettingItSteerATerminal) {
  EXPECT_EQ(escaped("A-101 대구상회"), "A-101 대구상회");
  EXPECT_EQ(escaped("\x1b[2J\n"), "\\x1b[2J\\x0a");
  EXPECT_EQ(escaped("\xB4\xEB"), "\\xb4\\xeb");
  EXPECT_EQ(escaped("\xC2\x9B"), "\\xc2\\x9b");
}

}  // namespace
}  // namespace market::reconcile
