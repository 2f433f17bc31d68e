#include "probes/io/command.h"

#include <gtest/gtest.h>

namespace market::io {
namespace {

using namespace std::chrono_literals;

TEST(Command, TellsWhatTheProgramSaysAndHowItEnds) {
  const auto done = run_command({"sh", "-c", "cat; echo no >&2; exit 3"}, "told", 10s);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->out, "told");
  EXPECT_EQ(done->err, "no\n");
  EXPECT_EQ(done->status, 3);
}

TEST(Command, PassesMoreThanASocketHolds) {
  const std::string much(4'000'000, 'x');
  const auto done = run_command({"cat"}, much, 30s);
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->out == much);
}

TEST(Command, SurvivesAProgramThatReadsNothing) {
  const auto done = run_command({"true"}, std::string(4'000'000, 'x'), 10s);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, 0);
}

TEST(Command, TellsTheSignalThatEndedIt) {
  const auto done = run_command({"sh", "-c", "kill -TERM $$"}, "", 10s);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, 128 + 15);
}

TEST(Command, EndsAProgramThatHangs) {
  const auto hung = run_command({"sleep", "600"}, "", 50ms);
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().code, Errc::Silent);
  const auto quiet = run_command({"sh", "-c", "exec sleep 600 >&- 2>&-"}, "", 50ms);
  ASSERT_FALSE(quiet);
  EXPECT_EQ(quiet.error().code, Errc::Silent);
}

TEST(Command, NamesAProgramThatIsNotThere) {
  const auto done = run_command({"no-such-program"}, "", 1s);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::NotFound);
  EXPECT_EQ(done.error().message, "'no-such-program' is not installed");
}

}  // namespace
}  // namespace market::io
