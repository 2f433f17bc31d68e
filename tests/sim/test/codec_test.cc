// The BER codec and the message codec, byte by byte.

#include <gtest/gtest.h>

#include "tests/sim/dice.h"
#include "tests/sim/test/market.h"

namespace market::sim::test {
namespace {

using std::string_literals::operator""s;

std::string integer(std::int64_t value) {
  std::string out;
  ber::put_integer(out, 0x02, value);
  return out;
}

std::string counter(std::uint64_t value) {
  std::string out;
  ber::put_unsigned(out, 0x46, value);
  return out;
}

TEST(Ber, WritesIntegersInTheFewestOctets) {
  EXPECT_EQ(integer(0), "\x02\x01\x00"s);
  EXPECT_EQ(integer(127), "\x02\x01\x7f"s);
  EXPECT_EQ(integer(128), "\x02\x02\x00\x80"s);
  EXPECT_EQ(integer(-1), "\x02\x01\xff"s);
  EXPECT_EQ(integer(-128), "\x02\x01\x80"s);
  EXPECT_EQ(integer(-129), "\x02\x02\xff\x7f"s);
  EXPECT_EQ(counter(0xffffffffffffffffU), "\x46\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff"s);
}

TEST(Ber, ReadsBackEveryIntegerItWrites) {
  Dice dice{7};
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(dice.next() >> dice.below(64));
    const std::string signed_text = integer(-value);
    ber::Reader reader{octets(signed_text)};
    EXPECT_EQ(ber::to_integer(*reader.expect(0x02)), -value);
    const std::string unsigned_text = counter(static_cast<std::uint64_t>(value));
    ber::Reader other{octets(unsigned_text)};
    EXPECT_EQ(ber::to_unsigned(*other.expect(0x46)), static_cast<std::uint64_t>(value));
  }
}

TEST(Ber, WritesLengthsOfEverySize) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    std::string out;
    ber::put_octets(out, 0x04, std::string(size, 'x'));
    EXPECT_EQ(out.size(), ber::size_of_element(size));
    ber::Reader reader{octets(out)};
    EXPECT_EQ(reader.expect(0x04)->size(), size);
    EXPECT_TRUE(reader.done());
  }
}

TEST(Ber, ReadsBackEveryNameItWrites) {
  Dice dice{11};
  for (int i = 0; i < 2'000; ++i) {
    Name written{static_cast<std::uint32_t>(dice.below(3)),
                 static_cast<std::uint32_t>(dice.below(40))};
    for (std::uint64_t left = dice.below(20); left > 0; --left) {
      written.push_back(static_cast<std::uint32_t>(dice.next() >> (32 + dice.below(32))));
    }
    std::string out;
    ber::put_name(out, written);
    EXPECT_EQ(out.size(), ber::size_of_element(ber::size_of_name(written)));
    ber::Reader reader{octets(out)};
    Name read;
    ASSERT_TRUE(ber::to_name(*reader.expect(0x06), read));
    EXPECT_EQ(read, written);
  }
}

TEST(Ber, RefusesNamesThatAreNone) {
  Name read;
  EXPECT_FALSE(ber::to_name(octets(""), read));
  EXPECT_FALSE(ber::to_name(octets("\x2b\x86"), read)) << "the last arc does not end";
  EXPECT_FALSE(ber::to_name(octets("\x2b\x9f\xff\xff\xff\x7f"), read)) << "an arc beyond 32 bits";
  EXPECT_TRUE(ber::to_name(octets("\x2b\x8f\xff\xff\xff\x7f"), read));
  EXPECT_EQ(read.back(), 0xffffffffU);
  EXPECT_FALSE(ber::to_name(octets(std::string(128, '\x01')), read)) << "129 arcs";
}

