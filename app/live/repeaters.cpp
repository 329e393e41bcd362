#include "app/live/repeaters.h"

#include "system/live/attached_http.h"

namespace wavetank::app {

Repeaters::Repeaters(live::LiveWorld& world, const std::vector<FaultPlan>& plans) {
  for (const FaultPlan& plan : plans) {
    if (!plan.repeats) continue;
    all_[plan.index] = {plan.name, std::make_unique<live::MessageRepeater>(
                                       world.core().env, world.attached()->book(), *plan.repeats)};
  }
}

void Repeaters::begin(std::size_t index) {
  if (const auto found = all_.find(index); found != all_.end()) found->second.repeater->begin();
}

void Repeaters::end(std::size_t index) {
  if (const auto found = all_.find(index); found != all_.end()) found->second.repeater->end();
}

std::optional<std::uint64_t> Repeaters::repeated(std::size_t index) const {
  const auto found = all_.find(index);
  if (found == all_.end()) return std::nullopt;
  return found->second.repeater->repeated();
}

std::vector<std::string> Repeaters::troubles() const {
  std::vector<std::string> all;
  for (const auto& [index, one] : all_) {
    const std::string& why = one.repeater->trouble();
    if (!why.empty()) all.push_back(one.name + ": " + why);
  }
  return all;
}

}  // namespace wavetank::app
