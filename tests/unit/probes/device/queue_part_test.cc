// Traffic classes as fields: texts that round-trip, what is ours, and in which order a link is
// brought to what it shall be. The kernel here refuses what the real one refuses.
#include "probes/device/queue_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "probes/device/gateway_driver.h"
#include "tests/unit/probes/device/sim_switch.h"

namespace market::device {
namespace {

using netlink::RootQueue;
using netlink::TrafficClass;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;

class FakeQueues final : public netlink::Queues {
 public:
  Result<std::vector<RootQueue>> roots() override { return roots_; }
  Result<std::vector<TrafficClass>> classes() override { return classes_; }
  Result<void> check_support() override { return supported; }
  Result<void> add_root(const std::string& link, std::uint32_t fallback) override {
    log.push_back("root " + link);
    if (root_of(link) != roots_.end()) return fail(Errc::Conflict, "File exists");
    roots_.push_back({link, "htb", netlink::kQueueMajor, fallback});
    return {};
  }
  Result<void> delete_root(const std::string& link) override {
    log.push_back("no root " + link);
    roots_.erase(root_of(link));
    std::erase_if(classes_, [&](const auto& one) { return one.link == link; });
    return {};
  }
  Result<void> set_class(const TrafficClass& wanted) override {
    log.push_back("class " + std::to_string(wanted.minor));
    if (root_of(wanted.link) == roots_.end()) return fail(Errc::NotFound, "no root");
    if (wanted.parent != 0 && class_of(wanted.parent) == classes_.end()) {
      return fail(Errc::NotFound, "no parent");
    }
    const auto present = class_of(wanted.minor);
    if (present == classes_.end()) {
      classes_.push_back(wanted);
    } else {
      *present = wanted;
    }
    return {};
  }
  Result<void> delete_class(const std::string& /*link*/, std::uint16_t minor) override {
    log.push_back("no class " + std::to_string(minor));
    if (std::any_of(classes_.begin(), classes_.end(),
                    [&](const auto& one) { return one.parent == minor; })) {
      return fail(Errc::Io, "Device or resource busy");
    }
    classes_.erase(class_of(minor));
    return {};
  }

  void put(RootQueue root) { roots_.push_back(std::move(root)); }

  Result<void> supported;
  std::vector<std::string> log;  ///< every write

 private:
  std::vector<RootQueue>::iterator root_of(const std::string& link) {
    return std::find_if(roots_.begin(), roots_.end(),
                        [&](const auto& root) { return root.link == link; });
  }
  std::vector<TrafficClass>::iterator class_of(std::uint16_t minor) {
    return std::find_if(classes_.begin(), classes_.end(),
                        [&](const auto& one) { return one.minor == minor; });
  }

  std::vector<RootQueue> roots_;
  std::vector<TrafficClass> classes_;
};

class QueuePart : public testing::Test {
 protected:
  FieldMap seen() { return part_->observe().value_or(Observation{}).fields; }
  std::string write(const std::vector<FieldChange>& changes) {
    kernel_.log.clear();
    const auto done = part_->write(changes);
    return done ? "" : done.error().message;
  }
  static std::vector<FieldChange> undo_of(const std::vector<FieldChange>& changes) {
    std::vector<FieldChange> undo;
    for (auto each = changes.rbegin(); each != changes.rend(); ++each) {
      undo.push_back({each->field, each->after, each->before});
    }
    return undo;
  }

