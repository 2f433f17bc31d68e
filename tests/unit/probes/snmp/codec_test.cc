// The codec against the fakes' own BER: what both agree on is what RFC 3416 says, not what one
// implementation happens to do.
#include "probes/snmp/codec.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <random>

#include "tests/fakes/fake_agent.h"

namespace market::snmp {
namespace {

using fakes::FakeResponse;
using fakes::read_request;
using fakes::write_response;

std::vector<VarBind> one_of_each() {
  const Oid base{1, 3, 6, 1, 4, 1, 32473, 7};
  return {{base.child(1), Integer{std::numeric_limits<std::int32_t>::min()}},
          {base.child(2), Integer{std::numeric_limits<std::int32_t>::max()}},
          {base.child(3), Integer{0}},
          {base.child(4), Integer{-1}},
          {base.child(5), Integer{128}},
          {base.child(6), Unsigned32{std::numeric_limits<std::uint32_t>::max()}},
          {base.child(7), Counter32{0x80000000U}},
          {base.child(8), Counter64{std::numeric_limits<std::uint64_t>::max()}},
          {base.child(9), Counter64{0x100000000U}},
          {base.child(10), TimeTicks{255}},
          {base.child(11), Octets{""}},
          {base.child(12), Octets{std::string(300, 'x')}},
          {base.child(13), Octets{std::string("\0\xff\x80", 3)}},
          {base.child(14), Oid{1, 3, 6, 1, 4, 1, 4294967295U, 128, 127, 0}},
          {base.child(15), Oid{2, 39, 1}},
          {base.child(16), IpAddress::v4(0xc0a80001)},
          {base.child(17), Null{}}};
}

void expect_same(const std::vector<VarBind>& left, const std::vector<VarBind>& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].oid, right[i].oid);
    EXPECT_EQ(left[i].value, right[i].value) << left[i].oid.to_string();
  }
}

TEST(Codec, WritesASetThatAnotherReaderUnderstands) {
  const auto bindings = one_of_each();
  Question question;
  question.operation = Operation::Set;
  question.request_id = 0x7fffffff;
  question.bindings = bindings;
  const auto encoded = encode_v2c(Secret{"private"}, question);
  ASSERT_TRUE(encoded) << encoded.error().message;
  const auto request = read_request(*encoded);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->community, "private");
  EXPECT_EQ(request->type, 0xa3);
  EXPECT_EQ(request->id, 0x7fffffff);
  expect_same(request->bindings, bindings);
}

TEST(Codec, WritesGetAndGetBulk) {
  const std::vector<Oid> oids{{1, 3, 6, 1, 2, 1, 1, 1, 0}, {1, 3, 6, 1, 2, 1, 1, 2, 0}};
  Question question;
  question.request_id = 5;
  question.oids = oids;
  const auto get = read_request(*encode_v2c(Secret{"public"}, question));
  ASSERT_TRUE(get);
  EXPECT_EQ(get->type, 0xa0);
  expect_same(get->bindings, {{oids[0], Null{}}, {oids[1], Null{}}});

  question.operation = Operation::GetBulk;
  question.max_repetitions = 25;
  const auto bulk = read_request(*encode_v2c(Secret{""}, question));
  ASSERT_TRUE(bulk);
  EXPECT_EQ(bulk->type, 0xa5);
  EXPECT_EQ(bulk->community, "");
  EXPECT_EQ(bulk->non_repeaters, 0);
  EXPECT_EQ(bulk->max_repetitions, 25);
}

