// probes/netlink/queues and its part of the gateway against a real kernel; `tc -j` is the judge.
#include "probes/netlink/queues.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>

#include "probes/device/queue_part.h"
#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using device::FieldChange;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

/// `tc <arguments>`, both of its outputs; its status goes into `status`.
std::string run_tc(const std::string& arguments, int& status) {
  std::FILE* pipe = popen(("tc " + arguments + " 2>&1").c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  status = pclose(pipe);
  return output;
}

FieldValue text(const char* value) { return FieldValue{std::string{value}}; }

class QueuesTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (!kernel_) return;  // skipped
    auto opened = open_queues();
    ASSERT_TRUE(opened) << opened.error().message;
    queues_ = std::move(*opened);
    if (const auto able = queues_->check_support(); !able) {
      GTEST_SKIP() << "NOT TESTED: " << able.error().message;
    }
    part_ = device::make_queue_part(*queues_);
    add_pair("va", "vb");
    ip("link set va up");
    ip("link set vb up");
  }
  static void tc(const std::string& arguments) {
    int status = 0;
    const auto said = run_tc(arguments, status);
    ASSERT_EQ(status, 0) << "tc " << arguments << "\n" << said;
  }
  /// Roots and classes as tc shows them, less what counts by itself.
  static std::string shown(const std::string& link) {
    int status = 0;
    return run_tc("qdisc show dev " + link, status) + run_tc("class show dev " + link, status);
  }
  static json root_of(const std::string& link) {
    int status = 0;
    const auto all = json::parse(run_tc("-j qdisc show dev " + link, status), nullptr, false);
    return all.is_array() && !all.empty() ? all.front() : json{};
  }
  FieldMap seen() { return part_->observe().value_or(device::Observation{}).fields; }
  std::string write(const std::vector<FieldChange>& changes) {
    const auto done = part_->write(changes);
    return done ? "" : done.error().message;
  }

  std::unique_ptr<Queues> queues_;
  std::unique_ptr<device::GatewayPart> part_;
  const std::vector<FieldChange> market_{
      {"qdisc[va]", Absent{}, text("htb default other")},
      {"class[va all]", Absent{}, text("min 500Mbit/s max 500Mbit/s priority 0")},
      {"class[va 20]", Absent{}, text("min 20Mbit/s max 500Mbit/s priority 1")},
      {"class[va 4094]", Absent{}, text("min 500kbit/s max 200Mbit/s priority 7")},
      {"class[va other]", Absent{}, text("min 500kbit/s max 500Mbit/s priority 4")},
  };
};

TEST_F(QueuesTest, TcSeesWhatWasWritten) {
  ASSERT_EQ(write(market_), "");
  const auto root = root_of("va");
  EXPECT_EQ(root.value("kind", ""), "htb");
  EXPECT_EQ(root.value("handle", ""), "6d6b:");
  EXPECT_EQ(root.value("/options/default"_json_pointer, ""), "0xf001");
  const auto all = shown("va");
  EXPECT_THAT(all, HasSubstr("class htb 6d6b:f000 root rate 500Mbit ceil 500Mbit"));
  EXPECT_THAT(all, HasSubstr("class htb 6d6b:20 parent 6d6b:f000 prio 1 rate 20Mbit ceil 500Mbit"));
  EXPECT_THAT(all,
              HasSubstr("class htb 6d6b:4094 parent 6d6b:f000 prio 7 rate 500Kbit ceil 200Mbit"));
}

TEST_F(QueuesTest, ReadsBackExactlyWhatWasWritten) {
  ASSERT_EQ(write(market_), "");
  const auto fields = seen();
  EXPECT_EQ(fields.size(), market_.size());
  for (const auto& change : market_) EXPECT_EQ(fields.at(change.field), change.after);
}

TEST_F(QueuesTest, RatesBeyondThirtyTwoBitsAreKept) {
  ASSERT_EQ(write({{"qdisc[va]", Absent{}, text("htb")},
                   {"class[va all]", Absent{}, text("min 40Gbit/s max 100Gbit/s priority 0")}}),
            "");
  EXPECT_EQ(seen().at("class[va all]"), text("min 40Gbit/s max 100Gbit/s priority 0"));
  EXPECT_THAT(shown("va"), HasSubstr("rate 40Gbit ceil 100Gbit"));
}

TEST_F(QueuesTest, UndoingGivesExactlyWhatWasThere) {
  const auto before = shown("va");
  ASSERT_EQ(write(market_), "");
  EXPECT_NE(shown("va"), before);
  std::vector<FieldChange> undo;
  for (const auto& change : market_) undo.push_back({change.field, change.after, change.before});
  ASSERT_EQ(write(undo), "");
  EXPECT_EQ(shown("va"), before);
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(QueuesTest, AClassThatSomebodyChangedIsSeenAndPutRight) {
  ASSERT_EQ(write(market_), "");
  tc("class change dev va parent 6d6b:f000 classid 6d6b:20 htb rate 1mbit ceil 2mbit prio 3");
  EXPECT_EQ(seen().at("class[va 20]"), text("min 1Mbit/s max 2Mbit/s priority 3"));
  tc("class add dev va parent 6d6b: classid 6d6b:99 htb rate 1mbit");
  EXPECT_EQ(seen().at("class[va 99]"), text("min 1Mbit/s max 1Mbit/s priority 0 below root"));
  ASSERT_EQ(write({market_[2], {"class[va 99]", Absent{}, Absent{}}}), "");
  EXPECT_EQ(seen().at("class[va 20]"), market_[2].after);
  EXPECT_FALSE(seen().contains("class[va 99]"));
}

TEST_F(QueuesTest, AForeignRootIsToldAndStays) {
  tc("qdisc add dev va root handle 1: pfifo limit 77");
  const auto before = shown("va");
  const auto observed = part_->observe();
  ASSERT_TRUE(observed);
  EXPECT_EQ(observed->fields.at("qdisc[va]"), text("pfifo 1:"));
  EXPECT_THAT(observed->ours, IsEmpty());
  EXPECT_THAT(write(market_), HasSubstr("'pfifo 1:'"));
  const auto forced = queues_->add_root("va", 0);
  ASSERT_FALSE(forced) << "the kernel itself refuses";
  EXPECT_EQ(forced.error().code, Errc::Conflict) << forced.error().message;
  EXPECT_EQ(shown("va"), before);
}

TEST_F(QueuesTest, AskingForSupportChangesNothing) {
  const auto before = shown("lo");
  EXPECT_TRUE(queues_->check_support());
  EXPECT_EQ(shown("lo"), before);
}

TEST_F(QueuesTest, TellsInTheKernelsWordsWhatItRefused) {
  ASSERT_EQ(write(market_), "");
  const auto busy = queues_->delete_class("va", kWholeClass);
  ASSERT_FALSE(busy) << "classes hang on it";
  EXPECT_THAT(busy.error().message, HasSubstr("delete traffic class of link 'va'"));
  EXPECT_EQ(queues_->add_root("nowhere", 0).error().code, Errc::NotFound);
}

TEST_F(QueuesTest, AlsoOnABridge) {
  ip("link add br-mkt type bridge");
  ASSERT_EQ(write({{"qdisc[br-mkt]", Absent{}, text("htb")},
                   {"class[br-mkt all]", Absent{}, text("min 8Mbit/s max 8Mbit/s priority 0")}}),
            "");
  EXPECT_EQ(root_of("br-mkt").value("handle", ""), "6d6b:");
}

}  // namespace
}  // namespace market::netlink
