#pragma once
// LiveLoop: drives the event loop by a real clock, on one thread. It fires what is due, hands over
// what other threads and sockets brought, and sleeps until the next deadline.

#include <functional>
#include <memory>
#include <optional>

#include "system/base/loop.h"
#include "system/live/inbox.h"
#include "system/live/live_clock.h"

namespace boost::asio {
class io_context;
}

namespace wavetank::live {

class LiveLoop final : public Inbox {
 public:
  /// Both must outlive it.
  LiveLoop(Loop& loop, const LiveClock& clock);
  /// Destroys what was posted and has not run.
  ~LiveLoop() override;

  void post(std::function<void()> job) override;

  /// Runs until the clock shows `until`, or `stop` says so: asked at least every 20 ms. Returns
  /// whether it got there.
  bool run_until(Time until, const std::function<bool()>& stop);

  /// How long before a deadline it stops sleeping and watches the clock instead: a sleep ends some
  /// 50 us late. For a load generator on a core of its own; 0 at first.
  void watch(Duration before) { watch_ = before; }
  /// How long it has watched so far: time of a core that nothing else needed.
  Duration watched() const { return watched_; }

  boost::asio::io_context& io() { return *io_; }

 private:
  struct Alarm;
  bool fire();
  void wait(Time until);

  Loop& loop_;
  const LiveClock& clock_;
  Duration watch_{}, watched_{};
  std::optional<Time> looked_;  ///< when it last looked and found nothing, while it watches
  std::unique_ptr<boost::asio::io_context> io_;
  std::unique_ptr<Alarm> alarm_;
};

}  // namespace wavetank::live
