// Traffic classes: who may use how much of the uplink, and who goes first.
//
// Up, the uplink's own queue decides; down, the queues of the links into the market
// (config/design/shares.h). The packet filter writes the class into each packet that it lets
// through (`meta priority set 6d6b:20`), where it knows zone and direction. On the way down only
// what comes from the uplink is in a class: the rest of a LAN link's traffic passes unshaped.
//
// Texts are in the form in which probes/device/queue_part.h and nft(8) tell them.
#include <algorithm>

#include <fmt/format.h>

#include "config/design/shares.h"
#include "daemon/reconcile/desired_device.h"
#include "probes/netlink/queues.h"

namespace market::reconcile {
namespace {

/// What a class without `min` has for certain, so that none starves: a thousandth of the rate, and
/// a kilobyte per second at least.
constexpr std::int64_t kAssuredPart = 1000;
constexpr std::int64_t kAssuredLeast = 8000;
/// Priority of what has no class: that of a class which names none.
const int kOtherPriority = QosClass{}.priority;

/// The kernel counts whole bytes.
std::int64_t whole_bytes(std::int64_t bits) { return bits - bits % 8; }

std::string class_text(std::int64_t min, std::int64_t max, int priority) {
  return fmt::format("min {} max {} priority {}", to_string(BitsPerSecond{whole_bytes(min)}),
                     to_string(BitsPerSecond{whole_bytes(max)}), priority);
}

std::string mark(std::uint16_t minor) {
  return fmt::format("meta priority set {:x}:{:x}", netlink::kQueueMajor, minor);
}
/// The digits of a VLAN id, read as hexadecimal ones (queues.h).
std::string mark(const Zone& zone) {
  return fmt::format("meta priority set {:x}:{}", netlink::kQueueMajor, zone.vid.number());
}

class QueueFields {
 public:
  QueueFields(const Design& design, const Gateway& gateway, DesiredDevice& device)
      : design_{design}, gateway_{gateway}, uplink_{gateway.uplink_interface}, device_{device} {}

  void add() {
    if (gateway_.rate_up) add_up(gateway_.rate_up->count());
    for (const auto& [link, share] : down_shares(design_)) add_down(link, share.rate.count());
    if (gateway_.rate_up || gateway_.rate_down) add_marks();
  }

 private:
  void want(const std::string& field, std::string text, const SourcePosition& origin,
            const std::string& subject) {
    device_.fields[field] = {std::move(text), origin, subject};
  }

  void add_up(std::int64_t rate) {
    want(fmt::format("qdisc[{}]", uplink_), "htb default other", gateway_.position, "uplink");
    add_common(uplink_, rate, "uplink");
    for (const auto& zone : design_.zones) {
      if (!queue_link(gateway_, zone).empty()) add_class(uplink_, rate, zone);
    }
  }

  void add_down(const std::string& link, std::int64_t share) {
    const auto rate = std::max(share, kAssuredLeast);
    want(fmt::format("qdisc[{}]", link), "htb", gateway_.position, "LAN");
    add_common(link, rate, "LAN");
    for (const auto& zone : design_.zones) {
      if (queue_link(gateway_, zone) == link) add_class(link, rate, zone);
    }
  }

  static std::int64_t least_of(std::int64_t rate) {
    return std::min(std::max(rate / kAssuredPart, kAssuredLeast), rate);
  }

  void add_common(const std::string& link, std::int64_t rate, const std::string& subject) {
    want(fmt::format("class[{} all]", link), class_text(rate, rate, 0), gateway_.position, subject);
    want(fmt::format("class[{} other]", link), class_text(least_of(rate), rate, kOtherPriority),
         gateway_.position, subject);
  }

  void add_class(const std::string& link, std::int64_t rate, const Zone& zone) {
    const auto* klass = class_of(gateway_, zone);
    if (klass == nullptr) return;
    const auto max =
        klass->max ? std::min(std::max(klass->max->count(), kAssuredLeast), rate) : rate;
    const auto min = klass->min ? std::max(klass->min->count(), kAssuredLeast) : least_of(rate);
    want(fmt::format("class[{} {}]", link, zone.vid.number()),
         class_text(std::min(min, max), max, klass->priority), klass->position, "zone " + zone.id);
  }

  void add_marks() {
    want("chain[classes]", "type filter hook forward priority mangle; policy accept",
         gateway_.position, "traffic classes");
    if (gateway_.rate_down) {
      want("rule[classes base]",
           fmt::format("iifname \"{}\" {}", uplink_, mark(netlink::kOtherClass)), gateway_.position,
           "traffic classes");
    }
    for (const auto& zone : design_.zones) {
      if (class_of(gateway_, zone) != nullptr && !queue_link(gateway_, zone).empty()) {
        add_mark(zone);
      }
    }
  }

  void add_mark(const Zone& zone) {
    const auto link = zone_link(gateway_, zone);
    std::string text;
    if (gateway_.rate_up) {
      text = fmt::format("iifname \"{}\" oifname \"{}\" {}", link, uplink_, mark(zone));
    }
    if (gateway_.rate_down) {
      text += fmt::format("{}iifname \"{}\" oifname \"{}\" {}", text.empty() ? "" : "; ", uplink_,
                          link, mark(zone));
    }
    want(fmt::format("rule[classes zone {}]", zone.id), text, class_of(gateway_, zone)->position,
         "zone " + zone.id);
  }

  const Design& design_;
  const Gateway& gateway_;
  const std::string& uplink_;
  DesiredDevice& device_;
};

}  // namespace

void add_queues(const Design& design, const Gateway& gateway, DesiredDevice& device) {
  if (!gateway.uplink_interface.empty()) QueueFields{design, gateway, device}.add();
}

}  // namespace market::reconcile
