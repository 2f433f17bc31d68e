#include "daemon/store/lock_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/daemon/store/sample.h"

namespace market::store {
namespace {

TEST(LockFileTest, SaysWhoHasIt) {
  const Directory directory;
  EXPECT_FALSE(LockFile::holder(directory.path(), LockFile::kGuard)) << "nobody ever had it";
  {
    const auto lock = LockFile::take(directory.path(), LockFile::kGuard);
    ASSERT_TRUE(lock);
    EXPECT_EQ(LockFile::holder(directory.path(), LockFile::kGuard), ::getpid());
    const auto second = LockFile::take(directory.path(), LockFile::kGuard);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::Conflict);
  }
  EXPECT_FALSE(LockFile::holder(directory.path(), LockFile::kGuard)) << "a pid is left in the file";
  EXPECT_TRUE(LockFile::take(directory.path(), LockFile::kGuard)) << "asking took nothing";
}

TEST(LockFileTest, TheGuardsIsNotTheWriters) {
  const Directory directory;
  const auto guard = LockFile::take(directory.path(), LockFile::kGuard);
  const auto writer = LockFile::take(directory.path());
  EXPECT_TRUE(guard && writer);
}

}  // namespace
}  // namespace market::store
