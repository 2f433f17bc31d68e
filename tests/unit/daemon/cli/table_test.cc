// daemon/cli/table: Korean stands straight.
#include "daemon/cli/table.h"

#include <gtest/gtest.h>

namespace market::cli {
namespace {

TEST(Table, CountsWhatTheEyeSees) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("대구상회"), 8U);
  EXPECT_EQ(display_width("A-101 가"), 8U);
  EXPECT_EQ(display_width("\xf0"), 1U) << "cut off in mid-character";
}

TEST(Table, AlignsMixedRows) {
  Table table{{"점포", "X"}};
  table.add({"A-101", "1"});
  EXPECT_EQ(table.to_string(), "점포   X\nA-101  1\n");
}

}  // namespace
}  // namespace market::cli
