#include "probes/device/queue_part.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/types/quantity.h"

namespace market::device {
namespace {

using netlink::kOtherClass;
using netlink::kWholeClass;
using netlink::Queues;
using netlink::RootQueue;
using netlink::TrafficClass;

constexpr std::string_view kPlain = "htb";
constexpr std::string_view kWithOther = "htb default other";
constexpr std::int64_t kBits = 8;  // in a byte, which is what the kernel counts

// ---- names of classes --------------------------------------------------------------------------

/// "20" for 0x20; "0xabc" for what is no VLAN id.
std::string class_key(std::uint16_t minor) {
  if (minor == kWholeClass) return "all";
  if (minor == kOtherClass) return "other";
  auto digits = fmt::format("{:x}", minor);
  const bool decimal =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return decimal ? digits : "0x" + digits;
}

Result<std::uint16_t> class_minor(std::string_view key) {
  if (key == "all") return kWholeClass;
  if (key == "other") return kOtherClass;
  auto digits = key;
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  std::uint16_t minor = 0;
  const auto* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, minor, 16);
  if (error != std::errc{} || end != last || class_key(minor) != key) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is not a traffic class", key));
  }
  return minor;
}

/// The class that one of this number hangs on, unless it is told otherwise.
std::uint16_t usual_parent(std::uint16_t minor) { return minor == kWholeClass ? 0 : kWholeClass; }

// ---- texts -------------------------------------------------------------------------------------

std::string root_text(const RootQueue& root) {
  if (!root.ours()) return fmt::format("{} {:x}:", root.kind, root.major);
  if (root.fallback == 0) return std::string{kPlain};
  if (root.fallback == kOtherClass) return std::string{kWithOther};
  return fmt::format("{} default {}", kPlain, class_key(static_cast<std::uint16_t>(root.fallback)));
}

/// The class of what is in none; nothing when the text is no root of ours.
Result<std::uint16_t> parse_root(std::string_view text) {
  constexpr std::string_view kDefault = "htb default ";
  if (text == kPlain) return std::uint16_t{0};
  if (text.starts_with(kDefault)) return class_minor(text.substr(kDefault.size()));
  return fail(Errc::InvalidValue, fmt::format("'{}' is not 'htb default <class>'", text));
}

std::string rate_text(std::uint64_t bytes) {
  return to_string(BitsPerSecond{static_cast<std::int64_t>(bytes) * kBits});
}

std::string class_text(const TrafficClass& one) {
  auto text = fmt::format("min {} max {} priority {}", rate_text(one.rate), rate_text(one.ceiling),
                          one.priority);
  if (one.parent != usual_parent(one.minor)) {
    text += " below " + (one.parent == 0 ? std::string{"root"} : class_key(one.parent));
  }
  return text;
}

/// Cuts "word value" off the front of `rest`.
std::optional<std::string_view> take(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word) || !rest.substr(word.size()).starts_with(' ')) return std::nullopt;
  rest.remove_prefix(word.size() + 1);
  const auto end = std::min(rest.find(' '), rest.size());
  const auto value = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  auto rate = parse_rate(text);
  if (!rate) return tl::make_unexpected(std::move(rate.error()));
  if (rate->count() < kBits || rate->count() % kBits != 0) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is not a whole number of bytes", text));
  }
  return static_cast<std::uint64_t>(rate->count() / kBits);
}

