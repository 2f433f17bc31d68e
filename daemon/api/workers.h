// A few threads for answers that block, with a bounded number of them waiting or under way, so
// that neither a slow device nor a flood of requests reaches the threads that serve connections.
#pragma once

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <utility>

namespace market::api {

class Workers {
 public:
  Workers(unsigned threads, std::size_t jobs_max) : pool_{threads}, jobs_max_{jobs_max} {}
  ~Workers() { drain(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False when there is no room; the job is then not run.
  template <class Job>
  [[nodiscard]] bool try_post(Job job) {
    if (jobs_.fetch_add(1) >= jobs_max_) {
      jobs_.fetch_sub(1);
      return false;
    }
    boost::asio::post(pool_, [this, job = std::move(job)]() mutable {
      job();
      jobs_.fetch_sub(1);
    });
    return true;
  }

  /// Forgets what waits, lets what runs end.
  void drain() {
    pool_.stop();
    pool_.join();
  }

 private:
  boost::asio::thread_pool pool_;
  std::atomic<std::size_t> jobs_{0};
  std::size_t jobs_max_;
};

}  // namespace market::api
