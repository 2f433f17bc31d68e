// A directory that vanishes with the test, and things to put into a store.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "daemon/store/store.h"

namespace market::store {

class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A plan with `steps` steps, made by the planner itself, so that its id is right.
[[nodiscard]] reconcile::Plan sample_plan(int steps);
[[nodiscard]] inventory::DeviceRecord sample_device(const std::string& key);
/// Every member, for comparison and for people.
[[nodiscard]] std::string describe(const inventory::DeviceRecord& record);
[[nodiscard]] AuditRow sample_audit(std::int64_t at_ms);

/// Runs `body` in a child process and returns what it returns: "" = all is well. `body` writes
/// nothing to the terminal and must not use GoogleTest.
[[nodiscard]] std::string in_child(const std::function<std::string()>& body);

}  // namespace market::store
