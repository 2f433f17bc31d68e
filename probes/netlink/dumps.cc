#include "probes/netlink/dumps.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "probes/netlink/objects.h"

namespace market::netlink {
namespace {

Result<std::vector<LinkObject>> dump_links(Channel& channel) {
  std::vector<LinkObject> found;
  auto read = channel.dump(
      [] {
        Message message{RTM_GETLINK, NLM_F_DUMP};
        message.body(ifinfomsg{}).number(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        return message;
      },
      [&found] { found.clear(); },
      [&found](nlmsghdr* header) {
        if (auto link = parse_link(header)) found.push_back(std::move(*link));
      });
  if (!read) return fail_within(std::move(read), "links");
  return found;
}

Result<std::map<int, std::string>> link_names(Channel& channel) {
  auto found = dump_links(channel);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  std::map<int, std::string> names;
  for (const auto& each : *found) names.emplace(each.link.index, each.link.name);
  return names;
}

/// Asked for after the objects: an object whose link has gone meanwhile has gone too.
template <class T>
Result<std::vector<T>> named(Channel& channel, std::vector<OnLink<T>> objects) {
  auto names = link_names(channel);
  if (!names) return tl::make_unexpected(std::move(names.error()));
  std::vector<T> result;
  for (auto& each : objects) {
    const auto name = names->find(each.index);
    if (name == names->end()) continue;
    each.object.link = name->second;
    result.push_back(std::move(each.object));
  }
  return result;
}

}  // namespace

Result<std::vector<Link>> read_links(Channel& channel) {
  auto found = dump_links(channel);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  std::map<int, std::string> names{{0, ""}};
  for (const auto& each : *found) names.emplace(each.link.index, each.link.name);
  std::vector<Link> links;
  for (auto& each : *found) {
    each.link.master = names[each.master];
    each.link.parent = names[each.parent];
    links.push_back(std::move(each.link));
  }
  return links;
}

Result<std::vector<BridgeVlan>> read_bridge_vlans(Channel& channel) {
  std::vector<OnLink<BridgeVlan>> found;
  auto read = channel.dump(
      [] {
        Message message{RTM_GETLINK, NLM_F_DUMP};
        ifinfomsg body{};
        body.ifi_family = AF_BRIDGE;
        message.body(body).number(IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN);
        return message;
      },
      [&found] { found.clear(); },
      [&found](nlmsghdr* header) {
        for (auto& each : parse_bridge_vlans(header)) found.push_back(std::move(each));
      });
  if (!read) return fail_within(std::move(read), "VLANs of bridges");
  return named<BridgeVlan>(channel, std::move(found));
}

Result<std::vector<LinkAddress>> read_addresses(Channel& channel) {
  std::vector<OnLink<LinkAddress>> found;
  auto read = channel.dump(
      [] {
        Message message{RTM_GETADDR, NLM_F_DUMP};
        message.body(ifaddrmsg{});
        return message;
      },
      [&found] { found.clear(); },
      [&found](nlmsghdr* header) {
        if (auto address = parse_address(header)) found.push_back(std::move(*address));
      });
  if (!read) return fail_within(std::move(read), "addresses");
  return named<LinkAddress>(channel, std::move(found));
}

Result<std::vector<KernelRoute>> read_routes(Channel& channel) {
  std::vector<OnLink<KernelRoute>> all;
  for (const auto family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
    std::vector<OnLink<KernelRoute>> found;
    auto read = channel.dump(
        [family] {
          Message message{RTM_GETROUTE, NLM_F_DUMP};
          rtmsg body{};
          body.rtm_family = family;
          message.body(body);
          return message;
        },
        [&found] { found.clear(); },
        [&found, family](nlmsghdr* header) {
          // A kernel without IPv6 answers the second question with all it has: IPv4 again.
          for (auto& route : parse_route(header)) {
            const bool is_v6 = route.object.to.find(':') != std::string::npos;
            if (is_v6 == (family == AF_INET6)) found.push_back(std::move(route));
          }
        });
    if (!read) return fail_within(std::move(read), "routes");
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  return named<KernelRoute>(channel, std::move(all));
}

Result<std::vector<RoutingRule>> read_routing_rules(Channel& channel) {
  std::vector<RoutingRule> found;
  auto read = channel.dump(
      [] {
        Message message{RTM_GETRULE, NLM_F_DUMP};
        fib_rule_hdr body{};
        body.family = AF_INET;
        message.body(body);
        return message;
      },
      [&found] { found.clear(); },
      [&found](nlmsghdr* header) {
        if (auto rule = parse_routing_rule(header)) found.push_back(*rule);
      });
  if (!read) return fail_within(std::move(read), "routing rules");
  return found;
}

Result<std::vector<Neighbour>> read_neighbours(Channel& channel) {
  std::vector<OnLink<Neighbour>> found;
  auto read = channel.dump(
      [] {
        Message message{RTM_GETNEIGH, NLM_F_DUMP};
        message.body(ndmsg{});
        return message;
      },
      [&found] { found.clear(); },
      [&found](nlmsghdr* header) {
        if (auto neighbour = parse_neighbour(header)) found.push_back(std::move(*neighbour));
      });
  if (!read) return fail_within(std::move(read), "neighbours");
  return named<Neighbour>(channel, std::move(found));
}

}  // namespace market::netlink
