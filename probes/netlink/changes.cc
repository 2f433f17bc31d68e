#include "probes/netlink/changes.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include <array>
#include <utility>
#include <vector>

#include "probes/io/owned_fd.h"
#include "probes/netlink/announcements.h"

namespace market::netlink {
namespace {

constexpr int kBuffer = 256 * 1024;
constexpr int kDatagramsPerTurn = 256;
constexpr std::size_t kRoomWords = 8192;

constexpr std::uint32_t kRouteGroups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
                                       RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_RULE |
                                       RTMGRP_TC;
constexpr std::uint32_t kNftablesGroup = 1U << (NFNLGRP_NFTABLES - 1);

bool is_about_elements(const nlmsghdr& message) {
  if (message.nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES) return false;
  const int type = message.nlmsg_type & 0xff;
  // NEWGEN ends every transaction, also one of elements alone.
  return type == NFT_MSG_NEWSETELEM || type == NFT_MSG_DELSETELEM || type == NFT_MSG_NEWGEN;
}

class Watch final : public ChangeWatch {
 public:
  Watch(io::AsioLoop& loop, std::function<void()> on_change, std::vector<io::OwnedFd> sockets)
      : on_change_{std::move(on_change)}, sockets_{std::move(sockets)} {
    for (const auto& socket : sockets_) {
      watches_.push_back(loop.on_readable(socket.number(), [this, fd = socket.number()] {
        if (drain(fd)) on_change_();  // last: it may destroy this
      }));
    }
  }

 private:
  /// True when something changed, or may have.
  bool drain(int fd) {
    bool changed = false;
    for (int datagram = 0; datagram < kDatagramsPerTurn; ++datagram) {
      int left = receive_announcement(fd, room_.data(), room_.size() * sizeof room_.front());
      if (left == 0) break;
      if (left < 0) {
        changed = true;
        continue;
      }
      auto* message = static_cast<nlmsghdr*>(static_cast<void*>(room_.data()));
      for (; nlmsg_ok(message, left) != 0; message = nlmsg_next(message, &left)) {
        changed = changed || !is_about_elements(*message);
      }
    }
    return changed;
  }

  std::function<void()> on_change_;
  std::vector<io::OwnedFd> sockets_;
  std::array<std::uint32_t, kRoomWords> room_{};
  std::vector<io::Timer> watches_;
};

}  // namespace

Result<std::unique_ptr<ChangeWatch>> watch_changes(io::AsioLoop& loop,
                                                   std::function<void()> on_change) {
  auto route = subscribe(NETLINK_ROUTE, kRouteGroups, kBuffer);
  if (!route) return tl::make_unexpected(std::move(route.error()));
  std::vector<io::OwnedFd> sockets;
  sockets.push_back(std::move(*route));
  if (auto filter = subscribe(NETLINK_NETFILTER, kNftablesGroup, kBuffer)) {
    sockets.push_back(std::move(*filter));
  }
  return std::make_unique<Watch>(loop, std::move(on_change), std::move(sockets));
}

}  // namespace market::netlink
