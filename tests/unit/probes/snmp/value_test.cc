#include "probes/snmp/value.h"

#include <gtest/gtest.h>

#include <limits>

namespace market::snmp {
namespace {

TEST(Value, PrintsTextAsTextAndOctetsAsHex) {
  EXPECT_EQ(to_string(Value{Octets{"SW-24P rev 2"}}), "SW-24P rev 2");
  EXPECT_EQ(to_string(Value{Octets{"중앙시장"}}), "중앙시장");
  EXPECT_EQ(to_string(Value{Octets{"two\r\nlines\t"}}), "two\r\nlines\t");
  EXPECT_EQ(to_string(Value{Octets{""}}), "");
  EXPECT_EQ(to_string(Value{Octets{std::string("\x02\x00\x00\x00\x0a\x01", 6)}}),
            "02 00 00 00 0a 01");
  EXPECT_EQ(to_string(Value{Octets{std::string("text\0", 5)}}), "74 65 78 74 00");
  EXPECT_EQ(to_string(Value{Octets{"\x7f"}}), "7f");
}

TEST(Value, DoesNotTakeMalformedUtf8ForText) {
  for (const char* bytes :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xea\xb0", "a\xff", "\xc2\x85"}) {
    const auto text = to_string(Value{Octets{bytes}});
    EXPECT_NE(text, bytes) << text;
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef "), std::string::npos) << text;
  }
}

TEST(Value, PrintsNumbersOidsAddressesAndTheLackOfAValue) {
  EXPECT_EQ(to_string(Value{Integer{-7}}), "-7");
  EXPECT_EQ(to_string(Value{Counter64{std::numeric_limits<std::uint64_t>::max()}}),
            "18446744073709551615");
  EXPECT_EQ(to_string(Value{TimeTicks{12345}}), "12345");
  EXPECT_EQ(to_string(Value{Oid{1, 3, 6, 1}}), "1.3.6.1");
  EXPECT_EQ(to_string(Value{IpAddress::v4(0x0a400001)}), "10.64.0.1");
  EXPECT_EQ(to_string(Value{Null{}}), "null");
  EXPECT_EQ(to_string(Value{NoSuchObject{}}), "noSuchObject");
  EXPECT_EQ(to_string(Value{NoSuchInstance{}}), "noSuchInstance");
  EXPECT_EQ(to_string(Value{EndOfMibView{}}), "endOfMibView");
}

TEST(Value, TellsNumbersFromTheRest) {
  EXPECT_EQ(as_number(Value{Integer{-1}}), -1);
  EXPECT_EQ(as_number(Value{Unsigned32{4294967295U}}), 4294967295);
  EXPECT_EQ(as_number(Value{Counter32{1}}), 1);
  EXPECT_EQ(as_number(Value{Counter64{5}}), 5);
  EXPECT_EQ(as_number(Value{TimeTicks{2}}), 2);
  EXPECT_EQ(as_number(Value{Octets{"5"}}), std::nullopt);
  EXPECT_EQ(as_number(Value{Null{}}), std::nullopt);
  EXPECT_EQ(as_number(Value{Oid{1, 3}}), std::nullopt);
}

TEST(Value, GivesOctetsOnlyOfOctets) {
  const Value octets{Octets{"abc"}};
  ASSERT_NE(as_octets(octets), nullptr);
  EXPECT_EQ(*as_octets(octets), "abc");
  EXPECT_EQ(as_octets(Value{Integer{1}}), nullptr);
}

TEST(Value, ExistsUnlessTheAgentSaysOtherwise) {
  EXPECT_TRUE(exists(Value{Null{}}));
  EXPECT_TRUE(exists(Value{Octets{""}}));
  EXPECT_FALSE(exists(Value{NoSuchObject{}}));
  EXPECT_FALSE(exists(Value{NoSuchInstance{}}));
  EXPECT_FALSE(exists(Value{EndOfMibView{}}));
}

TEST(ErrorStatus, HasTheWordsOfTheRfc) {
  EXPECT_EQ(to_string(ErrorStatus::NoError), "noError");
  EXPECT_EQ(to_string(ErrorStatus::TooBig), "tooBig");
  EXPECT_EQ(to_string(ErrorStatus::GenErr), "genErr");
  EXPECT_EQ(to_string(ErrorStatus::WrongLength), "wrongLength");
  EXPECT_EQ(to_string(ErrorStatus::AuthorizationError), "authorizationError");
  EXPECT_EQ(to_string(ErrorStatus::InconsistentName), "inconsistentName");
}

}  // namespace
}  // namespace market::snmp
