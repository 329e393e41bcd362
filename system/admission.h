#pragma once
// Admission: the threads of a service and the queue in front of them. Limit, discipline and
// dropping what is too late are protections of their own.

#include "system/base/fields.h"
#include "system/base/signal.h"
#include "system/ports/http.h"

namespace wavetank::service {

enum class Discipline : std::uint8_t { fifo, lifo, priority };

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
      : loop_(loop), settings_(settings), free_(settings.threads) {}

  /// `auto outcome = co_await admission.enter(exchange)`; an admitted request leaves with leave().
  class Enter {
   public:
    Enter(Admission& owner, const HttpExchange& exchange) : owner_(owner), exchange_(exchange) {}
    Enter(const Enter&) = delete;
    Enter& operator=(const Enter&) = delete;
    ~Enter() { leave_queue(); }
    bool await_ready();
    void await_suspend(std::coroutine_handle<> handle);
    Outcome await_resume();

   private:
    friend class Admission;
    void leave_queue();
    Admission& owner_;
    const HttpExchange& exchange_;
    Outcome outcome_ = Outcome::admitted;
    bool queued_ = false;
    struct Entry : Parked {
      explicit Entry(Enter& enter) : enter(&enter) {}
      Enter* enter;
    };
    Entry parked_{*this};
  };
  Enter enter(const HttpExchange& exchange) { return Enter(*this, exchange); }
  void leave();

  std::int64_t busy() const { return settings_.threads - free_; }
  std::int64_t waiting() const { return waiting_; }

 private:
  Outcome fit(const HttpExchange& exchange) const;
  LinkList& queue_of(const HttpExchange& exchange);
  Enter* next();

  Loop& loop_;
  const AdmissionSettings& settings_;
  std::int64_t free_;
  std::int64_t waiting_ = 0;
  std::array<LinkList, priority_count> queues_;
};

}  // namespace wavetank::service
