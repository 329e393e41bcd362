#pragma once
// A bounded pool of threads with one session (a connection to a server) each.
//
//   SessionPool<PgSession> pool(10, [] { return std::make_unique<PgSession>(...); });
//   pool.submit([...](SessionPool<PgSession>::Held& session) { ... });
//
// A session is opened by the first job that asks for it, on its own thread, and closed there. A job
// that leaves a session in doubt (a timeout) calls close(): the next one opens another.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace wavetank::live {

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
      jobs_.push_back(std::move(job));
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

 private:
  void work() {
    Held held(open_);
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      {
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        ++busy_;
        lock.unlock();
        job(held);
      }
      lock.lock();
      --busy_;
    }
  }

  Open open_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace wavetank::live
