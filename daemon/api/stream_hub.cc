#include "daemon/api/stream_hub.h"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include <fmt/format.h>

#include "daemon/api/wire.h"

namespace market::api {
namespace {

std::string clock_frame() {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return fmt::format("event: clock\ndata: {{\"now_ms\":{}}}\n\n", now.count());
}

}  // namespace

StreamHub::StreamHub(boost::asio::io_context& io, std::function<health::SnapshotPtr()> snapshot,
                     std::chrono::milliseconds interval, std::chrono::milliseconds heartbeat,
                     std::size_t readers_max)
    : strand_{boost::asio::make_strand(io)},
      pace_{strand_},
      beat_{strand_},
      snapshot_{std::move(snapshot)},
      interval_{interval},
      heartbeat_{heartbeat},
      readers_max_{readers_max} {}

void StreamHub::start() {
  boost::asio::post(strand_, [this] { beat(); });
}

void StreamHub::publish() {
  boost::asio::post(strand_, [this] { on_publish(); });
}

bool StreamHub::join(const std::shared_ptr<StreamReader>& reader) {
  const std::lock_guard lock{mutex_};
  std::erase_if(readers_, [](const auto& each) { return each.expired(); });
  if (readers_.size() >= readers_max_) return false;
  readers_.push_back(reader);
  return true;
}

bool StreamHub::has_readers() {
  const std::lock_guard lock{mutex_};
  std::erase_if(readers_, [](const auto& each) { return each.expired(); });
  return !readers_.empty();
}

std::string StreamHub::first_frame() const { return "retry: 3000\n\n" + snapshot_frame(); }

std::string StreamHub::snapshot_frame() const {
  const auto snapshot = snapshot_();
  return clock_frame() + fmt::format("id: {}\nevent: snapshot\ndata: {}\n\n", snapshot->at_ms,
                                     status_json(*snapshot));
}

void StreamHub::on_publish() {
  if (pacing_) return;  // the one that waits will carry the newest snapshot
  const auto next = sent_at_ + interval_;
  if (Clock::now() >= next) {
    send_snapshot();
    return;
  }
  pacing_ = true;
  pace_.expires_at(next);
  pace_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    pacing_ = false;
    send_snapshot();
  });
}

void StreamHub::send_snapshot() {
  if (!has_readers()) return;  // one that joins gets the snapshot of that moment
  sent_at_ = Clock::now();
  broadcast(snapshot_frame(), FrameKind::Snapshot);
}

void StreamHub::beat() {
  beat_.expires_after(heartbeat_);
  beat_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    broadcast(": alive\n\n" + clock_frame(), FrameKind::Heartbeat);
    beat();
  });
}

void StreamHub::broadcast(std::string text, FrameKind kind) {
  const auto frame = std::make_shared<const std::string>(std::move(text));
  std::vector<std::shared_ptr<StreamReader>> readers;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& each : readers_) {
      if (auto reader = each.lock()) readers.push_back(std::move(reader));
    }
  }
  for (const auto& reader : readers) reader->offer(frame, kind);
}

}  // namespace market::api
