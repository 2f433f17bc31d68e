#include "probes/netlink/neighbours.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "probes/io/owned_fd.h"
#include "probes/netlink/announcements.h"
#include "probes/netlink/channel.h"
#include "probes/netlink/dumps.h"
#include "probes/netlink/objects.h"

namespace market::netlink {
namespace {

// Then timers and other descriptors get their turn.
constexpr int kDatagramsPerTurn = 256;
// The kernel's own limit for one announcement (NLMSG_GOODSIZE) is a page.
constexpr std::size_t kRoom = 32768;

class Watch final : public NeighbourWatch {
 public:
  Watch(io::AsioLoop& loop, NeighbourHandlers handlers, std::unique_ptr<Channel> channel,
        io::OwnedFd fd)
      : handlers_{std::make_shared<const NeighbourHandlers>(std::move(handlers))},
        channel_{std::move(channel)},
        fd_{std::move(fd)} {
    first_ = loop.after(io::Duration::zero(), [this] {
      if (stale_) read_table();
    });
    watch_ = loop.on_readable(fd_.number(), [this] { drain(); });
  }
  [[nodiscard]] std::uint64_t overflows() const override { return overflows_; }

 private:
  void drain() {
    const std::weak_ptr<bool> alive{alive_};
    for (int datagram = 0; datagram < kDatagramsPerTurn; ++datagram) {
      const int size = receive_announcement(fd_.number(), buffer_.data(), buffer_.size());
      if (size == 0) break;
      if (size < 0) {
        ++overflows_;
        stale_ = true;
        continue;
      }
      // While the table has to be read again, what is announced is in that reading.
      if (!stale_) take(static_cast<std::size_t>(size), alive);
      if (alive.expired()) return;
    }
    if (stale_) read_table();
  }

  void take(std::size_t size, const std::weak_ptr<bool>& alive) {
    // Copied: a handler that destroys this takes the buffer with it.
    std::vector<std::uint32_t> words((size + 3) / 4);
    std::memcpy(words.data(), buffer_.data(), size);
    auto* message = static_cast<nlmsghdr*>(static_cast<void*>(words.data()));
    int left = static_cast<int>(size);
    const auto handlers = handlers_;
    for (; nlmsg_ok(message, left) != 0; message = nlmsg_next(message, &left)) {
      const bool link = message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK;
      if (link) names_.clear();  // one may have another name now
      auto found = parse_neighbour(message);
      if (!found) continue;
      found->object.link = name_of(found->index);
      const bool gone = message->nlmsg_type == RTM_DELNEIGH;
      // A link without a name has gone meanwhile, and its neighbours with it.
      if (found->object.link.empty()) continue;
      const auto& handler = gone ? handlers->on_gone : handlers->on_change;
      if (handler) handler(std::move(found->object));
      if (alive.expired()) return;
    }
  }

  /// Empty for a link that has gone; remembered, for its neighbours all go at once.
  std::string name_of(int index) {
    const auto known = names_.find(index);
    if (known != names_.end()) return known->second;
    read_names();
    return names_.emplace(index, std::string{}).first->second;
  }

  void read_names() {
    const auto links = read_links(*channel_);
    if (!links) return;
    names_.clear();
    for (const auto& link : *links) names_.emplace(link.index, link.name);
  }

  void read_table() {
    read_names();
    auto table = read_neighbours(*channel_);
    stale_ = !table.has_value();
    const auto handlers = handlers_;
    if (table && handlers->on_table) handlers->on_table(std::move(*table));  // last
  }

  std::shared_ptr<const NeighbourHandlers> handlers_;  ///< held by a call that may destroy this
  std::unique_ptr<Channel> channel_;
  io::OwnedFd fd_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::map<int, std::string> names_;  ///< of links, by index
  bool stale_ = true;                 ///< the table must be read (again)
  std::uint64_t overflows_ = 0;
  std::array<char, kRoom> buffer_{};
  io::Timer first_;
  io::Timer watch_;
};

}  // namespace

Result<std::unique_ptr<NeighbourWatch>> watch_neighbours(io::AsioLoop& loop,
                                                         NeighbourHandlers handlers,
                                                         int buffer_octets) {
  // Subscribed first, read then: what changes in between is announced.
  auto fd = subscribe(NETLINK_ROUTE, RTMGRP_NEIGH | RTMGRP_LINK, buffer_octets);  // links: names
  if (!fd) return tl::make_unexpected(std::move(fd.error()));
  auto channel = Channel::open();
  if (!channel) return tl::make_unexpected(std::move(channel.error()));
  return std::make_unique<Watch>(loop, std::move(handlers), std::move(*channel), std::move(*fd));
}

}  // namespace market::netlink
