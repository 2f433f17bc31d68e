#include "probes/snmp/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace market::snmp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Oid kDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};

TEST(Recording, ReadsTheTypesOfSnmprec) {
  const auto read = read_recording(
      "1.3.6.1.2.1.1.1.0|4|a switch | with a bar\n"
      "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1\n"
      "1.3.6.1.2.1.1.3.0|67|123\n"
      "1.3.6.1.2.1.2.2.1.6.1|4x|0200000a0b0c\n"
      "1.3.6.1.2.1.4.20.1.1.1|64|10.0.0.1\n",
      "a.snmprec");
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.bindings, SizeIs(5));
  EXPECT_EQ(read.bindings[0].value, Value{Octets{"a switch | with a bar"}});
  EXPECT_EQ(read.bindings[1].value, (Value{Oid{1, 3, 6, 1, 4, 1, 9, 1, 1}}));
  EXPECT_EQ(read.bindings[3].value, (Value{Octets{std::string{"\x02\0\0\x0a\x0b\x0c", 6}}}));
}

TEST(Recording, ReadsWhatSnmpwalkPrintsOverSeveralLines) {
  const auto read = read_recording(
      ".1.3.6.1.2.1.1.1.0 = STRING: \"Acme\nGS-24\"\n"
      ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1\n"
      ".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 02 00 00 0A\n0B 0C \n"
      ".1.3.6.1.2.1.2.2.1.8.1 = INTEGER: up(1)\n"
      ".1.3.6.1.2.1.1.3.0 = Timeticks: (42) 0:00:00.42\n"
      ".1.3.6.1.2.1.1.4.0 = \"\"\n"
      ".1.3.6.1.2.1.1.5.0 = No Such Object available on this agent at this OID\n",
      "a.walk");
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.bindings, SizeIs(6));
  EXPECT_EQ(read.bindings[0].value, Value{Octets{"Acme\nGS-24"}});
  EXPECT_EQ(read.bindings[2].value, (Value{Octets{std::string{"\x02\0\0\x0a\x0b\x0c", 6}}}));
  EXPECT_EQ(read.bindings[3].value, Value{Integer{1}});
}

TEST(Recording, NamesTheLineItCannotReadAndKeepsTheOthers) {
  const auto read = read_recording("1.3.6.1.2.1.1.1.0|4|x\nnonsense\n1.3.x|4|y\n1.3.6|2|z\n", "b");
  EXPECT_THAT(read.bindings, SizeIs(1));
  ASSERT_THAT(read.problems, SizeIs(3));
  EXPECT_THAT(read.problems[0].to_string(), HasSubstr("b:2:1: error: R001: 'nonsense'"));
  EXPECT_EQ(read.problems[1].position.line, 3U);
}

TEST(Recording, SaysHowToRecordWhenNamesAreInPlaceOfNumbers) {
  const auto read = read_recording("SNMPv2-MIB::sysDescr.0 = STRING: x\n", "c");
  ASSERT_THAT(read.problems, SizeIs(2));
  EXPECT_THAT(read.problems[0].fix, HasSubstr("-On"));
  EXPECT_EQ(read.problems[1].rule, "R002");
}

TEST(Recording, SurvivesHostileBytes) {
  std::string noise;
  for (int i = 0; i < 70'000; ++i) noise += static_cast<char>((i * 7919) >> 3U);
  const auto read = read_recording(noise, "noise");
  EXPECT_LE(read.problems.size(), kProblemsMax + 1);
  EXPECT_THAT(read_recording("", "empty").problems, SizeIs(1));
  const auto bare = read_recording("1.3.6.1.2.1.1.1.0|4|\xff\xfe\n", "bytes");
  ASSERT_THAT(bare.bindings, SizeIs(1));
  EXPECT_EQ(bare.bindings[0].oid, kDescr);
}

}  // namespace
}  // namespace market::snmp
