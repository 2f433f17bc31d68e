#include "probes/sweep/neighbourhood.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace market::sweep {
namespace {

using std::chrono::milliseconds;

/// The kernel drops no entry that changed within this time (neigh_forced_gc).
constexpr std::chrono::seconds kYoung{5};
/// A large table is not read for every packet.
constexpr std::size_t kSmallTable = 100;
constexpr milliseconds kOften{10}, kSeldom{50};
/// How fast the number of sought addresses follows what the kernel bears.
constexpr std::chrono::seconds kAdapt{1};
constexpr std::size_t kFewest = 64, kMore = 32;

Neighbourhood::Standing standing_of(const netlink::Neighbour& neighbour) {
  using Standing = Neighbourhood::Standing;
  if (neighbour.state == "incomplete") return Standing::Sought;
  if (neighbour.state == "failed") return Standing::Absent;
  return neighbour.mac ? Standing::There : Standing::Unknown;
}

}  // namespace

Neighbourhood::Neighbourhood(Read read, const std::vector<IpPrefix>& on_link, io::TimePoint now)
    : read_{std::move(read)}, looked_{now}, adapted_{now} {
  std::transform(on_link.begin(), on_link.end(), std::back_inserter(on_link_), span_of);
  if (read_) this->read(now, now - kYoung);
}

Neighbourhood::Span Neighbourhood::span_of(const IpPrefix& prefix) {
  const auto first = prefix.network().octets();
  std::vector<std::uint8_t> last{first.begin(), first.end()};
  for (auto bit = prefix.length(); bit < last.size() * 8; ++bit) {
    auto& octet = last[bit / 8];
    octet = static_cast<std::uint8_t>(octet | 0x80U >> bit % 8);
  }
  return {prefix.network(), *IpAddress::from(last)};
}

bool Neighbourhood::look(io::TimePoint now) {
  if (!read_ || now - looked_ < (table_.size() > kSmallTable ? kSeldom : kOften)) return false;
  read(now, now);
  return true;
}

void Neighbourhood::read(io::TimePoint now, io::TimePoint since_of_new) {
  looked_ = now;
  sought_ = young_ = 0;
  const auto before = std::exchange(table_, {});
  for (const auto& neighbour : read_()) {
    const auto standing = standing_of(neighbour);
    const auto known = before.find(neighbour.address);
    const bool same = known != before.end() && known->second.standing == standing;
    const auto since = same ? known->second.since : since_of_new;
    table_.insert_or_assign(neighbour.address, Entry{standing, since});
    if (standing == Standing::Sought) ++sought_;
    if (standing == Standing::There && now - since < kYoung) ++young_;
  }
  adapt(now);
  asked_.clear();
}

/// Half as many when the kernel refused one; a few more every second in which it did not.
void Neighbourhood::adapt(io::TimePoint now) {
  const bool refused = std::any_of(asked_.begin(), asked_.end(), [this](const auto& address) {
    return standing(address) == Standing::Unknown;
  });
  if (now - adapted_ < kAdapt) return;
  if (refused) most_ = std::max(most_ / 2, kFewest);
  if (!refused) most_ = std::min(most_ + kMore, kSoughtMost);
  adapted_ = now;
}

bool Neighbourhood::has_room() const {
  if (!read_) return true;
  const auto sought = sought_ + asked_.size();
  return sought < most_ && sought + young_ < kYoungMost;
}

void Neighbourhood::note_asked(const IpAddress& address) {
  if (standing(address) == Standing::Unknown) asked_.push_back(address);
}

Neighbourhood::Standing Neighbourhood::standing(const IpAddress& address) const {
  const auto known = table_.find(address);
  if (known != table_.end()) return known->second.standing;
  const bool near = std::any_of(on_link_.begin(), on_link_.end(), [&address](const Span& span) {
    return span.first <= address && address <= span.last;
  });
  return near ? Standing::Unknown : Standing::Elsewhere;
}

}  // namespace market::sweep
