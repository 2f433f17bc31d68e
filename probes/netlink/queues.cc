#include "probes/netlink/queues.h"

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

#include "probes/netlink/channel.h"
#include "probes/netlink/dumps.h"

namespace market::netlink {
namespace {

constexpr std::uint32_t kOurRoot = std::uint32_t{kQueueMajor} << 16U;
constexpr std::uint32_t kMinorMask = 0xffff;
/// Version of the ABI that htb_init asks for (sch_htb.c, HTB_VER >> 16).
constexpr std::uint32_t kHtbVersion = 3;
/// Classes of one priority share what is left alike: ten full Ethernet frames in turn.
constexpr std::uint32_t kQuantum = 15140;
/// A class may send for one millisecond at once, and always one frame with its header: as tc(8).
constexpr std::uint64_t kBurstNanoseconds = 1'000'000;
constexpr std::uint64_t kFrame = 1600;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr unsigned kTickShift = 6;  // a tick of the scheduler is 64 ns (net/pkt_sched.h)

/// How long it takes to send the burst, in ticks: what the kernel calls a buffer.
std::uint32_t burst_ticks(std::uint64_t rate) {
  const std::uint64_t nanoseconds =
      kBurstNanoseconds + kFrame * kSecond / std::max<std::uint64_t>(rate, 1);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      nanoseconds >> kTickShift, std::numeric_limits<std::uint32_t>::max()));
}

tc_ratespec ratespec(std::uint64_t rate) {
  tc_ratespec spec{};
  spec.linklayer = TC_LINKLAYER_ETHERNET;
  spec.rate = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(rate, std::numeric_limits<std::uint32_t>::max()));
  return spec;
}

template <class T>
std::array<std::uint8_t, sizeof(T)> bytes_of(const T& value) {
  return std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
}

/// The attribute as a T; nothing when it is missing or too short.
template <class T>
std::optional<T> value_of(nlattr* attribute) {
  if (attribute == nullptr || nla_len(attribute) < static_cast<int>(sizeof(T))) return std::nullopt;
  T value{};
  std::memcpy(&value, nla_data(attribute), sizeof value);
  return value;
}

/// A queueing discipline or a class, taken apart.
struct TcObject {
  tcmsg head{};
  std::string kind;
  std::array<nlattr*, TCA_HTB_MAX + 1> options{};  ///< into the message

  static std::optional<TcObject> parse(nlmsghdr* header) {
    std::array<nlattr*, TCA_MAX + 1> attributes{};
    TcObject object;
    if (nlmsg_datalen(header) < static_cast<int>(sizeof object.head) ||
        nlmsg_parse(header, sizeof object.head, attributes.data(), TCA_MAX, nullptr) < 0) {
      return std::nullopt;
    }
    std::memcpy(&object.head, nlmsg_data(header), sizeof object.head);
    if (auto* kind = attributes[TCA_KIND]; kind != nullptr) {
      const auto* text = static_cast<const char*>(nla_data(kind));
      object.kind.assign(text, strnlen(text, static_cast<std::size_t>(nla_len(kind))));
    }
    if (auto* options = attributes[TCA_OPTIONS]; object.kind == "htb" && options != nullptr) {
      if (nla_parse_nested(object.options.data(), TCA_HTB_MAX, options, nullptr) < 0) {
        return std::nullopt;
      }
    }
    return object;
  }
};

/// The rate, from where it fits: the 64-bit attribute is there only when it is needed.
std::uint64_t rate_of(const TcObject& object, int wide, std::uint32_t narrow) {
  const auto value = value_of<std::uint64_t>(object.options.at(static_cast<std::size_t>(wide)));
  return value.value_or(narrow);
}

class NetlinkQueues final : public Queues {
 public:
  explicit NetlinkQueues(std::unique_ptr<Channel> channel) : channel_{std::move(channel)} {}

  Result<std::vector<RootQueue>> roots() override;
  Result<std::vector<TrafficClass>> classes() override;
  Result<void> check_support() override;
  Result<void> add_root(const std::string& link, std::uint32_t fallback) override;
  Result<void> delete_root(const std::string& link) override;
  Result<void> set_class(const TrafficClass& wanted) override;
  Result<void> delete_class(const std::string& link, std::uint16_t minor) override;

