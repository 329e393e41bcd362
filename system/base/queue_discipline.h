#pragma once
// A queue of waiting jobs under a discipline, with an optional limit. Jobs are linked in place: the
// queue owns nothing. A job must be erased or popped before it is destroyed.
//
// Expired jobs are dropped by the caller, who sees them at pop(). take_expired() also frees their
// places in a full queue: under lifo the oldest jobs would otherwise hold them for good. Under
// priority take_less_urgent() does so for an arriving job: a crowd of the least urgent that came
// first would otherwise keep the most urgent out.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "system/base/check.h"
#include "system/base/ids.h"
#include "system/base/time.h"

namespace wavetank {

enum class Discipline : std::uint8_t {
  fifo,
  lifo,      ///< under overload some jobs are served in time instead of none
  priority,  ///< the lowest class first, fifo within; non-preemptive (Cobham 1954)
};
inline constexpr const char* discipline_names[] = {"fifo", "lifo", "priority"};

/// What a job in a JobQueue derives from. The class and the expiry are set before push().
class QueuedJob {
 public:
  QueuedJob() = default;
  QueuedJob(const QueuedJob&) = delete;
  QueuedJob& operator=(const QueuedJob&) = delete;

  bool queued() const { return queued_; }
  bool expired(Time now) const { return expires <= now; }

  Priority priority = Priority::p1;
  Time expires = time_max;  ///< after this nobody waits for the job any more
  Time enqueued{};          ///< set by push()

 private:
  template <class Job>
  friend class JobQueue;
  QueuedJob* older_ = nullptr;
  QueuedJob* newer_ = nullptr;
  std::uint8_t lane_ = 0;
  bool queued_ = false;
};

template <class Job>
class JobQueue {
 public:
  static constexpr std::size_t unlimited = ~std::size_t{0};
  explicit JobQueue(Discipline discipline = Discipline::fifo, std::size_t limit = unlimited)
      : discipline_(discipline), limit_(limit) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ >= limit_; }
  void set_limit(std::size_t limit) { limit_ = limit; }

  /// False where the queue is full; the job is then untouched.
  bool push(Job& job, Time now) {
    WAVETANK_CHECK(!job.queued_, "a job waits in one queue at a time");
    if (full()) return false;
    job.enqueued = now;
    job.queued_ = true;
    job.lane_ = discipline_ == Discipline::priority ? static_cast<std::uint8_t>(job.priority) : 0;
    Lane& lane = lanes_[job.lane_];
    job.older_ = lane.newest;
    (lane.newest ? lane.newest->newer_ : lane.oldest) = &job;
    lane.newest = &job;
    ++size_;
    return true;
  }

  /// The job whose turn it is, taken out, or nullptr. It may have expired.
  Job* pop() {
    for (Lane& lane : lanes_) {
      if (lane.oldest) return take(discipline_ == Discipline::lifo ? lane.newest : lane.oldest);
    }
    return nullptr;
  }

  /// The longest-waiting job of some class that has expired, taken out, or nullptr.
  Job* take_expired(Time now) {
    for (Lane& lane : lanes_) {
      if (lane.oldest && lane.oldest->expired(now)) return take(lane.oldest);
    }
    return nullptr;
  }

  /// The youngest job of the least urgent class, taken out, where that class is less urgent than
  /// `priority`; nullptr where none is, or under another discipline.
  Job* take_less_urgent(Priority priority) {
    if (discipline_ != Discipline::priority) return nullptr;
    for (std::size_t lane = priority_count; lane-- > static_cast<std::size_t>(priority) + 1;) {
      if (lanes_[lane].newest) return take(lanes_[lane].newest);
    }
    return nullptr;
  }

  void erase(Job& job) {
    WAVETANK_CHECK(job.queued_, "erasing a job that does not wait");
    unlink(job);
  }

  /// When the longest-waiting job came; time_max where none waits.
  Time oldest() const {
    Time first = time_max;
    for (const Lane& lane : lanes_) {
      if (lane.oldest) first = std::min(first, lane.oldest->enqueued);
    }
    return first;
  }

 private:
  struct Lane {
    QueuedJob* oldest = nullptr;
    QueuedJob* newest = nullptr;
  };

  Job* take(QueuedJob* job) {
    unlink(*job);
    return static_cast<Job*>(job);
  }
  void unlink(QueuedJob& job) {
    Lane& lane = lanes_[job.lane_];
    (job.older_ ? job.older_->newer_ : lane.oldest) = job.newer_;
    (job.newer_ ? job.newer_->older_ : lane.newest) = job.older_;
    job.older_ = job.newer_ = nullptr;
    job.queued_ = false;
    --size_;
  }

  Lane lanes_[priority_count];
  std::size_t size_ = 0;
  Discipline discipline_;
  std::size_t limit_;
};

}  // namespace wavetank
