#pragma once
// A queue of waiting jobs under a discipline, with an optional limit. Jobs are linked in place: the
// queue allocates nothing and owns nothing. A job must be erased or popped before it is destroyed.
//
//   fifo      in order of arrival
//   lifo      the newest first: under overload some jobs are served in time instead of none
//   priority  the lowest class first, fifo within a class; non-preemptive (Cobham 1954)
//
// A job past its expiry is not dropped by itself: pop() says so, and the caller decides whether it
// serves or drops it. Where expired jobs are dropped, take_expired() also frees places in a full
// queue, which matters for lifo, whose oldest jobs would otherwise hold them for good.

#include <cstddef>
#include <cstdint>

#include "system/base/check.h"
#include "system/base/ids.h"
#include "system/base/time.h"

namespace wavetank {

enum class Discipline : std::uint8_t { fifo, lifo, priority };
inline constexpr const char* discipline_names[] = {"fifo", "lifo", "priority"};

/// What a job in a JobQueue derives from. The class and the expiry are set before push().
class QueuedJob {
 public:
  QueuedJob() = default;
  QueuedJob(const QueuedJob&) = delete;
  QueuedJob& operator=(const QueuedJob&) = delete;

  bool queued() const { return queued_; }

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

/// `Job` derives from QueuedJob.
template <class Job>
class JobQueue {
 public:
  static constexpr std::size_t unlimited = ~std::size_t{0};

  explicit JobQueue(Discipline discipline = Discipline::fifo, std::size_t limit = unlimited)
      : discipline_(discipline), limit_(limit) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ >= limit_; }
  /// A smaller limit refuses new jobs and leaves those inside.
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
    job.newer_ = nullptr;
    (lane.newest ? lane.newest->newer_ : lane.oldest) = &job;
    lane.newest = &job;
    ++size_;
    return true;
  }

  /// The job whose turn it is, taken out, or nullptr. It may be past its expiry: see expired().
  Job* pop() {
    for (Lane& lane : lanes_) {
      QueuedJob* next = discipline_ == Discipline::lifo ? lane.newest : lane.oldest;
      if (!next) continue;
      unlink(*next);
      return static_cast<Job*>(next);
    }
    return nullptr;
  }

  /// The longest-waiting job of some class that has expired, taken out, or nullptr.
  Job* take_expired(Time now) {
    for (Lane& lane : lanes_) {
      if (!lane.oldest || lane.oldest->expires > now) continue;
      QueuedJob* job = lane.oldest;
      unlink(*job);
      return static_cast<Job*>(job);
    }
    return nullptr;
  }

  /// Takes out a job that is in this queue, as when its caller gives up.
  void erase(Job& job) {
    WAVETANK_CHECK(job.queued_, "erasing a job that does not wait");
    unlink(job);
  }

  /// When the longest-waiting job came; time_max where none waits.
  Time oldest() const {
    Time oldest = time_max;
    for (const Lane& lane : lanes_) {
      if (lane.oldest && lane.oldest->enqueued < oldest) oldest = lane.oldest->enqueued;
    }
    return oldest;
  }

 private:
  struct Lane {
    QueuedJob* oldest = nullptr;
    QueuedJob* newest = nullptr;
  };

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

inline bool expired(const QueuedJob& job, Time now) { return job.expires <= now; }

}  // namespace wavetank
