#pragma once
// Work on threads, results in order: what comes out does not depend on how many threads there are.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace wavetank::app {

/// Makes result i of `count` by work(i, worker) on `threads` threads, where worker, below
/// `threads`, says which of them. run() hands the results to `take` by i, from 0, in the thread
/// that calls it. It ends early when `take` answers false: what the threads have at hand is then
/// finished and dropped. `idle` is called where a tenth of a second brought no result. What `work`
/// throws is thrown by run().
template <class Result>
class OrderedPool {
 public:
  using Work = std::function<Result(std::size_t i, std::size_t worker)>;
  using Take = std::function<bool(std::size_t i, Result&& result)>;

  OrderedPool(std::size_t count, std::size_t threads, Work work)
      : count_(count), ahead_(threads * 16), work_(std::move(work)) {
    for (std::size_t w = 0; w < threads; ++w) threads_.emplace_back([this, w] { labour(w); });
  }
  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;

  ~OrderedPool() {
    stop();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(const Take& take, const std::function<void()>& idle) {
    const auto ready = [this] {
      return failure_ || (!done_.empty() && done_.begin()->first == taken_);
    };
    while (taken_ < count_) {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, std::chrono::milliseconds(100), ready)) {
        lock.unlock();
        idle();
        continue;
      }
      if (failure_) std::rethrow_exception(failure_);
      Result result = std::move(done_.begin()->second);
      done_.erase(done_.begin());
      const std::size_t i = taken_++;
      room_.notify_all();
      lock.unlock();
      if (!take(i, std::move(result))) break;
    }
    stop();
  }

 private:
  void labour(std::size_t worker) {
    while (true) {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return stopped_ || next_ >= count_ || next_ < taken_ + ahead_; });
      if (stopped_ || next_ >= count_) return;
      const std::size_t i = next_++;
      lock.unlock();
      try {
        Result result = work_(i, worker);
        lock.lock();
        done_.emplace(i, std::move(result));
      } catch (...) {
        lock.lock();
        failure_ = std::current_exception();
        stopped_ = true;
      }
      changed_.notify_all();
    }
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    room_.notify_all();
  }

  const std::size_t count_;
  const std::size_t ahead_;  ///< how far work may run ahead of what was taken
  const Work work_;
  std::mutex mutex_;
  std::condition_variable changed_, room_;
  std::map<std::size_t, Result> done_;
  std::size_t next_ = 0, taken_ = 0;
  bool stopped_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;  ///< last: they use what stands above
};

}  // namespace wavetank::app