Result<TrafficClass> parse_class(const std::string& link, std::string_view key,
                                 std::string_view text) {
  auto minor = class_minor(key);
  if (!minor) return tl::make_unexpected(std::move(minor.error()));
  auto rest = text;
  const auto min = take(rest, "min");
  const auto max = take(rest, "max");
  const auto priority = take(rest, "priority");
  if (!min || !max || !priority || priority->size() != 1 || *priority < "0" || *priority > "7") {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is not 'min <rate> max <rate> priority <0..7>'", text));
  }
  auto rate = parse_bytes(*min);
  if (!rate) return tl::make_unexpected(std::move(rate.error()));
  auto ceiling = parse_bytes(*max);
  if (!ceiling) return tl::make_unexpected(std::move(ceiling.error()));
  TrafficClass wanted{.link = link,
                      .minor = *minor,
                      .parent = usual_parent(*minor),
                      .rate = *rate,
                      .ceiling = *ceiling,
                      .priority = static_cast<std::uint32_t>(priority->front() - '0')};
  if (rest.empty()) return wanted;
  const auto above = take(rest, "below");
  if (!above || !rest.empty()) {
    return fail(Errc::InvalidValue, fmt::format("'{}' goes on after the priority", text));
  }
  wanted.parent = 0;
  if (*above == "root") return wanted;
  auto parent = class_minor(*above);
  if (!parent) return tl::make_unexpected(std::move(parent.error()));
  wanted.parent = *parent;
  return wanted;
}

// ---- one link ----------------------------------------------------------------------------------

/// What is, or shall be, on one link.
struct LinkQueues {
  std::optional<RootQueue> foreign;
  std::optional<std::uint16_t> fallback;  ///< there is a root of ours, with this default
  std::map<std::uint16_t, TrafficClass> classes;

  /// How many classes are above this one; a circle or a missing parent counts as deep.
  [[nodiscard]] std::size_t depth(std::uint16_t minor) const {
    std::size_t steps = 0;
    for (auto at = classes.find(minor); at != classes.end() && steps <= classes.size(); ++steps) {
      at = classes.find(at->second.parent);
    }
    return steps;
  }
  /// From the top down.
  [[nodiscard]] std::vector<TrafficClass> sorted() const {
    std::vector<TrafficClass> all;
    for (const auto& [minor, one] : classes) all.push_back(one);
    std::stable_sort(all.begin(), all.end(), [this](const auto& a, const auto& b) {
      return depth(a.minor) < depth(b.minor);
    });
    return all;
  }
};

using ByLink = std::map<std::string, LinkQueues>;

Result<ByLink> look_at(Queues& queues) {
  auto roots = queues.roots();
  if (!roots) return tl::make_unexpected(std::move(roots.error()));
  auto classes = queues.classes();
  if (!classes) return tl::make_unexpected(std::move(classes.error()));
  ByLink links;
  for (auto& root : *roots) {
    auto& link = links[root.link];
    if (root.ours()) {
      link.fallback = static_cast<std::uint16_t>(root.fallback);
    } else {
      link.foreign = root;
    }
  }
  for (auto& one : *classes) links[one.link].classes.emplace(one.minor, one);
  return links;
}

struct ClassName {
  std::string link, key;
};
/// "eth0 20"
ClassName split_class(const std::string& key) {
  const auto space = std::min(key.find(' '), key.size());
  return {key.substr(0, space), key.substr(std::min(space + 1, key.size()))};
}

/// What `links` shall be after one change.
Result<void> enter(ByLink& links, const FieldChange& change) {
  const auto name = FieldName::split(change.field);
  const auto* text = std::get_if<std::string>(&change.after);
  if (text == nullptr && !std::holds_alternative<Absent>(change.after)) {
    return fail(Errc::InvalidValue, "wants a text");
  }
  if (name.group == "qdisc") {
    auto& link = links[name.key];
    if (text == nullptr) {
      link.fallback.reset();
      link.classes.clear();
      return {};
    }
    auto fallback = parse_root(*text);
    if (!fallback) return tl::make_unexpected(std::move(fallback.error()));
    link.fallback = *fallback;
    return {};
  }
  const auto [link, key] = split_class(name.key);
  auto minor = class_minor(key);
  if (!minor) return tl::make_unexpected(std::move(minor.error()));
  links[link].classes.erase(*minor);
  if (text == nullptr) return {};
  auto wanted = parse_class(link, key, *text);
  if (!wanted) return tl::make_unexpected(std::move(wanted.error()));
  links[link].classes.emplace(*minor, *wanted);
  return {};
}

class QueuePart final : public GatewayPart {
 public:
  explicit QueuePart(Queues& queues) : queues_{queues} {}

