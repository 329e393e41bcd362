#include "system/live/look_pace.h"

#include <algorithm>

namespace wavetank::live {
namespace {

constexpr double looks_share = 0.9;  // of the limit: the rest is for chance
constexpr double saved_s = 1;   // looks come in bursts of what so long has left
constexpr double owed_s = 10;   // what the load has sent beyond is forgotten after its window

}  // namespace

LookPace::LookPace(Rate most) : most_(most.per_s), room_(std::max(1.0, most.per_s * saved_s)) {}

double LookPace::left(Rate most, double load_per_s) {
  return std::max(0.0, most.per_s * looks_share - load_per_s);
}

Duration LookPace::interval() const {
  if (most_ <= 0) return {};
  return Duration{static_cast<std::int64_t>(1e9 / (most_ * looks_share))};
}

void LookPace::earn(Time now) {
  if (now <= earned_) return;
  const double earned = seconds(now - earned_) * most_ * looks_share;
  room_ = std::min(std::max(1.0, most_ * saved_s), room_ + earned);
  earned_ = now;
}

void LookPace::spend(Time now) {
  if (most_ <= 0) return;
  earn(now);
  room_ = std::max(room_ - 1, -most_ * owed_s);
}

bool LookPace::look(Time now) {
  if (most_ > 0) {
    earn(now);
    if (room_ < 1) {
      ++put_off_;
      return false;
    }
    spend(now);
  }
  ++looks_;
  return true;
}

}  // namespace wavetank::live
