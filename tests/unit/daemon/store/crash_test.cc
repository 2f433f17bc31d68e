// What the store promises when processes die and disks fill up.
#include <gmock/gmock.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>

#include "tests/unit/daemon/store/sample.h"

namespace market::store {
namespace {

using testing::HasSubstr;

/// Writes to the store for ever, one octet to `told` after each acknowledged round.
[[noreturn]] void write_for_ever(const std::string& directory, int told) {
  auto store = open_store(directory);
  if (!store) _exit(1);
  auto& journal = (*store)->journal();
  const auto run = journal.begin(sample_plan(1), "kim");
  if (!run) _exit(2);
  for (std::size_t round = 1;; ++round) {
    if (!journal.step_intent(*run, round)) _exit(3);
    if (!(*store)->audit(sample_audit(static_cast<std::int64_t>(round)))) _exit(4);
    if (write(told, ".", 1) != 1) _exit(5);
  }
}

/// Kills the writer after `rounds` acknowledged rounds; returns how many it had acknowledged.
std::size_t kill_after(const std::string& directory, std::size_t rounds) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) write_for_ever(directory, ends[1]);
  close(ends[1]);
  std::size_t acknowledged = 0;
  char octet = 0;
  while (acknowledged < rounds && read(ends[0], &octet, 1) == 1) ++acknowledged;
  kill(child, SIGKILL);
  while (read(ends[0], &octet, 1) == 1) ++acknowledged;  // said before it died
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer gave up by itself: " << WEXITSTATUS(status);
  return acknowledged;
}

TEST(StoreCrash, EverythingAcknowledgedIsThereAfterSigkill) {
  std::mt19937 random{std::random_device{}()};
  for (int repeat = 0; repeat < 5; ++repeat) {
    Directory directory;
    const auto rounds = std::uniform_int_distribution<std::size_t>{1, 60}(random);
    const auto acknowledged = kill_after(directory.path(), rounds);
    ASSERT_GE(acknowledged, rounds);
    auto store = open_store(directory.path());
    ASSERT_TRUE(store) << store.error().message;
    const auto rows = (*store)->audit_rows(1'000'000);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_GE(rows->size(), acknowledged);
    EXPECT_LE(rows->size(), acknowledged + 1) << "at most the one that was not told any more";
    EXPECT_EQ(rows->front().at_ms, static_cast<std::int64_t>(rows->size())) << "no gap";
    const auto run = (*store)->journal().open_run();
    ASSERT_TRUE(run) << run.error().message;
    ASSERT_TRUE(*run);
    EXPECT_GE((*run)->begun.size(), acknowledged);
    EXPECT_LE((*run)->begun.size(), acknowledged + 1);
  }
}

TEST(StoreCrash, ALockOfAnotherProcessNamesItAndEndsWithIt) {
  Directory directory;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto store = open_store(directory.path());
    const char answer = store ? '.' : 'x';
    if (write(ends[1], &answer, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ends[0], &answer, 1), 1);
  ASSERT_EQ(answer, '.');
  const auto refused = open_store(directory.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::Conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(child) + " "));
  EXPECT_THAT(refused.error().message, HasSubstr(directory.path()));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  for (const int end : ends) close(end);
  EXPECT_TRUE(open_store(directory.path())) << "the lock died with its holder";
}

/// Audit rows until one is refused; how many were acknowledged.
std::int64_t fill(Store& store, std::string& refusal) {
  constexpr std::int64_t kMore = 100'000;
  for (std::int64_t row = 0; row < kMore; ++row) {
    auto audit = sample_audit(row);
    audit.result = std::string(2000, 'r');
    if (auto written = store.audit(audit); !written) {
      refusal = written.error().message;
      return row;
    }
  }
  return -1;
}

