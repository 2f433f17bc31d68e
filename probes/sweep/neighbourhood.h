// What the kernel's neighbour table lets a sweep do, and what it knows of the addresses asked.
//
// A packet to an address on a link of ours that nobody answers for makes an entry which is sought
// ("incomplete") for three seconds; the table has room for 1,024 of all kinds, and a full one loses
// the packets to devices that are there. So only so many addresses may be sought at a time. What is
// reached through a router is never in the table and never waits for it.
//
// The limit is on the table of all network namespaces together, and only our own part of it can be
// seen: an address that was asked and is not in it was refused, and fewer are sought for a while.
//
// Threads:  pure but for the reading of the table; time is passed in.
// Sources:  arp(7) (gc_thresh3, mcast_solicit, retrans_time_ms): three requests, a second apart;
//           the kernel gives up no entry younger than five seconds unless it has failed.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include "probes/io/loop.h"
#include "probes/netlink/kernel.h"

namespace market::sweep {

class Neighbourhood {
 public:
  using Read = std::function<std::vector<netlink::Neighbour>()>;
  enum class Standing : std::uint8_t {
    Elsewhere,  ///< beyond a router
    Unknown,    ///< on a link of ours and not in the table: not asked yet, or refused
    Sought,     ///< nobody has answered for it yet
    There,      ///< somebody has
    Absent,     ///< nobody did
  };

  /// Of the addresses that are sought, and of all young entries: below the kernel's 1,024 by what
  /// the rest of this host may need meanwhile.
  static constexpr std::size_t kSoughtMost = 768;
  static constexpr std::size_t kYoungMost = 960;

  /// `on_link`: the prefixes of this host's links. Without `read` everything is Elsewhere and
  /// nothing is limited.
  Neighbourhood(Read read, const std::vector<IpPrefix>& on_link, io::TimePoint now);

  /// Reads the table, unless that was done a moment ago. False: it was, or there is none to read.
  bool look(io::TimePoint now);
  /// True when one more unknown address may be asked, as of the last look.
  [[nodiscard]] bool has_room() const;
  /// An address is asked: it may have to be sought, as nobody can tell before the next look.
  void note_asked(const IpAddress& address);
  [[nodiscard]] Standing standing(const IpAddress& address) const;

 private:
  struct Entry {
    Standing standing;
    io::TimePoint since;
  };
  void read(io::TimePoint now, io::TimePoint since_of_new);
  void adapt(io::TimePoint now);

  /// First and last address: every address of a sweep is looked for here.
  struct Span {
    IpAddress first, last;
  };
  static Span span_of(const IpPrefix& prefix);

  Read read_;
  std::vector<Span> on_link_;
  std::map<IpAddress, Entry> table_;
  std::size_t sought_ = 0, young_ = 0;  ///< by the last look; the young ones that are There
  std::vector<IpAddress> asked_;        ///< since then
  std::size_t most_ = kSoughtMost;      ///< that may be sought at present
  io::TimePoint looked_, adapted_;
};

}  // namespace market::sweep
