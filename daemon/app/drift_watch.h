// When the devices are looked at for drift: from time to time all of them, and soon after a trap or
// an announcement of the kernel the one that it came from.
//
//   wake(device) ---.            at work elsewhere: again in a while
//                    >-- timer --> look (on a thread of its own) --.
//   interval -------'      ^---------------------------------------'
//
// Threads:  the loop's; the look runs on a thread of its own, one at a time.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "daemon/app/background.h"
#include "probes/io/loop.h"

namespace market::app {

/// Ids of devices to look at; empty = all.
using DevicesToLookAt = std::set<std::string>;

class DriftWatch {
 public:
  /// `look` returns false when it could not look because somebody is at work.
  using Look = std::function<bool(const DevicesToLookAt&)>;
  DriftWatch(io::Loop& loop, io::Duration interval, Look look);

  void set_interval(io::Duration interval);
  /// Something about this device may have changed.
  void wake(const std::string& device);

 private:
  void look_at_all_by(io::TimePoint due);
  void look_after(io::Duration pause, bool all);
  void look();
  void on_looked(bool looked, const DevicesToLookAt& devices);

  io::Loop& loop_;
  io::Duration interval_;
  Look look_;
  DevicesToLookAt woken_;
  bool all_ = true;
  bool looking_ = false;
  io::TimePoint all_due_;  ///< however often single devices are looked at meanwhile
  io::TimePoint due_ = io::TimePoint::max();
  io::TimePoint looked_ = io::TimePoint::min();
  io::Timer timer_;
  Background worker_{1};  // the last: its work uses all the others
};

}  // namespace market::app
