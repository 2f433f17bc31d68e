#include "tests/integration/netlink/sandbox.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

namespace market::netlink {
namespace {

using nlohmann::json;

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file{path};
  file << text;
  file.flush();
  return file.good();
}

/// Why the process cannot be root of a user namespace of its own; empty = it is.
std::string become_root() {
  static std::optional<std::string> reason;
  if (reason) return *reason;
  const auto uid = getuid();
  const auto gid = getgid();
  if (unshare(CLONE_NEWUSER) != 0) {
    // Already root where user namespaces are forbidden: its own network is all that is needed.
    reason = uid == 0 ? "" : std::string{"unshare(CLONE_NEWUSER): "} + std::strerror(errno);
    return *reason;
  }
  write_file("/proc/self/setgroups", "deny");
  const bool mapped = write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1\n") &&
                      write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1\n");
  reason = mapped ? "" : "the user cannot be mapped to root";
  return *reason;
}

struct Ran {
  int status;
  std::string output;
};

Ran run(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen failed"};
  std::string output;
  std::array<char, 4096> buffer{};
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  return {pclose(pipe), output};
}

/// Removes what changes by itself, at any depth.
void calm(json& node) {
  static const std::set<std::string> kVolatile{"hello_timer",
                                               "tcn_timer",
                                               "topology_change_timer",
                                               "gc_timer",
                                               "hold_timer",
                                               "message_age_timer",
                                               "forward_delay_timer",
                                               "operstate",
                                               "valid_life_time",
                                               "preferred_life_time",
                                               "tentative",
                                               "topology_change",
                                               "topology_change_ack"};
  if (node.is_object()) {
    for (const auto& name : kVolatile) node.erase(name);
    if (node.contains("flags") && node["flags"].is_array()) {
      json kept = json::array();
      for (const auto& flag : node["flags"]) {
        const bool carrier = flag == "LOWER_UP" || flag == "NO-CARRIER" || flag == "M-DOWN";
        if (!carrier && flag != "linkdown") kept.push_back(flag);
      }
      node["flags"] = kept;
    }
    if (node.contains("linkinfo") && node["linkinfo"].value("info_kind", "") == "bridge") {
      node.erase("address");
      for (const auto* id : {"bridge_id", "root_id"}) node["linkinfo"]["info_data"].erase(id);
    }
  }
  for (auto& child : node) {
    if (child.is_structured()) calm(child);
  }
}

}  // namespace

void SandboxTest::SetUp() {
  if (const auto reason = become_root(); !reason.empty()) {
    GTEST_SKIP() << "NOT TESTED: no namespace of our own: " << reason;
  }
  if (unshare(CLONE_NEWNET) != 0) {
    GTEST_SKIP() << "NOT TESTED: unshare(CLONE_NEWNET): " << std::strerror(errno);
  }
  // Neighbour discovery and router solicitation write to the tables at times of their own.
  (void)write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  auto opened = open_kernel();
  ASSERT_TRUE(opened) << opened.error().message;
  kernel_ = std::move(*opened);
}

void SandboxTest::ip(const std::string& arguments) {
  const auto ran = run("ip " + arguments);
  ASSERT_EQ(ran.status, 0) << "ip " << arguments << "\n" << ran.output;
}

json SandboxTest::ip_json(const std::string& arguments) {
  const auto ran = run("ip -j " + arguments);
  EXPECT_EQ(ran.status, 0) << "ip -j " << arguments << "\n" << ran.output;
  auto parsed = json::parse(ran.output.empty() ? "[]" : ran.output, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << ran.output;
  return parsed;
}

json SandboxTest::link(const std::string& name) {
  for (const auto& each : ip_json("-d link show")) {
    if (each.value("ifname", "") == name) return each;
  }
  return nullptr;
}

std::string SandboxTest::addresses_of(const std::string& name) {
  std::string text;
  for (const auto& each : ip_json("addr show dev " + name)) {
    for (const auto& address : each.value("addr_info", json::array())) {
      if (address.value("scope", "") == "link") continue;
      if (!text.empty()) text += " ";
      text += address.at("local").get<std::string>() + "/" +
              std::to_string(address.at("prefixlen").get<int>());
    }
  }
  return text;
}

std::vector<std::string> SandboxTest::routes_to(const std::string& to) {
  std::vector<std::string> found;
  const std::string family = to.find(':') == std::string::npos ? "-4" : "-6";
  for (const auto& route : ip_json(family + " -N -d route show table main")) {
    if (route.value("dst", "") != (to == "::/0" ? "default" : to)) continue;
    std::string text;
    if (route.contains("gateway")) text = "via " + route["gateway"].get<std::string>() + " ";
    text += "dev " + route.value("dev", "?") + " proto " + route.value("protocol", "?");
    found.push_back(text + " metric " + std::to_string(route.value("metric", 0)));
  }
  return found;
}

json SandboxTest::everything() {
  json all{{"links", ip_json("-d link show")},
           {"addresses", ip_json("addr show")},
           {"v4", ip_json("-4 -d route show table all")},
           {"v6", ip_json("-6 -d route show table all")}};
  std::map<std::string, json> bridges;
  for (auto& each : all["links"]) {
    if (each.value("/linkinfo/info_kind"_json_pointer, "") == "bridge") {
      bridges[each["ifname"]] = true;
    }
  }
  for (auto& each : all["addresses"]) {
    if (bridges.count(each.value("ifname", "")) != 0) each.erase("address");
  }
  calm(all);
  return all;
}

std::string SandboxTest::changed_since(const json& before) {
  const auto now = everything();
  return before.dump() == now.dump() ? "" : json::diff(before, now).dump(1);
}

void SandboxTest::add_pair(const std::string& a, const std::string& b) {
  ip("link add " + a + " type veth peer name " + b);
}

Monitor::Monitor()
    : descriptor_{socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE)} {
  EXPECT_GE(descriptor_, 0);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  sockaddr generic{};
  static_assert(sizeof address <= sizeof generic);
  std::memcpy(&generic, &address, sizeof address);
  EXPECT_EQ(bind(descriptor_, &generic, sizeof address), 0) << std::strerror(errno);
}

Monitor::~Monitor() { close(descriptor_); }

std::map<int, int> Monitor::drain() {
  std::map<int, int> counts;
  std::vector<char> buffer(65536);
  for (int datagram = 0; datagram < 10'000; ++datagram) {
    const auto size = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size <= 0) break;
    std::size_t offset = 0;
    const auto end = static_cast<std::size_t>(size);
    while (offset + sizeof(nlmsghdr) <= end) {
      nlmsghdr header{};
      std::memcpy(&header, buffer.data() + offset, sizeof header);
      if (header.nlmsg_len < sizeof header) break;
      ++counts[header.nlmsg_type];
      offset += (header.nlmsg_len + 3U) & ~3U;
    }
  }
  return counts;
}

}  // namespace market::netlink
