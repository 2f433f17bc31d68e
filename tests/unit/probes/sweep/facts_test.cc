// Which row and which object a fact is read from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sweep/facts.h"
#include "probes/sweep/read.h"
#include "probes/sweep/sweep.h"

namespace market::sweep {
namespace {

using snmp::Integer;
using snmp::Octets;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Oid kDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kId{1, 3, 6, 1, 2, 1, 1, 2, 0};
const Oid kEntity{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1};
const Oid kHrDevice{1, 3, 6, 1, 2, 1, 25, 3, 2, 1};
const Oid kAcme{1, 3, 6, 1, 4, 1, 99999};

enum : std::int64_t { kChassis = 3, kPowerSupply = 6, kModule = 9, kStack = 11 };

snmp::VarBind cell(const Oid& entry, std::uint32_t column, std::uint32_t row, snmp::Value value) {
  return {entry.child(column).child(row), std::move(value)};
}

/// With one profile for every device, that reads `rules` as the model.
ProfileSet reading(std::vector<FactRule> rules) {
  Profile generic;
  generic.id = "mib2-system";
  generic.facts["model"] = std::move(rules);
  ProfileSet set;
  set.profiles_ = {generic};
  return set;
}

ProfileSet reading_column(const Oid& column) { return reading({FactRule{column, "", ""}}); }

TEST(Facts, AreOfTheChassisNotOfThePowerSupplyBeforeIt) {
  const auto what =
      identify(reading_column(kEntity.child(13)),
               {cell(kEntity, 5, 1, Integer{kPowerSupply}), cell(kEntity, 5, 2, Integer{kModule}),
                cell(kEntity, 5, 7, Integer{kChassis}), cell(kEntity, 13, 1, Octets{"PSU-600W"}),
                cell(kEntity, 13, 2, Octets{"LC-48"}), cell(kEntity, 13, 7, Octets{"GS-24 PoE"})});
  EXPECT_EQ(what.model, "GS-24 PoE");
  EXPECT_THAT(what.evidence, Contains(HasSubstr("from 1.3.6.1.2.1.47.1.1.1.1.13.7")));
}

TEST(Facts, OfAStackStandForItsMembers) {
  const auto what =
      identify(reading_column(kEntity.child(13)),
               {cell(kEntity, 5, 1, Integer{kModule}), cell(kEntity, 5, 2, Integer{kStack}),
                cell(kEntity, 13, 1, Octets{"LC-48"}), cell(kEntity, 13, 2, Octets{"GS-48 x4"})});
  EXPECT_EQ(what.model, "GS-48 x4");
}

TEST(Facts, AreNeverOfAPowerSupply) {
  const auto what = identify(
      reading_column(kEntity.child(13)),
      {cell(kEntity, 5, 1, Integer{kPowerSupply}), cell(kEntity, 13, 1, Octets{"PSU-600W"})});
  EXPECT_EQ(what.model, "");
}

TEST(Facts, TakeADescriptionOfTheWholeOnly) {
  const auto set = reading_column(kEntity.child(2));
  EXPECT_EQ(identify(set, {cell(kEntity, 4, 1, Integer{5}), cell(kEntity, 2, 1, Octets{"Port 1"}),
                           cell(kEntity, 4, 5, Integer{0}), cell(kEntity, 2, 5, Octets{"GS-24"})})
                .model,
            "GS-24");
  EXPECT_EQ(identify(set, {cell(kEntity, 5, 1, Integer{kModule}),
                           cell(kEntity, 2, 1, Octets{"Line card"})})
                .model,
            "");
  EXPECT_EQ(
      identify(set, {cell(kEntity, 2, 1, Octets{"Carrier 5U"}), cell(kEntity, 2, 2, Octets{"Fan"})})
          .model,
      "Carrier 5U")
      << "an agent without classes begins with the whole";
}

TEST(Facts, AreOfThePrinterNotOfItsProcessor) {
  const Oid types{1, 3, 6, 1, 2, 1, 25, 3, 1};
  std::vector<snmp::VarBind> said{
      cell(kHrDevice, 2, 1, types.child(3)), cell(kHrDevice, 2, 2, types.child(5)),
      cell(kHrDevice, 3, 1, Octets{"ARM"}), cell(kHrDevice, 3, 2, Octets{"LP-9"})};
  const auto set = reading_column(kHrDevice.child(3));
  EXPECT_EQ(identify(set, said).model, "") << "a computer that prints on it";
  said.push_back({Oid{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 1, 1}, Integer{1}});
  EXPECT_EQ(identify(set, said).model, "LP-9");
}

TEST(Facts, AskForTheColumnsThatChooseTheRow) {
  EXPECT_THAT(fact_oids(reading_column(kEntity.child(13)), Oid{1, 3}, ""),
              testing::ElementsAre(kEntity.child(4), kEntity.child(5), kEntity.child(13)));
  EXPECT_THAT(choosers_of(kHrDevice.child(3)), testing::Contains(kHrDevice.child(2)));
  EXPECT_THAT(choosers_of(kAcme.child(1)), IsEmpty());
}

TEST(Facts, AreNoBinaryOctets) {
  EXPECT_EQ(identify(reading_column(kAcme), {{kAcme.child(1), Octets{"\xef\x01* "}}}).model, "");
}

TEST(Facts, AreWrittenAsTheRuleSays) {
  const auto set = reading({FactRule{kDescr, "^FGT_(\\w+)", "FortiGate \\1"}});
  EXPECT_EQ(identify(set, {{kDescr, Octets{"FGT_60F"}}}).model, "FortiGate 60F");
  EXPECT_EQ(identify(set, {{kDescr, Octets{"other"}}}).model, "");
}

TEST(Facts, OfTheMakersObjectsComeBeforeTheProductList) {
  auto set = reading({});
  set.knowledge_.products[kAcme.child(1)] = "by id";
  EXPECT_EQ(identify(set, {{kId, kAcme.child(1)}}).model, "by id");
  EXPECT_EQ(identify(set, {{kId, kAcme.child(1).child(7)}}).model, "") << "only exact ids count";
  KnownObjects objects;
  objects.maker = "Acme";
  objects.facts["model"] = {FactRule{kAcme.child(5).child(0), "", ""}};
  set.knowledge_.objects = {objects};
  EXPECT_EQ(
      identify(set, {{kId, kAcme.child(1)}, {kAcme.child(5).child(0), Octets{"by object"}}}).model,
      "by object");
}

TEST(Facts, OfAMakerAreFoundBelowTheRootOfItsObjects) {
  auto set = reading({});
  KnownObjects objects;
  objects.facts["model"] = {FactRule{kAcme.child(5).child(0), "", ""}};
  objects.facts["serial"] = {FactRule{kAcme.child(6).child(0), "", ""}};
  set.knowledge_.objects = {objects};
  set.knowledge_.prepare();
  const auto what = identify(set, {{kAcme.child(6).child(0), Octets{"4711"}}});
  EXPECT_EQ(what.serial, "4711");
  EXPECT_EQ(what.model, "");
}

TEST(Facts, AskForTheObjectsOfTheMakerAndOfNobodyElse) {
  ProfileSet set;
  KnownObjects acme;
  acme.facts["model"] = {FactRule{kAcme.child(5).child(0), "", ""}};
  KnownObjects other;
  other.facts["model"] = {FactRule{Oid{1, 3, 6, 1, 4, 1, 88888, 5, 0}, "", ""}};
  set.knowledge_.objects = {acme, other};
  EXPECT_THAT(telling_roots(set, kAcme.child(1), {}), testing::ElementsAre(kAcme.child(5)));
}

TEST(ReadOfADevice, KeepsTheLastOfEqualsAndNothingThatWasNotSaid) {
  const std::vector<snmp::VarBind> facts{{kId, Octets{"first"}},
                                         {kDescr, Octets{" GS-24\n"}},
                                         {kId, Octets{"second"}},
                                         {kAcme, snmp::NoSuchObject{}}};
  const Read read{facts};
  EXPECT_EQ(read.text_of(kId), "second");
  EXPECT_EQ(read.text_of(kDescr), "GS-24");
  EXPECT_EQ(read.find(kAcme), nullptr);
  EXPECT_THAT(read.below(Oid{1, 3, 6, 1, 2, 1, 1}), SizeIs(2));
  EXPECT_FALSE(read.answers_below(Oid{1, 3, 6, 1, 2, 1, 11}));
  EXPECT_EQ(read.oid_of(kId), Oid{}) << "a text is no OID";
}

}  // namespace
}  // namespace market::sweep
