#include "app/live/drill_guards.h"

#include <chrono>

#include "system/live/drill/allowlist.h"

namespace wavetank::app {
namespace {

constexpr auto renewed_every = std::chrono::seconds(2);
constexpr Duration marker_every = whole_seconds(5);
/// How long the marker's place may be out of reach: a drill may have cut the link to it.
constexpr Duration marker_patience = minutes(1);

}  // namespace

DrillGuards::DrillGuards(const live::Target& target, const std::string& run,
                         std::function<void(const std::string&)> stop, const std::string& folder)
    : target_(target),
      stop_(std::move(stop)),
      place_(live::lock_place(target)),
      lock_(*place_, run, live::TargetLock::usual_time, folder),
      notifier_(target.notify, run, target.name) {}

DrillGuards::~DrillGuards() {
  ending_ = true;
  if (renewals_.joinable()) renewals_.join();
  marker_.reset();
  if (held_) lock_.release();
}

void DrillGuards::say(const std::string& why) {
  if (!said_.exchange(true)) stop_(why);
}

std::vector<std::string> DrillGuards::take() {
  std::vector<std::string> wrong = live::Allowlist(target_.allow).check(target_);
  if (const auto [lost, why] = notifier_.lost(); !why.empty()) wrong.push_back("notify: " + why);
  if (!wrong.empty()) return wrong;
  const live::MarkerState marker = live::check_marker(target_);
  if (marker.consent != live::Consent::given) {
    wrong.push_back("the owner's marker does not allow it: " + marker.why);
    return wrong;
  }
  allowed_ = true;
  if (const live::Trouble trouble = lock_.take()) {
    wrong.push_back(*trouble);
    return wrong;
  }
  held_ = true;
  marker_ = std::make_unique<live::MarkerWatch>([this] { return live::check_marker(target_); },
                                                marker_every, marker_patience,
                                                [this](const std::string& why) { say(why); });
  renewals_ = std::thread([this] { hold(); });
  return wrong;
}

/// Renews the lock, which is also how a halt is heard.
void DrillGuards::hold() {
  auto due = std::chrono::steady_clock::now() + renewed_every;
  while (!ending_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (std::chrono::steady_clock::now() < due) continue;
    due = std::chrono::steady_clock::now() + renewed_every;
    if (const live::Trouble trouble = lock_.renew()) return say(*trouble);
  }
}

}  // namespace wavetank::app