  FakeQueues kernel_;
  std::unique_ptr<GatewayPart> part_ = make_queue_part(kernel_);
  /// In an order that no kernel would take.
  const std::vector<FieldChange> eth0_{
      {"class[eth0 20]", Absent{}, text("min 20Mbit/s max 500Mbit/s priority 1")},
      {"class[eth0 other]", Absent{}, text("min 500kbit/s max 500Mbit/s priority 4")},
      {"class[eth0 all]", Absent{}, text("min 500Mbit/s max 500Mbit/s priority 0")},
      {"qdisc[eth0]", Absent{}, text("htb default other")},
  };
};

TEST_F(QueuePart, ReadsBackExactlyWhatItWrote) {
  ASSERT_EQ(write(eth0_), "");
  const auto fields = seen();
  ASSERT_EQ(fields.size(), eth0_.size());
  for (const auto& change : eth0_) EXPECT_EQ(fields.at(change.field), change.after);
}

TEST_F(QueuePart, MakesTheRootFirstAndTheClassesFromTheTopDown) {
  ASSERT_EQ(write(eth0_), "");
  EXPECT_THAT(kernel_.log, ElementsAre("root eth0", "class 61440", "class 32", "class 61441"));
}

TEST_F(QueuePart, WritesNothingTwice) {
  ASSERT_EQ(write(eth0_), "");
  ASSERT_EQ(write(eth0_), "");
  EXPECT_THAT(kernel_.log, IsEmpty());
}

TEST_F(QueuePart, UndoingLeavesNothing) {
  ASSERT_EQ(write(eth0_), "");
  ASSERT_EQ(write(undo_of(eth0_)), "");
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(QueuePart, ChangesAClassInPlace) {
  ASSERT_EQ(write(eth0_), "");
  ASSERT_EQ(write({{"class[eth0 20]", Absent{}, text("min 30Mbit/s max 400Mbit/s priority 2")}}),
            "");
  EXPECT_THAT(kernel_.log, ElementsAre("class 32"));
  EXPECT_EQ(seen().at("class[eth0 20]"), text("min 30Mbit/s max 400Mbit/s priority 2"));
}

TEST_F(QueuePart, TakesClassesAwayFromTheBottomUp) {
  ASSERT_EQ(write(eth0_), "");
  ASSERT_EQ(write({{"class[eth0 all]", Absent{}, Absent{}},
                   {"class[eth0 20]", Absent{}, Absent{}},
                   {"class[eth0 other]", Absent{}, Absent{}}}),
            "");
  EXPECT_THAT(kernel_.log, ElementsAre("no class 61441", "no class 32", "no class 61440"));
}

TEST_F(QueuePart, KeepsTheClassesWhenTheRootMustBeAnother) {
  ASSERT_EQ(write(eth0_), "");
  const auto before = seen();
  ASSERT_EQ(write({{"qdisc[eth0]", Absent{}, text("htb")}}), "");
  auto expected = before;
  expected["qdisc[eth0]"] = text("htb");
  EXPECT_EQ(seen(), expected);
}

TEST_F(QueuePart, TellsAForeignRootAndTouchesNothingOfIt) {
  kernel_.put({"eth0", "cake", 0x8001, 0});
  const auto observed = part_->observe();
  ASSERT_TRUE(observed);
  EXPECT_EQ(observed->fields.at("qdisc[eth0]"), text("cake 8001:"));
  EXPECT_THAT(observed->ours, IsEmpty());
  EXPECT_THAT(write(eth0_), HasSubstr("'cake 8001:'"));
  EXPECT_THAT(kernel_.log, IsEmpty());
}

TEST_F(QueuePart, AnHtbOfSomebodyElseIsForeignToo) {
  kernel_.put({"eth0", "htb", 1, 0x30});
  EXPECT_THAT(part_->observe()->ours, IsEmpty());
  EXPECT_THAT(write({{"qdisc[eth0]", text("htb 1:"), Absent{}}}), "");
  EXPECT_THAT(kernel_.log, IsEmpty()) << "taking ours away does not take theirs";
}

TEST_F(QueuePart, WhatSomebodyHungBelowOurRootRoundTripsToo) {
  ASSERT_EQ(write(eth0_), "");
  const std::vector<FieldChange> theirs{
      {"class[eth0 0xabc]", Absent{}, text("min 8kbit/s max 16kbit/s priority 7 below root")},
      {"class[eth0 99]", Absent{}, text("min 8kbit/s max 8kbit/s priority 0 below 0xabc")}};
  ASSERT_EQ(write(theirs), "");
  for (const auto& change : theirs) EXPECT_EQ(seen().at(change.field), change.after);
  EXPECT_TRUE(part_->observe()->ours.contains("class[eth0 99]"));
}

TEST_F(QueuePart, SaysWhyAKernelCanHaveNone) {
  kernel_.supported = fail(Errc::Unsupported, "this kernel has no HTB");
  const auto observed = device::make_gateway_driver([this] {
                          std::vector<std::unique_ptr<device::GatewayPart>> parts;
                          parts.push_back(std::move(part_));
                          return parts;
                        }())
                            ->observe();
  ASSERT_TRUE(observed) << "the rest of the gateway goes on";
  EXPECT_EQ(observed->unable.at("qdisc"), "this kernel has no HTB");
  EXPECT_EQ(observed->unable.at("class"), "this kernel has no HTB");
}

TEST_F(QueuePart, RefusesTextsThatAreNoClass) {
  ASSERT_EQ(write(eth0_), "");
  for (const auto* wrong :
       {"", "min 20Mbit/s", "min 20Mbit max 1Gbit/s priority 1",
        "min 20Mbit/s max 1Gbit/s priority 8", "min 20Mbit/s max 1Gbit/s priority 1 below",
        "min 20Mbit/s max 1Gbit/s priority 1 and more", "min 4bit/s max 1Gbit/s priority 1",
        "min 9bit/s max 1Gbit/s priority 1"}) {
    EXPECT_THAT(write({{"class[eth0 20]", Absent{}, text(wrong)}}),
                HasSubstr("class[eth0 20] refused"))
        << wrong;
    EXPECT_THAT(kernel_.log, IsEmpty());
  }
  EXPECT_NE(write({{"class[eth0 0x20]", Absent{}, text("min 8kbit/s max 8kbit/s priority 1")}}), "")
      << "a class has one name";
  EXPECT_NE(write({{"qdisc[eth0]", Absent{}, text("cake")}}), "");
}

}  // namespace
}  // namespace market::device
