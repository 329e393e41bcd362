#pragma once
// Admission: the threads of a service and the queue in front of them. Limit, discipline and
// dropping what is too late are protections of their own.

#include "system/base/fields.h"
#include "system/base/queue_discipline.h"
#include "system/ports/http.h"

namespace wavetank::service {

struct AdmissionSettings {
  std::int64_t threads = 40;
  std::int64_t queue_limit = 200;  ///< 0 is no limit
  Discipline discipline = Discipline::priority;
  bool drop_expired = true;
  bool cancel_on_timeout = true;

  void describe(Fields& f);
  void disarm();
};

class Admission {
 public:
  enum class Outcome : std::uint8_t { admitted, full, expired, caller_left };

  Admission(Loop& loop, const AdmissionSettings& settings)
      : loop_(loop),
        settings_(settings),
        free_(settings.threads),
        queue_(settings.discipline, settings.queue_limit > 0
                                        ? static_cast<std::size_t>(settings.queue_limit)
                                        : JobQueue<Enter>::unlimited) {}

  /// `auto outcome = co_await admission.enter(exchange)`; an admitted request leaves with leave().
  class Enter : public QueuedJob {
   public:
    Enter(Admission& owner, const HttpExchange& exchange);
    Enter(const Enter&) = delete;
    Enter& operator=(const Enter&) = delete;
    ~Enter();
    bool await_ready();
    bool await_suspend(std::coroutine_handle<> handle);
    Outcome await_resume() const { return outcome_; }

   private:
    friend class Admission;
    Admission& owner_;
    const HttpExchange& exchange_;
    Outcome outcome_ = Outcome::admitted;
    Waiter waiter_;
  };
  Enter enter(const HttpExchange& exchange) { return Enter(*this, exchange); }
  void leave();

  std::int64_t busy() const { return settings_.threads - free_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  Outcome fit(const HttpExchange& exchange) const;
  void answer(Enter& enter, Outcome outcome);
  void drop_expired();
  /// In a full queue the youngest of the least urgent gives way to who is more urgent.
  void displace(const Enter& arriving);

  Loop& loop_;
  const AdmissionSettings& settings_;
  std::int64_t free_;
  JobQueue<Enter> queue_;
};

}  // namespace wavetank::service