TEST(Codec, WritesRequestsLongerThanAFrameAndRefusesThoseNoDatagramCanHold) {
  std::vector<VarBind> bindings{{{1, 3, 6, 1}, Octets{std::string(40'000, 'x')}}};
  Question question;
  question.operation = Operation::Set;
  question.request_id = 1;
  question.bindings = bindings;
  const auto big = encode_v2c(Secret{"private"}, question);
  ASSERT_TRUE(big);
  const auto read = read_request(*big);
  ASSERT_TRUE(read);
  expect_same(read->bindings, bindings);

  bindings.push_back(bindings.front());
  question.bindings = bindings;
  EXPECT_FALSE(encode_v2c(Secret{"private"}, question));
}

TEST(Codec, RefusesToWriteWhatIsNoValue) {
  for (const Value& value :
       {Value{NoSuchObject{}}, Value{EndOfMibView{}}, Value{*IpAddress::parse("fd00::1")}}) {
    const std::vector<VarBind> bindings{{{1, 3, 6, 1}, value}};
    Question question;
    question.operation = Operation::Set;
    question.bindings = bindings;
    EXPECT_FALSE(encode_v2c(Secret{"private"}, question)) << to_string(value);
  }
}

TEST(Codec, ReadsAResponseThatAnotherWriterMade) {
  FakeResponse response{-5, 6, 2, one_of_each()};
  response.bindings.push_back({{1, 3, 6, 2}, NoSuchObject{}});
  response.bindings.push_back({{1, 3, 6, 3}, NoSuchInstance{}});
  response.bindings.push_back({{1, 3, 6, 4}, EndOfMibView{}});
  const auto reply = decode_community(write_response("public", response));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->request_id, -5);
  EXPECT_EQ(reply->error_status, 6);
  EXPECT_EQ(reply->error_index, 2);
  expect_same(reply->bindings, response.bindings);
}

TEST(Codec, RefusesAnOidOfMoreArcsThanSnmpAllows) {
  std::vector<std::uint32_t> arcs(Oid::kMaxArcs, 1);
  const auto longest = decode_community(write_response("p", {1, 0, 0, {{Oid{arcs}, Null{}}}}));
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->bindings.at(0).oid.size(), Oid::kMaxArcs);
  arcs.push_back(1);
  EXPECT_FALSE(decode_community(write_response("p", {1, 0, 0, {{Oid{arcs}, Null{}}}})));
}

TEST(Codec, TellsWhoseReplyItIsBeforeReadingAllOfIt) {
  auto bytes = write_response("public", {77, 0, 0, one_of_each()});
  const auto envelope = open_envelope(bytes);
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->version, Version::V2c);
  EXPECT_EQ(envelope->id, 77);
  EXPECT_FALSE(open_envelope({}));
  const std::vector<std::uint8_t> text{'H', 'T', 'T', 'P', '/', '1', '.', '1'};
  EXPECT_FALSE(open_envelope(text));
}

// Octets that end where readable memory ends. net-snmp is not built with the sanitizers, so that
// only the processor can tell that it reads too far.
class Fenced {
 public:
  Fenced() {
    auto* const pages =
        ::mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) std::abort();
    begin_ = static_cast<std::uint8_t*>(pages);
    if (::mprotect(begin_ + kPage, kPage, PROT_NONE) != 0) std::abort();
  }
  ~Fenced() { ::munmap(begin_, 2 * kPage); }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;

  std::span<const std::uint8_t> hold(const std::vector<std::uint8_t>& bytes) {
    EXPECT_LE(bytes.size(), kPage);
    std::copy(bytes.begin(), bytes.end(), begin_ + kPage - bytes.size());
    return {begin_ + kPage - bytes.size(), bytes.size()};
  }

 private:
  static constexpr std::size_t kPage = 4096;
  std::uint8_t* begin_;
};

void read_everything(const std::vector<std::uint8_t>& bytes) {
  static Fenced fenced;
  const auto exact = fenced.hold(bytes);
  (void)open_envelope(exact);
  if (const auto reply = decode_community(exact)) {
    for (const auto& binding : reply->bindings) (void)to_string(binding.value);
  }
}

TEST(Codec, RefusesEveryTruncation) {
  const auto whole = write_response("public", {77, 0, 0, one_of_each()});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> part{whole.begin(),
                                         whole.begin() + static_cast<std::ptrdiff_t>(size)};
    EXPECT_FALSE(decode_community(part)) << size;
    read_everything(part);
  }
}

TEST(Codec, SurvivesFlippedBitsAndNoise) {
  std::mt19937 random{20261123};
  const auto whole = write_response("public", {77, 0, 0, one_of_each()});
  std::uniform_int_distribution<std::size_t> place{0, whole.size() * 8 - 1};
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = whole;
    for (int flips = 1 + round % 4; flips > 0; --flips) {
      const auto bit = place(random);
      bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    }
    bytes.resize(bytes.size() - static_cast<std::size_t>(round % 3));
    read_everything(bytes);
  }
  std::uniform_int_distribution<unsigned> octet{0, 255};
  for (std::size_t round = 0; round < 5'000; ++round) {
    std::vector<std::uint8_t> noise(round % 64);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(octet(random));
    if (!noise.empty()) noise[0] = 0x30;
    if (noise.size() > 1) noise[1] = static_cast<std::uint8_t>(noise.size() - 2);
    read_everything(noise);
  }
}

// Small values of every tag, at the very end of the datagram: where a reader that looks ahead
// would look too far.
TEST(Codec, StaysInsideTheDatagramForEveryTagAndShortContent) {
  for (unsigned tag = 0; tag < 256; ++tag) {
    for (std::uint8_t size = 0; size < 4; ++size) {
      for (const int fill : {0x00, 0x1f, 0x78, 0x80, 0x9f, 0xff}) {
        std::vector<std::uint8_t> value{static_cast<std::uint8_t>(tag), size};
        value.insert(value.end(), size, static_cast<std::uint8_t>(fill));
        std::vector<std::uint8_t> binding{0x30, 0, 0x06, 0x01, 0x2b};
        binding.insert(binding.end(), value.begin(), value.end());
        binding[1] = static_cast<std::uint8_t>(binding.size() - 2);
        std::vector<std::uint8_t> message{
            0x30, 0,    0x02, 1,    1, 0x04, 1,
            'p',  0xa2, 0,    0x02, 1, 9,    0x02,
            1,    0,    0x02, 1,    0, 0x30, static_cast<std::uint8_t>(binding.size())};
        message.insert(message.end(), binding.begin(), binding.end());
        message[1] = static_cast<std::uint8_t>(message.size() - 2);
        message[9] = static_cast<std::uint8_t>(message.size() - 10);
        read_everything(message);
      }
    }
  }
}

}  // namespace
}  // namespace market::snmp
