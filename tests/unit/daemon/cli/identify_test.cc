// marketctl identify and marketctl profile check, as a person types them: what is printed, where,
// and with which exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "daemon/app/model.h"
#include "daemon/cli/verbs.h"
#include "tests/unit/config/profile/profile_dir.h"

// What identify.cc calls of other files, so that this test needs no daemon.
namespace market::cli {
int complain(const std::string& message, int exit_code) {
  std::cerr << "marketctl: " << message << "\n";
  return exit_code;
}
}  // namespace market::cli
namespace market::app {
std::string default_profile_directory() { return "/nowhere"; }
}  // namespace market::app

namespace market::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kProfile = R"(schema: 1
kind: device-profile
id: acme
class: switch
vendor: Acme
match: { sysObjectID: 1.3.6.1.4.1.99999 }
facts: { model: [{ oid: 1.3.6.1.2.1.1.1.0, regex: '^Acme (\S+)' }] }
)";
constexpr const char* kWalk =
    ".1.3.6.1.2.1.1.1.0 = STRING: \"Acme GS-24\"\n"
    ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1\n";

struct Ended {
  int exit_code;
  std::string out;
  std::string err;
};

Ended run(int (*verb)(const Invocation&), std::vector<std::string> words,
          Output output = Output::Text) {
  Invocation invocation;
  invocation.output = output;
  invocation.words = std::move(words);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int exit_code = verb(invocation);
  auto err = testing::internal::GetCapturedStderr();
  return {exit_code, testing::internal::GetCapturedStdout(), std::move(err)};
}

class IdentifyVerb : public testing::Test {
 protected:
  IdentifyVerb() {
    profiles_.write("acme.yaml", kProfile);
    files_.write("acme.walk", kWalk);
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return files_.path() + "/" + name;
  }
  Ended identify_all(const std::vector<std::string>& names, Output output = Output::Text) const {
    std::vector<std::string> words{"--profiles", profiles_.path()};
    for (const auto& name : names) words.push_back(file(name));
    return run(identify, words, output);
  }

  ProfileDir profiles_;
  ProfileDir files_;
};

TEST_F(IdentifyVerb, SaysWhatTheDeviceIsAndWhy) {
  const auto said = identify_all({"acme.walk"});
  EXPECT_EQ(said.exit_code, kDone);
  EXPECT_THAT(said.out, StartsWith(file("acme.walk") + "\n  switch: Acme GS-24, firmware unknown, "
                                                       "serial unknown (95 % sure)\n"));
  EXPECT_THAT(said.out, HasSubstr("    sysObjectID 1.3.6.1.4.1.99999.1 -> profile acme\n"));
  EXPECT_THAT(said.err, IsEmpty());
}

TEST_F(IdentifyVerb, GivesAListAsJson) {
  const auto said = identify_all({"acme.walk"}, Output::Json);
  EXPECT_EQ(said.exit_code, kDone);
  const auto rows = json::parse(said.out);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["file"], file("acme.walk"));
  EXPECT_EQ(rows[0]["class"], "switch");
  EXPECT_EQ(rows[0]["model"], "GS-24");
  EXPECT_EQ(rows[0]["profile"], "acme");
  EXPECT_FALSE(rows[0]["evidence"].empty());
}

TEST_F(IdentifyVerb, TellsABadLineAndGoesOn) {
  files_.write("bad.walk", std::string{kWalk} + ".1.3.6.1.2.1.1.3.0 = Nonsense: 7\n");
  const auto said = identify_all({"bad.walk", "acme.walk"});
  EXPECT_EQ(said.exit_code, kFailed);
  EXPECT_THAT(said.err, HasSubstr(file("bad.walk") + ":3:1: "));
  EXPECT_THAT(said.out, HasSubstr(file("bad.walk") + "\n  switch: Acme GS-24"));
  EXPECT_THAT(said.out, HasSubstr(file("acme.walk") + "\n  switch: Acme GS-24"));
}

TEST_F(IdentifyVerb, FailsForAFileThatIsNotThereAndGoesOn) {
  const auto said = identify_all({"missing.walk", "acme.walk"}, Output::Json);
  EXPECT_EQ(said.exit_code, kFailed);
  EXPECT_THAT(said.err, HasSubstr(file("missing.walk") + ": cannot be read"));
  EXPECT_EQ(json::parse(said.out).size(), 1U);
}

