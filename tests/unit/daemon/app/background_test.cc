// daemon/app/background: in order, nothing lost but what was refused.
#include "daemon/app/background.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace market::app {
namespace {

TEST(Background, DoesTheWorkInOrderAndFinishesItAtTheEnd) {
  std::vector<int> done;
  {
    Background background{100};
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(background.post([&done, i] { done.push_back(i); }));
  }
  ASSERT_EQ(done.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

TEST(Background, RefusesWhenFull) {
  std::promise<void> begun;
  std::promise<void> release;
  Background background{2};
  ASSERT_TRUE(background.post([&] {
    begun.set_value();
    release.get_future().wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(background.post([] {}));
  EXPECT_TRUE(background.post([] {}));
  EXPECT_FALSE(background.post([] {}));
  release.set_value();
}

}  // namespace
}  // namespace market::app
