#pragma once
// Announced: tells the webhook that a run begins and, however it ends, that it has.

#include <string>

#include "system/live/drill/notify.h"

namespace wavetank::app {

class Announced {
 public:
  Announced(live::Notifier& notifier, const std::string& text) : notifier_(notifier) {
    notifier_.post({"start", text});
  }
  Announced(const Announced&) = delete;
  Announced& operator=(const Announced&) = delete;
  ~Announced() { notifier_.post({"stop", why_}); }

  void ends(const std::string& why) { why_ = why; }

 private:
  live::Notifier& notifier_;
  std::string why_ = "the run ended by an error";
};

}  // namespace wavetank::app
