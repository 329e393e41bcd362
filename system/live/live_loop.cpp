#include "system/live/live_loop.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace wavetank::live {
namespace {

namespace asio = boost::asio;

constexpr Duration ask_stop = milliseconds(20);
constexpr int steps_between_polls = 256;

}  // namespace

struct LiveLoop::Alarm {
  explicit Alarm(asio::io_context& io) : guard(io.get_executor()), timer(io) {}
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  asio::steady_timer timer;
  Time at = time_max;  ///< when it fires; setting it costs as much as a short request
};

LiveLoop::LiveLoop(Loop& loop, const LiveClock& clock)
    : loop_(loop),
      clock_(clock),
      io_(std::make_unique<asio::io_context>(1)),
      alarm_(std::make_unique<Alarm>(*io_)) {
  loop_.advance(clock_.now());
}

LiveLoop::~LiveLoop() = default;

// What comes from elsewhere comes now: the loop's time stood still while it slept.
void LiveLoop::post(std::function<void()> job) {
  asio::post(*io_, [this, job = std::move(job)] {
    loop_.advance(clock_.now());
    job();
  });
}

/// What is due now, up to a batch. Returns whether more is. The clock is read for every step: what
/// comes late in a batch must say so.
bool LiveLoop::fire() {
  for (int i = 0; i < steps_between_polls; ++i) {
    loop_.advance(clock_.now());
    if (!loop_.step(loop_.now())) return false;
    looked_.reset();
  }
  return loop_.next_due() <= loop_.now();
}

/// Until something is posted or a socket speaks, at most until `until`; no sleep after that.
void LiveLoop::wait(Time until) {
  const Time now = clock_.now();
  const Duration left = until - now;
  if (left <= Duration{}) {
    if (looked_) watched_ += now - *looked_;
    looked_.reset();
    if (io_->poll() == 0) looked_ = now;
    return;
  }
  looked_.reset();
  if (alarm_->at != until) {
    alarm_->at = until;
    alarm_->timer.expires_after(std::chrono::nanoseconds(left.ns));
    alarm_->timer.async_wait([alarm = alarm_.get()](const boost::system::error_code& error) {
      if (!error) alarm->at = time_max;
    });
  }
  io_->run_one();
  io_->poll();
}

// An idle loop asks `stop` at fixed moments: a deadline that moved on with each look would replace
// its timer each time, whose end as a cancelled one is the next thing to wake up for.
bool LiveLoop::run_until(Time until, const std::function<bool()>& stop) {
  Time asks = clock_.now() + ask_stop;
  for (;;) {
    const bool more = fire();
    if (stop && stop()) return false;
    const Time now = clock_.now();
    if (now >= until) {
      loop_.advance(until);
      return true;
    }
    if (more) {
      io_->poll();
      continue;
    }
    const Time next = std::min(until, loop_.next_due());
    if (asks <= now) asks = now + ask_stop;
    if (next > now) wait(stop ? std::min(next - watch_, asks) : next - watch_);
  }
}

}  // namespace wavetank::live
