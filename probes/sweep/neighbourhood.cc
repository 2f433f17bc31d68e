#include "probes/sweep/neighbourhood.h"

#include <chrono>
#include <utility>

namespace market::sweep {
namespace {

using std::chrono::milliseconds;

/// The kernel drops no entry that changed within this time (neigh_forced_gc).
constexpr std::chrono::seconds kYoung{5};
/// A large table is not read for every packet.
constexpr std::size_t kSmallTable = 100;
constexpr milliseconds kOften{10}, kSeldom{50};

Neighbourhood::Standing standing_of(const netlink::Neighbour& neighbour) {
  using Standing = Neighbourhood::Standing;
  if (neighbour.state == "incomplete") return Standing::Sought;
  if (neighbour.state == "failed") return Standing::Absent;
  return neighbour.mac ? Standing::There : Standing::Elsewhere;
}

}  // namespace

Neighbourhood::Neighbourhood(Read read, io::TimePoint now) : read_{std::move(read)}, looked_{now} {
  if (read_) this->read(now, now - kYoung);
}

bool Neighbourhood::look(io::TimePoint now) {
  if (!read_ || now - looked_ < (table_.size() > kSmallTable ? kSeldom : kOften)) return false;
  read(now, now);
  return true;
}

void Neighbourhood::read(io::TimePoint now, io::TimePoint since_of_new) {
  looked_ = now;
  asked_ = sought_ = young_ = 0;
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
}

bool Neighbourhood::has_room() const {
  if (!read_) return true;
  const auto sought = sought_ + asked_;
  return sought < kSoughtMost && sought + young_ < kYoungMost;
}

void Neighbourhood::note_asked(const IpAddress& address) {
  if (standing(address) != Standing::There) ++asked_;
}

Neighbourhood::Standing Neighbourhood::standing(const IpAddress& address) const {
  const auto known = table_.find(address);
  return known == table_.end() ? Standing::Elsewhere : known->second.standing;
}

}  // namespace market::sweep
