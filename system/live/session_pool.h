#pragma once
// A bounded pool of threads with one session (a connection to a server) each.
//
//   SessionPool<PgSession> pool(10, [] { return std::make_unique<PgSession>(...); });
//   pool.submit([...](SessionPool<PgSession>::Held& session) { ... });
//
// A session is opened by the first job that asks for it, on its own thread, and closed there. A job
// that leaves a session in doubt (a timeout) calls close(): the next one opens another.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "system/live/latency_buckets.h"

namespace wavetank::live {

/// What a pool has done so far.
struct PoolUse {
  std::int64_t busy_ns = 0;  ///< sessions in use, integrated over time
  std::size_t size = 0, waiting = 0;
  LatencyBuckets waits;      ///< from a job's arrival to its thread
};

template <class Session>
class SessionPool {
 public:
  using Open = std::function<std::unique_ptr<Session>()>;

  /// One thread's hold on its session.
  class Held {
   public:
    explicit Held(const Open& open) : open_(open) {}
    /// Opens it where it is closed. Throws what `open` throws.
    Session& get() {
      if (!session_) session_ = open_();
      return *session_;
    }
    bool is_open() const { return session_ != nullptr; }
    void close() { session_.reset(); }

   private:
    const Open& open_;
    std::unique_ptr<Session> session_;
  };
  using Job = std::function<void(Held&)>;

  SessionPool(std::size_t threads, Open open) : open_(std::move(open)) {
    for (std::size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;
  /// Waits for the jobs that run; those that wait are destroyed unrun.
  ~SessionPool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Jobs must not throw.
  void submit(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back({std::move(job), Clock::now()});
    }
    wake_.notify_one();
  }

  std::size_t size() const { return threads_.size(); }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return jobs_.size();
  }
  std::size_t busy() const {
    const std::lock_guard lock(mutex_);
    return busy_;
  }
  PoolUse use() const {
    const std::lock_guard lock(mutex_);
    PoolUse use{busy_ns_, threads_.size(), jobs_.size(), waits_};
    use.busy_ns += static_cast<std::int64_t>(busy_) * since(changed_);
    return use;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Job job;
    Clock::time_point from;
  };
  static std::int64_t since(Clock::time_point from) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - from).count();
  }
  /// Before busy_ changes. Under the lock.
  void integrate() {
    busy_ns_ += static_cast<std::int64_t>(busy_) * since(changed_);
    changed_ = Clock::now();
  }

  void work() {
    Held held(open_);
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      {
        Job job = std::move(jobs_.front().job);
        waits_.add(Duration{since(jobs_.front().from)});
        jobs_.pop_front();
        integrate();
        ++busy_;
        lock.unlock();
        job(held);
      }
      lock.lock();
      integrate();
      --busy_;
    }
  }

  Open open_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> jobs_;
  std::size_t busy_ = 0;
  std::int64_t busy_ns_ = 0;  ///< up to changed_
  Clock::time_point changed_ = Clock::now();
  LatencyBuckets waits_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace wavetank::live
