// The mechanism of weighing, on facts made up for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sweep/sweep.h"
#include "probes/sweep/weigh.h"

namespace market::sweep {
namespace {

using snmp::Octets;
using testing::Contains;
using testing::HasSubstr;

const Oid kDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kId{1, 3, 6, 1, 2, 1, 1, 2, 0};

ProfileSet known() {
  ProfileSet set;
  Vendor acme;
  acme.name = "Acme";
  acme.enterprises = {99999};
  acme.sys_descr = "(?i)acme";
  acme.classes = {{DeviceClass::Switch, 3}};
  Vendor agent;
  agent.name = "Net-SNMP";
  agent.enterprises = {8072};
  agent.agent_only = true;
  set.knowledge_.vendors = {acme, agent};
  Signal printer;
  printer.says = "answers the Printer-MIB";
  printer.present = {Oid{1, 3, 6, 1, 2, 1, 43}};
  printer.classes = {{DeviceClass::Printer, 8}};
  Signal host;
  host.says = "a host";
  host.sys_object_id = {Oid{1, 3, 6, 1, 4, 1, 8072}};
  host.classes = {{DeviceClass::Server, 4}};
  set.knowledge_.signals = {printer, host};
  set.knowledge_.prepare();
  return set;
}

TEST(Weigh, TakesTheMakersUsualDeviceWhenNothingElseSpeaks) {
  const auto what = identify(known(), {{kId, Oid{1, 3, 6, 1, 4, 1, 99999, 1}}});
  EXPECT_EQ(what.device_class, DeviceClass::Switch);
  EXPECT_EQ(what.vendor, "Acme");
  EXPECT_THAT(what.evidence, Contains(HasSubstr("vendor Acme: switch +3")));
  EXPECT_GT(what.confidence, 0.25);
  EXPECT_LT(what.confidence, 0.6);
}

TEST(Weigh, LetsAStandardMibOutvoteTheMaker) {
  const auto what =
      identify(known(), {{kId, Oid{1, 3, 6, 1, 4, 1, 99999, 1}},
                         {Oid{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 1, 1}, snmp::Integer{1}}});
  EXPECT_EQ(what.device_class, DeviceClass::Printer);
  EXPECT_THAT(what.evidence, Contains(HasSubstr("answers the Printer-MIB: printer +8")));
}

TEST(Weigh, SeesTheApplianceBehindAnAgent) {
  const auto what = identify(
      known(), {{kId, Oid{1, 3, 6, 1, 4, 1, 8072, 3, 2, 10}}, {kDescr, Octets{"ACME GS-24"}}});
  EXPECT_EQ(what.vendor, "Acme");
  EXPECT_EQ(what.device_class, DeviceClass::Switch);
}

TEST(Weigh, TellsAnApplianceFromTheHostItsAgentWasMadeFor) {
  auto set = known();
  Signal appliance;
  appliance.says = "an appliance";
  appliance.own_objects = true;
  appliance.classes = {{DeviceClass::Other, 9}};
  set.knowledge_.signals.push_back(appliance);
  set.knowledge_.prepare();
  const snmp::VarBind id{kId, Oid{1, 3, 6, 1, 4, 1, 8072, 3, 2, 10}};
  const auto answering = [&](std::uint32_t enterprise) {
    return identify(set, {id, {Oid{1, 3, 6, 1, 4, 1, enterprise, 1, 0}, Octets{"x"}}}).device_class;
  };
  EXPECT_EQ(answering(88888), DeviceClass::Other);
  EXPECT_EQ(answering(8072), DeviceClass::Server) << "the agent's own objects";
  EXPECT_EQ(answering(9), DeviceClass::Server) << "CDP, which others speak too";
}

TEST(Weigh, AnswersUnknownWhenNothingSpeaks) {
  const auto what = identify(known(), {{kDescr, Octets{"?"}}});
  EXPECT_EQ(what.device_class, DeviceClass::Unknown);
  EXPECT_EQ(what.vendor, "");
  EXPECT_EQ(what.confidence, 0);
}

TEST(Guess, TakesWhatLooksLikeAVersionAndSaysThatItIsAGuess) {
  const Oid own{1, 3, 6, 1, 4, 1, 99999, 7};
  const auto what = identify(known(), {{kId, Oid{1, 3, 6, 1, 4, 1, 99999, 1}},
                                       {own.child(1).child(0), Octets{"10.0.0.1"}},
                                       {own.child(2).child(0), Octets{"GS-24 PoE"}},
                                       {own.child(3).child(0), Octets{"V3.1.4"}}});
  EXPECT_EQ(what.firmware, "V3.1.4");
  EXPECT_EQ(what.model, "GS-24 PoE");
  EXPECT_THAT(what.evidence, Contains(HasSubstr("firmware 'V3.1.4' guessed from")));
}

TEST(Guess, BelievesWhatSysDescrSaysTooBeforeAnEarlierScalar) {
  const Oid own{1, 3, 6, 1, 4, 1, 99999, 7};
  const auto what = identify(known(), {{kDescr, Octets{"the famous XR500 of Acme"}},
                                       {own.child(1).child(0), Octets{"AB-100"}},
                                       {own.child(2).child(0), Octets{"XR500"}}});
  EXPECT_EQ(what.model, "XR500");
}

TEST(Guess, TakesABareNumberForAVersionOnlyWhereNothingElseIsOne) {
  const Oid own{1, 3, 6, 1, 4, 1, 99999, 7};
  const snmp::VarBind number{own.child(1).child(0), Octets{"1.55"}};
  EXPECT_EQ(identify(known(), {number}).firmware, "1.55");
  EXPECT_EQ(identify(known(), {number, {own.child(2).child(0), Octets{"V3.1.4"}}}).firmware,
            "V3.1.4");
  EXPECT_EQ(identify(known(), {{own.child(1).child(0), Octets{"3.3 Volts"}}}).firmware, "");
}

TEST(Guess, TakesNoPartForTheDevice) {
  const Oid column = Oid{1, 3, 6, 1, 4, 1, 99999, 7, 1, 2};
  const auto what = identify(known(), {{column.child(1), Octets{"Fan 1"}},
                                       {column.child(2), Octets{"Fan 2"}},
                                       {column.child(3), Octets{"LC-48"}}});
  EXPECT_EQ(what.model, "");
}

}  // namespace
}  // namespace market::sweep