 private:
  Result<int> index_of(const std::string& link);
  Result<void> read_classes(const Link& link, std::vector<TrafficClass>& into);

  std::unique_ptr<Channel> channel_;
};

Result<int> NetlinkQueues::index_of(const std::string& link) {
  auto links = read_links(*channel_);
  if (!links) return tl::make_unexpected(std::move(links.error()));
  for (const auto& each : *links) {
    if (each.name == link) return each.index;
  }
  return fail(Errc::NotFound, "no link '" + link + "'");
}

/// Where a root hangs, what it is called, which class is meant.
tcmsg head_of(int index, std::uint32_t parent, std::uint32_t handle) {
  tcmsg head{};
  head.tcm_family = AF_UNSPEC;
  head.tcm_ifindex = index;
  head.tcm_parent = parent;
  head.tcm_handle = handle;
  return head;
}

Result<std::vector<RootQueue>> NetlinkQueues::roots() {
  std::vector<RootQueue> found;
  std::vector<int> indexes;
  auto read = channel_->dump(
      [] {
        Message message{RTM_GETQDISC, NLM_F_DUMP};
        message.body(tcmsg{});
        return message;
      },
      [&] {
        found.clear();
        indexes.clear();
      },
      [&](nlmsghdr* header) {
        const auto object = TcObject::parse(header);
        // The kernel's own default has no handle.
        if (!object || object->head.tcm_parent != TC_H_ROOT || object->head.tcm_handle == 0) return;
        RootQueue root;
        root.kind = object->kind;
        root.major = static_cast<std::uint16_t>(object->head.tcm_handle >> 16U);
        if (const auto init = value_of<tc_htb_glob>(object->options[TCA_HTB_INIT])) {
          root.fallback = init->defcls;
        }
        found.push_back(std::move(root));
        indexes.push_back(object->head.tcm_ifindex);
      });
  if (!read) return fail_within(std::move(read), "queueing disciplines");
  if (found.empty()) return found;
  auto links = read_links(*channel_);
  if (!links) return tl::make_unexpected(std::move(links.error()));
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& link : *links) {
      if (link.index == indexes[i]) found[i].link = link.name;
    }
  }
  std::erase_if(found, [](const RootQueue& root) { return root.link.empty(); });
  return found;
}

Result<std::vector<TrafficClass>> NetlinkQueues::classes() {
  auto all = roots();
  if (!all) return tl::make_unexpected(std::move(all.error()));
  std::erase_if(*all, [](const RootQueue& root) { return !root.ours(); });
  std::vector<TrafficClass> found;
  if (all->empty()) return found;
  auto links = read_links(*channel_);
  if (!links) return tl::make_unexpected(std::move(links.error()));
  for (const auto& link : *links) {
    const bool ours = std::any_of(all->begin(), all->end(),
                                  [&](const RootQueue& root) { return root.link == link.name; });
    if (!ours) continue;
    if (auto read = read_classes(link, found); !read) return tl::make_unexpected(read.error());
  }
  return found;
}

Result<void> NetlinkQueues::read_classes(const Link& link, std::vector<TrafficClass>& into) {
  std::vector<TrafficClass> found;
  auto read = channel_->dump(
      [&link] {
        Message message{RTM_GETTCLASS, NLM_F_DUMP};
        message.body(head_of(link.index, 0, 0));
        return message;
      },
      [&found] { found.clear(); },
      [&found, &link](nlmsghdr* header) {
        const auto object = TcObject::parse(header);
        if (!object || (object->head.tcm_handle & ~kMinorMask) != kOurRoot) return;
        const auto options = value_of<tc_htb_opt>(object->options[TCA_HTB_PARMS]);
        if (!options) return;
        const bool top = object->head.tcm_parent == TC_H_ROOT;
        found.push_back(
            {.link = link.name,
             .minor = static_cast<std::uint16_t>(object->head.tcm_handle & kMinorMask),
             .parent = top ? std::uint16_t{0}
                           : static_cast<std::uint16_t>(object->head.tcm_parent & kMinorMask),
             .rate = rate_of(*object, TCA_HTB_RATE64, options->rate.rate),
             .ceiling = rate_of(*object, TCA_HTB_CEIL64, options->ceil.rate),
             .priority = options->prio});
      });
  if (!read) return fail_within(std::move(read), "classes of link '" + link.name + "'");
  into.insert(into.end(), found.begin(), found.end());
  return {};
}

