// A network of its own for each test, and iproute2 as the judge of what is in it.
//
// The first test of a process moves it into a user namespace where it is root, each test into a
// fresh network namespace: nothing of the machine can be seen or touched. Where that is not
// permitted the tests are skipped and say why.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "probes/netlink/kernel.h"

namespace market::netlink {

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override;

  /// Runs `ip <arguments>`; a failure fails the test.
  static void ip(const std::string& arguments);
  /// `ip -j <arguments>`, parsed.
  [[nodiscard]] static nlohmann::json ip_json(const std::string& arguments);
  /// The one link of that name as `ip -d -j link` shows it; null when there is none.
  [[nodiscard]] static nlohmann::json link(const std::string& name);
  /// "10.0.0.1/24 fd00::1/64": the global addresses of the link, in the kernel's order.
  [[nodiscard]] static std::string addresses_of(const std::string& name);
  /// "via 10.0.0.9 dev va0 proto 150 metric 0" for each route to `to` in the main table.
  [[nodiscard]] static std::vector<std::string> routes_to(const std::string& to);
  /// Every link, address and route of the namespace, but for what changes by itself: timers,
  /// carrier, and the MAC a bridge takes from its ports.
  [[nodiscard]] static nlohmann::json everything();
  /// What is not now as it was, as a JSON patch; empty = exactly the same.
  [[nodiscard]] static std::string changed_since(const nlohmann::json& before);

  /// veth pair a/b, both down.
  static void add_pair(const std::string& a, const std::string& b);

  std::unique_ptr<Kernel> kernel_;
};

/// Counts what the kernel announces (RTM_NEW*, RTM_DEL*) about links, addresses and routes: a
/// second pair of eyes on whether something was written. The carrier of a link is announced too
/// (RTM_NEWLINK), when the kernel gets round to it: only the other types prove anything.
class Monitor {
 public:
  Monitor();
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// Announcements since the last call: message type -> how many.
  [[nodiscard]] std::map<int, int> drain();

 private:
  int descriptor_;
};

}  // namespace market::netlink
