// Live updates to many pages at once (server-sent events, WHATWG HTML 9.2), without a thread or a
// queue for each: a reader that is slow misses snapshots, it never gets old ones late.
//
//   retry: 3000                          how long a browser waits before it connects again
//   event: clock     {"now_ms": ...}     our time: a page tells the age of data by it, not by
//                                        the clock of the phone it runs on
//   event: snapshot  status_json         id = its at_ms
//   : alive                              every `heartbeat`, with a clock event
//
// Threads:  publish, join and first_frame from any thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/health/snapshot.h"

namespace market::api {

using Frame = std::shared_ptr<const std::string>;

enum class FrameKind : std::uint8_t {
  Snapshot,   ///< replaces a frame that was offered and not begun
  Heartbeat,  ///< of use only to a reader that has nothing else to get
};

class StreamReader {
 public:
  virtual ~StreamReader() = default;
  /// From any thread, must not block.
  virtual void offer(Frame frame, FrameKind kind) = 0;
};

class StreamHub {
 public:
  StreamHub(boost::asio::io_context& io, std::function<health::SnapshotPtr()> snapshot,
            std::chrono::milliseconds interval, std::chrono::milliseconds heartbeat,
            std::size_t readers_max);

  void start();
  /// There is a new snapshot: readers get it now, or `interval` after the one before.
  void publish();
  /// False when there are `readers_max` already. A reader leaves by being destroyed.
  [[nodiscard]] bool join(const std::shared_ptr<StreamReader>& reader);
  [[nodiscard]] std::string first_frame() const;

 private:
  using Clock = std::chrono::steady_clock;

  void on_publish();
  [[nodiscard]] bool has_readers();
  void send_snapshot();
  void beat();
  void broadcast(std::string text, FrameKind kind);
  [[nodiscard]] std::string snapshot_frame() const;

  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  boost::asio::steady_timer pace_;
  boost::asio::steady_timer beat_;
  std::function<health::SnapshotPtr()> snapshot_;
  std::chrono::milliseconds interval_;
  std::chrono::milliseconds heartbeat_;
  std::size_t readers_max_;
  Clock::time_point sent_at_{};  ///< strand only
  bool pacing_ = false;          ///< strand only: a snapshot waits for `pace_`
  std::mutex mutex_;
  std::vector<std::weak_ptr<StreamReader>> readers_;  ///< under mutex_
};

}  // namespace market::api