/// Fills the store up to the limit, lifts the limit, goes on. "" = as promised.
std::string fill_and_go_on(const std::string& directory, const std::string& expected,
                           const std::function<void()>& lift) {
  auto store = open_store(directory);
  if (!store) return "open: " + store.error().message;
  if (auto saved = (*store)->save_devices({sample_device("before")}); !saved) return "devices";
  const auto run = (*store)->journal().begin(sample_plan(1), "kim");
  if (!run) return "begin: " + run.error().message;
  std::string refusal;
  const auto acknowledged = fill(**store, refusal);
  if (acknowledged <= 0) return "never refused, or at once: " + refusal;
  if (refusal.find(expected) == std::string::npos) return "refused otherwise: " + refusal;
  if (refusal.find(directory + "/market.db") == std::string::npos) return "no path: " + refusal;
  std::vector<inventory::DeviceRecord> many;
  for (int i = 0; i < 3000; ++i) many.push_back(sample_device("x" + std::to_string(i)));
  if ((*store)->save_devices(many)) return "the devices fitted";
  const auto rows = (*store)->audit_rows(1'000'000);
  if (!rows) return "reading while full: " + rows.error().message;
  if (static_cast<std::int64_t>(rows->size()) != acknowledged) return "rows were lost";
  lift();
  if (auto more = (*store)->audit(sample_audit(-1)); !more) {
    return "not usable afterwards: " + more.error().message;
  }
  if (auto noted = (*store)->journal().step_intent(*run, 1); !noted) return noted.error().message;
  store->reset();
  store = open_store(directory);
  if (!store) return "reopen: " + store.error().message;
  if (static_cast<std::int64_t>((*store)->audit_rows(1'000'000)->size()) != acknowledged + 1) {
    return "rows were lost after reopening";
  }
  const auto devices = (*store)->devices();
  if (!devices || devices->size() != 1 || devices->front().key != "before") return "devices lost";
  return "";
}

TEST(StoreDisk, AFileThatMayNotGrowIsAnErrorAndLeavesTheStoreUsable) {
  Directory directory;
  EXPECT_EQ(in_child([&]() -> std::string {
              signal(SIGXFSZ, SIG_IGN);
              rlimit limit{};
              getrlimit(RLIMIT_FSIZE, &limit);
              const auto free = limit.rlim_cur;
              limit.rlim_cur = 400 * 1024;
              if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return "setrlimit";
              return fill_and_go_on(directory.path(), "disk", [&] {
                limit.rlim_cur = free;
                setrlimit(RLIMIT_FSIZE, &limit);
              });
            }),
            "");
}

/// "" when this process has a small disk of its own mounted on `directory`.
std::string mount_small_disk(const std::string& directory) {
  const auto uid = std::to_string(getuid());
  const auto gid = std::to_string(getgid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
    std::ofstream{"/proc/self/setgroups"} << "deny";
    std::ofstream{"/proc/self/uid_map"} << "0 " << uid << " 1\n";
    std::ofstream{"/proc/self/gid_map"} << "0 " << gid << " 1\n";
  } else if (unshare(CLONE_NEWNS) != 0) {
    return std::string{"unshare: "} + std::strerror(errno);
  }
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return std::string{"private mounts: "} + std::strerror(errno);
  }
  if (mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=1m") != 0) {
    return std::string{"mount: "} + std::strerror(errno);
  }
  return "";
}

TEST(StoreDisk, AFullDiskIsAnErrorAndLeavesTheStoreUsable) {
  Directory directory;
  const auto result = in_child([&]() -> std::string {
    if (auto reason = mount_small_disk(directory.path()); !reason.empty()) {
      return "NOT TESTED: no small disk: " + reason;
    }
    const auto ballast = directory.path() + "/ballast";
    std::ofstream{ballast} << std::string(300 * 1024, 'b');
    return fill_and_go_on(directory.path(), "database or disk is full",
                          [&] { std::filesystem::remove(ballast); });
  });
  if (result.starts_with("NOT TESTED")) GTEST_SKIP() << result;
  EXPECT_EQ(result, "");
}

}  // namespace
}  // namespace market::store