TEST(Ber, NeverReadsBeyondItsOctets) {
  EXPECT_FALSE(ber::Reader{octets("")}.next());
  EXPECT_FALSE(ber::Reader{octets("\x30")}.next());
  EXPECT_FALSE(ber::Reader{octets("\x30\x05\x02\x01")}.next());
  EXPECT_FALSE(ber::Reader{octets("\x30\x80")}.next()) << "indefinite length";
  EXPECT_FALSE(ber::Reader{octets("\x30\x82\x01")}.next());
  EXPECT_FALSE(ber::Reader{octets("\x30\x84\xff\xff\xff\xff")}.next());
  EXPECT_FALSE(ber::Reader{octets("\x30\x85\x00\x00\x00\x00\x00")}.next());
}

TEST(Pdu, DecodesARequestWrittenByHand) {
  // SNMPv2c, community "public", GetBulk, id 1, non-repeaters 0, max-repetitions 10, 1.3.6.1.2.1.
  const std::string message =
      "\x30\x23\x02\x01\x01\x04\x06public\xa5\x16\x02\x01\x01\x02\x01\x00\x02\x01\x0a"
      "\x30\x0b\x30\x09\x06\x05\x2b\x06\x01\x02\x01\x05\x00"s;
  const auto request = decode_request(octets(message));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->community, "public");
  EXPECT_EQ(request->operation, Operation::GetBulk);
  EXPECT_EQ(request->id, 1);
  EXPECT_EQ(request->max_repetitions, 10);
  ASSERT_EQ(request->bindings.size(), 1U);
  EXPECT_EQ(request->bindings[0].name, name("1.3.6.1.2.1"));
}

TEST(Pdu, IsSilentToEveryTruncation) {
  const std::string whole =
      encode("public", Operation::Set, {{name("1.3.6.1.2.1.1.5.0"), Value::text("sw")}});
  ASSERT_TRUE(decode_request(octets(whole)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_request(octets(whole.substr(0, size)))) << size;
  }
  EXPECT_FALSE(decode_request(octets(whole + '\0'))) << "something behind the message";
}

TEST(Pdu, SurvivesEveryFlippedByte) {
  const std::string whole = encode(
      "public", Operation::GetBulk,
      {{name("1.3.6.1.2.1.2.2.1.10"), {}}, {name("1.3.6.1.2.1.1.5.0"), Value::text("x")}}, 1, 20);
  Dice dice{3};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int times = 0; times < 40; ++times) {
      std::string broken = whole;
      broken[i] = static_cast<char>(dice.next() & 0xffU);
      const auto request = decode_request(octets(broken));
      if (request) {
        EXPECT_LE(request->bindings.size(), whole.size() / 7);
      }
    }
  }
}

TEST(Pdu, IsSilentToOtherVersionsAndOperations) {
  std::string message = encode("public", Operation::Get, {{name("1.3.6.1"), {}}});
  ASSERT_EQ(message[4], 1);
  message[4] = 0;  // SNMPv1
  EXPECT_TRUE(decode_request(octets(message)));
  std::string bulk = encode("public", Operation::GetBulk, {{name("1.3.6.1"), {}}});
  bulk[4] = 0;
  EXPECT_FALSE(decode_request(octets(bulk))) << "SNMPv1 has no GETBULK";
  message[4] = 3;
  EXPECT_FALSE(decode_request(octets(message)));
  EXPECT_FALSE(
      decode_request(octets(encode("public", static_cast<Operation>(0xa7), {{name("1.3"), {}}}))));
}

TEST(Pdu, AResponseNeverExceedsItsLimit) {
  Request request;
  request.community = "public";
  for (const std::size_t limit : {200U, 484U, 1472U}) {
    ResponseWriter writer{request, limit};
    std::size_t added = 0;
    while (writer.add(name("1.3.6.1.2.1.31.1.1.1.18.1"), Value::text(std::string(added, 'x')))) {
      ++added;
    }
    EXPECT_LE(writer.finish().size(), limit);
    EXPECT_GT(writer.finish().size() + 130 + added, limit) << "the room is used";
  }
}

}  // namespace
}  // namespace market::sim::test
