// A sweep of addresses on links of this host: what the kernel's neighbour table bears and knows.
#include "probes/sweep/neighbourhood.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "probes/sweep/sweep.h"
#include "tests/unit/probes/sweep/fake_client.h"

namespace market::sweep {
namespace {

using namespace std::chrono_literals;
using Standing = Neighbourhood::Standing;
using Table = std::vector<netlink::Neighbour>;

netlink::Neighbour neighbour(std::uint32_t address, const std::string& state) {
  const bool known = state != "incomplete" && state != "failed";
  return {IpAddress::v4(address),
          known ? std::optional{*MacAddress::parse("02:00:00:00:00:01")} : std::nullopt, "eth1",
          state};
}

TEST(Neighbourhood, TellsWhoIsThereAsOfTheLastLook) {
  io::TimePoint now{};
  Table table{neighbour(1, "reachable"), neighbour(2, "incomplete"), neighbour(3, "failed"),
              neighbour(4, "stale")};
  Neighbourhood neighbours{[&table] { return table; }, {*IpPrefix::parse("0.0.0.0/16")}, now};
  EXPECT_EQ(neighbours.standing(IpAddress::v4(1)), Standing::There);
  EXPECT_EQ(neighbours.standing(IpAddress::v4(2)), Standing::Sought);
  EXPECT_EQ(neighbours.standing(IpAddress::v4(3)), Standing::Absent);
  EXPECT_EQ(neighbours.standing(IpAddress::v4(4)), Standing::There);
  EXPECT_EQ(neighbours.standing(IpAddress::v4(5)), Standing::Unknown);
  EXPECT_EQ(neighbours.standing(IpAddress::v4(0x0a000001)), Standing::Elsewhere);
  table.clear();
  EXPECT_FALSE(neighbours.look(now));
  EXPECT_TRUE(neighbours.look(now + 1s));
  EXPECT_EQ(neighbours.standing(IpAddress::v4(1)), Standing::Unknown);
}

TEST(Neighbourhood, HasRoomForSoManySoughtAddresses) {
  io::TimePoint now{};
  Table table;
  Neighbourhood neighbours{[&table] { return table; }, {*IpPrefix::parse("0.0.0.0/16")}, now};
  for (std::uint32_t i = 0; i < Neighbourhood::kSoughtMost; ++i) {
    ASSERT_TRUE(neighbours.has_room()) << i;
    neighbours.note_asked(IpAddress::v4(i));
    table.push_back(neighbour(i, "incomplete"));
  }
  EXPECT_FALSE(neighbours.has_room());
  neighbours.look(now += 1s);
  EXPECT_FALSE(neighbours.has_room());
  table.pop_back();
  neighbours.look(now += 1s);
  EXPECT_TRUE(neighbours.has_room());
}

// The kernel makes room by dropping entries, but not young ones.
TEST(Neighbourhood, CountsWhoWasJustFoundForAWhile) {
  io::TimePoint now{};
  Table table;
  Neighbourhood neighbours{[&table] { return table; }, {*IpPrefix::parse("0.0.0.0/16")}, now};
  for (std::uint32_t i = 0; i < Neighbourhood::kYoungMost; ++i) {
    table.push_back(neighbour(i, "reachable"));
  }
  neighbours.look(now += 1s);
  EXPECT_FALSE(neighbours.has_room());
  neighbours.look(now += 6s);
  EXPECT_TRUE(neighbours.has_room());
  const Neighbourhood later{[&table] { return table; }, {}, now};
  EXPECT_TRUE(later.has_room()) << "they were there before";
}

TEST(Neighbourhood, LimitsNothingWithoutATable) {
  Neighbourhood neighbours{{}, {}, {}};
  for (std::uint32_t i = 0; i < 5000; ++i) neighbours.note_asked(IpAddress::v4(i));
  EXPECT_TRUE(neighbours.has_room());
  EXPECT_FALSE(neighbours.look(io::TimePoint{} + 1h));
}

/// The table is what the questions of the sweep make of it.
class OnLinkSweep : public ::testing::Test {
 protected:
  OnLinkSweep() {
    options_.ranges = {*IpRange::parse("10.0.0.0/22")};
    options_.credentials = {credentials("public"), credentials("other")};
    options_.packets_per_second = 100'000;
    options_.outstanding_max = 100'000;
    options_.neighbours = [this] { return table(); };
    options_.on_link = {*IpPrefix::parse("10.0.0.0/16")};
    client_.lose = [this](const std::string& address) {
      if (begun_.contains(address) || sought() + taken_by_others_ < 1024) return false;
      ++refused_;
      return true;
    };
  }
  static snmp::Credentials credentials(const std::string& id) {
    snmp::Credentials made;
    made.id = id;
    return made;
  }
  /// Brings begun_ up to what was asked and not refused.
  void catch_up() {
    for (; read_ < client_.asked.size(); ++read_) {
      const auto& [address, id, at] = client_.asked[read_];
      if (client_.lost.contains(read_)) continue;
      auto& begun = begun_.try_emplace(address, at).first->second;
      if (at - begun >= kSought) begun = at;
    }
  }
  [[nodiscard]] const char* state_of(const std::string& address, io::TimePoint begun) const {
    const auto device = client_.devices.find(address);
    if (device != client_.devices.end() && loop_.now() >= device->second.there_from) {
      return "reachable";
    }
    const bool over = loop_.now() - begun >= kSought && address != sought_by_others_;
    return over ? "failed" : "incomplete";
  }
  std::size_t sought() {
    catch_up();
    return static_cast<std::size_t>(
        std::count_if(begun_.begin(), begun_.end(), [this](const auto& each) {
          return std::string_view{state_of(each.first, each.second)} == "incomplete";
        }));
  }
  Table table() {
    most_sought_ = std::max(most_sought_, sought());
    Table now;
    for (const auto& [address, begun] : begun_) {
      now.push_back(neighbour(IpAddress::parse(address)->v4_number(), state_of(address, begun)));
    }
    return now;
  }
  void add_device(const std::string& address, io::Duration from = {}) {
    auto& device = client_.devices[address];
    device.mib[Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}] = snmp::Octets{"an agent"};
    device.there_from = loop_.now() + from;
  }
  const SweepResult& run() {
    sweep_ = start_sweep(
        loop_, client_, profiles_, options_, [](SweepProgress) {},
        [this](SweepResult result) { result_ = std::move(result); });
    loop_.run_until([this] { return result_.has_value(); }, 1h);
    if (!result_) throw std::runtime_error{"the sweep does not end"};
    return *result_;
  }
  std::size_t times_asked(const std::string& address) const {
    return static_cast<std::size_t>(
        std::count_if(client_.asked.begin(), client_.asked.end(),
                      [&](const auto& question) { return question.address == address; }));
  }

