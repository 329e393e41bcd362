#pragma once
// Recorder: keeps every event of the load while it is offered. In pieces: a vector that grows would
// stop the load, for milliseconds, to copy what it has.

#include <deque>
#include <vector>

#include "system/ports/history.h"

namespace wavetank::app {

class Recorder final : public Observer {
 public:
  void on_event(const Event& event) override { events_.push_back(event); }
  /// All so far, which it forgets.
  std::vector<Event> take() {
    std::vector<Event> all(events_.begin(), events_.end());
    events_.clear();
    return all;
  }

 private:
  std::deque<Event> events_;
};

}  // namespace wavetank::app