/// Asks for an HTB without its options: a kernel that has HTB refuses them, one that has not knows
/// no such kind. Neither changes anything. A kernel that has it keeps it, and is not asked again: a
/// look at a market that is as designed sends the kernel nothing but questions.
Result<void> NetlinkQueues::check_support() {
  static std::atomic<bool> known{false};
  if (known) return {};
  auto index = index_of("lo");
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL};
  message.body(head_of(*index, TC_H_ROOT, kOurRoot)).text(TCA_KIND, "htb");
  auto done = channel_->exchange(message);
  if (done) {
    return fail(Errc::Io, "the kernel made a queueing discipline of nothing on 'lo'");
  }
  const auto code = done.error().code;
  known = code != Errc::NotFound && code != Errc::Unsupported;
  if (known) return {};
  return fail(Errc::Unsupported,
              "this kernel has no HTB (CONFIG_NET_SCH_HTB): " + done.error().message);
}

Result<void> NetlinkQueues::add_root(const std::string& link, std::uint32_t fallback) {
  auto index = index_of(link);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  tc_htb_glob options{};
  options.version = kHtbVersion;
  options.rate2quantum = 10;  // of classes that name no quantum, and ours do
  options.defcls = fallback;
  Message message{RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL};
  message.body(head_of(*index, TC_H_ROOT, kOurRoot))
      .text(TCA_KIND, "htb")
      .nested(TCA_OPTIONS,
              [&options](Message& nested) { nested.octets(TCA_HTB_INIT, bytes_of(options)); });
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "root queue of link '" + link + "'");
  return {};
}

Result<void> NetlinkQueues::delete_root(const std::string& link) {
  auto index = index_of(link);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_DELQDISC, 0};
  message.body(head_of(*index, TC_H_ROOT, kOurRoot));
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "delete root queue of link '" + link + "'");
  return {};
}

Result<void> NetlinkQueues::set_class(const TrafficClass& wanted) {
  auto index = index_of(wanted.link);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  tc_htb_opt options{};
  options.rate = ratespec(wanted.rate);
  options.ceil = ratespec(wanted.ceiling);
  options.buffer = burst_ticks(wanted.rate);
  options.cbuffer = burst_ticks(wanted.ceiling);
  options.quantum = kQuantum;
  options.prio = wanted.priority;
  Message message{RTM_NEWTCLASS, NLM_F_CREATE};
  message.body(head_of(*index, kOurRoot | wanted.parent, kOurRoot | wanted.minor))
      .text(TCA_KIND, "htb")
      .nested(TCA_OPTIONS, [&](Message& nested) {
        constexpr std::uint64_t kNarrow = std::numeric_limits<std::uint32_t>::max();
        if (wanted.rate >= kNarrow) nested.octets(TCA_HTB_RATE64, bytes_of(wanted.rate));
        if (wanted.ceiling >= kNarrow) nested.octets(TCA_HTB_CEIL64, bytes_of(wanted.ceiling));
        nested.octets(TCA_HTB_PARMS, bytes_of(options));
      });
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "traffic class of link '" + wanted.link + "'");
  return {};
}

Result<void> NetlinkQueues::delete_class(const std::string& link, std::uint16_t minor) {
  auto index = index_of(link);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_DELTCLASS, 0};
  message.body(head_of(*index, 0, kOurRoot | minor));
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "delete traffic class of link '" + link + "'");
  return {};
}

}  // namespace

Result<std::unique_ptr<Queues>> open_queues() {
  auto channel = Channel::open();
  if (!channel) return tl::make_unexpected(std::move(channel.error()));
  return std::make_unique<NetlinkQueues>(std::move(*channel));
}

}  // namespace market::netlink