  std::span<const std::string_view> groups() const override {
    static constexpr std::array<std::string_view, 2> kGroups{"qdisc", "class"};
    return kGroups;
  }
  Result<Observation> observe() override;
  Result<void> write(std::span<const FieldChange> changes) override;

 private:
  Result<void> bring(const std::string& link, LinkQueues now, const LinkQueues& wanted);
  Result<void> remove_classes(const std::string& link, const LinkQueues& now,
                              const LinkQueues& wanted);

  Queues& queues_;
};

Result<Observation> QueuePart::observe() {
  auto links = look_at(queues_);
  if (!links) return tl::make_unexpected(std::move(links.error()));
  Observation seen;
  const auto note = [&seen](std::string field, std::string text) {
    seen.ours.insert(field);
    seen.fields[std::move(field)] = std::move(text);
  };
  for (const auto& [name, link] : *links) {
    const auto field = "qdisc[" + name + "]";
    if (link.foreign) seen.fields[field] = root_text(*link.foreign);
    if (!link.fallback) continue;
    note(field, root_text({name, std::string{kPlain}, netlink::kQueueMajor, *link.fallback}));
    for (const auto& [minor, one] : link.classes) {
      note(fmt::format("class[{} {}]", name, class_key(minor)), class_text(one));
    }
  }
  if (!seen.ours.empty()) return seen;
  if (auto able = queues_.check_support(); !able)
    return tl::make_unexpected(std::move(able.error()));
  return seen;
}

Result<void> QueuePart::write(std::span<const FieldChange> changes) {
  auto now = look_at(queues_);
  if (!now) return tl::make_unexpected(std::move(now.error()));
  auto wanted = *now;
  for (const auto& change : changes) {
    if (auto entered = enter(wanted, change); !entered) {
      return fail_within(std::move(entered), change.field + " refused");
    }
  }
  for (const auto& [link, queues] : wanted) {
    if (auto done = bring(link, (*now)[link], queues); !done) {
      return fail_within(std::move(done), fmt::format("qdisc[{}] refused", link));
    }
  }
  return {};
}

Result<void> QueuePart::bring(const std::string& link, LinkQueues now, const LinkQueues& wanted) {
  if (!wanted.fallback) {
    if (!wanted.classes.empty()) return fail(Errc::NotFound, "its classes have no root to hang on");
    return now.fallback ? queues_.delete_root(link) : Result<void>{};
  }
  if (wanted.foreign) {
    return fail(Errc::Conflict, fmt::format("the link has a root of somebody else's: '{}'",
                                            root_text(*wanted.foreign)));
  }
  if (now.fallback != wanted.fallback) {
    if (now.fallback) {
      if (auto gone = queues_.delete_root(link); !gone) return gone;
      now.classes.clear();
    }
    if (auto made = queues_.add_root(link, *wanted.fallback); !made) return made;
  }
  if (auto gone = remove_classes(link, now, wanted); !gone) return gone;
  for (const auto& one : wanted.sorted()) {
    const auto present = now.classes.find(one.minor);
    if (present != now.classes.end() && present->second == one) continue;
    if (auto done = queues_.set_class(one); !done) {
      return fail_within(std::move(done), "class '" + class_key(one.minor) + "'");
    }
  }
  return {};
}

/// What is not wanted, or not where it is: a class cannot be hung elsewhere.
Result<void> QueuePart::remove_classes(const std::string& link, const LinkQueues& now,
                                       const LinkQueues& wanted) {
  auto present = now.sorted();
  std::reverse(present.begin(), present.end());
  for (const auto& one : present) {
    const auto kept = wanted.classes.find(one.minor);
    if (kept != wanted.classes.end() && kept->second.parent == one.parent) continue;
    if (auto done = queues_.delete_class(link, one.minor); !done) {
      return fail_within(std::move(done), "class '" + class_key(one.minor) + "'");
    }
  }
  return {};
}

}  // namespace

std::unique_ptr<GatewayPart> make_queue_part(Queues& queues) {
  return std::make_unique<QueuePart>(queues);
}

}  // namespace market::device