  static constexpr auto kSought = 3s;  // the kernel's
  fakes::FakeLoop loop_;
  FakeClient client_{loop_};
  ProfileSet profiles_;
  SweepOptions options_;
  std::map<std::string, io::TimePoint> begun_;
  std::size_t read_ = 0, most_sought_ = 0, taken_by_others_ = 0, refused_ = 0;
  std::string sought_by_others_;
  std::optional<SweepResult> result_;
  std::unique_ptr<Sweep> sweep_;
};

TEST_F(OnLinkSweep, KeepsTheTableFromOverflowingAndFindsEverybody) {
  options_.ranges = {*IpRange::parse("10.0.0.0/20")};
  for (int i = 1; i < 16; ++i) add_device("10.0." + std::to_string(i) + ".200");
  const auto& result = run();
  EXPECT_EQ(result.sightings.size(), 15U);
  EXPECT_LE(most_sought_, 1000U);
  EXPECT_GT(most_sought_, 600U) << "and makes use of it";
  // 4,094 addresses, 768 at a time for three seconds; 250 packets a second took 65 s.
  EXPECT_LE(result.took, 20s);
}

// Other network namespaces fill the same table, and nobody sees their part.
TEST_F(OnLinkSweep, FindsEverybodyThoughOthersFillTheTableUnseen) {
  taken_by_others_ = 500;
  for (int i = 1; i < 250; ++i) add_device("10.0.2." + std::to_string(i));
  EXPECT_EQ(run().sightings.size(), 249U);
  EXPECT_GT(refused_, 0U) << "it met the limit";
  EXPECT_LT(refused_, 300U) << "and kept away from it";
}

TEST_F(OnLinkSweep, AsksWhoIsAbsentOnceInThreeRounds) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.20")};
  options_.rounds = 4;
  add_device("10.0.0.7");
  client_.devices["10.0.0.7"].credentials = "nobody's";
  EXPECT_TRUE(run().sightings.empty());
  EXPECT_EQ(times_asked("10.0.0.8"), 2U);
  EXPECT_GE(times_asked("10.0.0.7"), 8U) << "it is there: both credentials, in all rounds";
}

TEST_F(OnLinkSweep, AsksAgainWhoIsFoundLate) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.20")};
  add_device("10.0.0.7", 2200ms);
  EXPECT_EQ(run().sightings.size(), 1U);
}

TEST_F(OnLinkSweep, EndsThoughOthersKeepSeekingAnAddress) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.20")};
  sought_by_others_ = "10.0.0.9";
  EXPECT_LE(run().took, 10s);
}

TEST_F(OnLinkSweep, DoesNotWaitForWhatLiesBeyondARouter) {
  options_.ranges = {*IpRange::parse("10.0.0.0/18")};
  options_.credentials.resize(1);
  options_.neighbours = [] { return Table{}; };
  options_.on_link.clear();
  EXPECT_LE(run().took, 3s);
  EXPECT_EQ(client_.asked.size(), 16'382U);
}

}  // namespace
}  // namespace market::sweep