TEST_F(IdentifyVerb, FailsForAFileThatIsNoRecording) {
  files_.write("empty.walk", "");
  const auto said = identify_all({"empty.walk"});
  EXPECT_EQ(said.exit_code, kFailed);
  EXPECT_THAT(said.err, HasSubstr("R002"));
  EXPECT_THAT(said.out, IsEmpty());
}

TEST_F(IdentifyVerb, KnowsOneOption) {
  EXPECT_EQ(run(identify, {}).exit_code, kUsage);
  EXPECT_EQ(run(identify, {"--profiles"}).exit_code, kUsage);
  EXPECT_EQ(run(identify, {"--profile=/x", "a.walk"}).exit_code, kUsage);
  const auto nowhere = run(identify, {"--profiles=/nowhere", file("acme.walk")});
  EXPECT_EQ(nowhere.exit_code, kFailed);
  EXPECT_THAT(nowhere.err, HasSubstr("P001"));
}

/// Long texts, many rows and one text of twenty thousand lines: what a whole chassis gives.
TEST_F(IdentifyVerb, ReadsAWalkOfTenMegabytes) {
  constexpr std::size_t kBytes = 10'000'000;
  std::string walk = kWalk;
  walk += ".1.3.6.1.2.1.1.6.0 = STRING: \"";
  for (int i = 0; i < 20'000; ++i) walk += "a line of a text without an end\n";
  walk += "\"\n";
  const std::string text(2'000, 'x');
  for (std::size_t row = 1; walk.size() < kBytes; ++row) {
    const auto number = std::to_string(row);
    walk += ".1.3.6.1.2.1.2.2.1.2." + number + " = STRING: \"" + text + "\"\n";
    walk += ".1.3.6.1.4.1.99999.5." + number + " = Counter32: 4294967295\n";
  }
  files_.write("large.walk", walk);
  const auto said = identify_all({"large.walk"}, Output::Json);
  EXPECT_EQ(said.exit_code, kDone) << said.err;
  const auto rows = json::parse(said.out);
  EXPECT_EQ(rows[0]["model"], "GS-24");
  EXPECT_LT(said.out.size(), 10'000U) << "what it says does not grow with the walk";
}

TEST(ProfileVerb, SaysHowManyThereAre) {
  const ProfileDir dir;
  dir.write("acme.yaml", kProfile);
  dir.write("vendors.yaml", "schema: 1\nkind: vendors\nvendors:\n  - { name: Acme, pen: 99999 }\n");
  const auto said = run(profile, {"check", dir.path()});
  EXPECT_EQ(said.exit_code, kDone);
  EXPECT_EQ(said.out, "ok: 1 profile, 1 vendor, 0 signals\n");
  const auto as_json = run(profile, {"check", dir.path()}, Output::Json);
  EXPECT_EQ(as_json.exit_code, kDone);
  EXPECT_EQ(json::parse(as_json.out), json::parse(R"({"ok": true, "problems": []})"));
}

TEST(ProfileVerb, NamesFileLineAndColumnOfWhatIsWrong) {
  const ProfileDir dir;
  dir.write("acme.yaml", std::string{kProfile} + "vendro: x\n");
  const auto place = dir.path() + "/acme.yaml:8:1: ";
  const auto said = run(profile, {"check", dir.path() + "/acme.yaml"});
  EXPECT_EQ(said.exit_code, kFindings);
  EXPECT_THAT(said.out, StartsWith(place));
  EXPECT_THAT(said.out, HasSubstr("P002"));
  const auto as_json = run(profile, {"check", dir.path()}, Output::Json);
  EXPECT_EQ(as_json.exit_code, kFindings);
  const auto told = json::parse(as_json.out);
  EXPECT_EQ(told["ok"], false);
  ASSERT_EQ(told["problems"].size(), 1U);
  EXPECT_THAT(told["problems"][0].get<std::string>(), StartsWith(place));
}

TEST(ProfileVerb, TakesOneWord) {
  EXPECT_EQ(run(profile, {}).exit_code, kUsage);
  EXPECT_EQ(run(profile, {"chekc"}).exit_code, kUsage);
  EXPECT_EQ(run(profile, {"check"}).exit_code, kFindings) << "there is no folder of profiles";
}

}  // namespace
}  // namespace market::cli
