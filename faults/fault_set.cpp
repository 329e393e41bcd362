#include "faults/fault_set.h"

#include <algorithm>

namespace wavetank::faults {
namespace {

Time planned_start(const FaultSpec& spec) { return Time{} + spec.at; }

bool overlap(const FaultSpec& a, const FaultSpec& b) {
  return planned_start(a) < planned_end(b) && planned_start(b) < planned_end(a);
}

}  // namespace

Time planned_end(const FaultSpec& spec) {
  return spec.lasts == Duration{} ? time_max : planned_start(spec) + spec.lasts;
}

FaultSet::FaultSet(World& world, std::vector<std::unique_ptr<Fault>> faults, std::size_t first)
    : world_(world), faults_(std::move(faults)), tasks_(world.loop(), world.loop().root()) {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    faults_[i]->enlist(world.seed(), first + i, tasks_);
  }
}

void FaultSet::begin_now() {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const std::vector<EventKind> heard = faults_[i]->observes();
    world_.history().subscribe(*faults_[i], heard);
    begin(i);
  }
}

std::vector<FaultProblem> FaultSet::problems() {
  std::vector<FaultProblem> found;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    Fault& fault = *faults_[i];
    for (const Power power : fault.needs()) {
      if (world_.controls().can(power)) continue;
      const std::string what = std::string(fault.name()) + " needs the power \"" + name_of(power);
      found.push_back({i, "fault", what + "\", which this world lacks", ""});
    }
    for (Obstacle& obstacle : fault.aim(world_)) {
      found.push_back({i, "target", std::move(obstacle.what), std::move(obstacle.hint)});
    }
    for (std::size_t j = 0; j < i; ++j) {
      const Fault& earlier = *faults_[j];
      if (!overlap(earlier.spec(), fault.spec()) || !fault.clashes(earlier)) continue;
      const std::string other = std::string(earlier.name()) + " at faults/" + std::to_string(j);
      found.push_back({i, "at", "overlaps the " + other,
                       "Both would set one control: let one end before the other begins."});
    }
  }
  return found;
}

void FaultSet::schedule(Time chaos_end) {
  const bool ready = problems().empty();
  WAVETANK_CHECK(ready, "faults are scheduled only when they have no problem");
  for (const auto& fault : faults_) {
    const std::vector<EventKind> heard = fault->observes();
    world_.history().subscribe(*fault, heard);
  }
  // Timers of one instant fire as they were set: ends first, so that a fault may take over a
  // control at the moment another gives it back.
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const FaultSpec& spec = faults_[i]->spec();
    const Time to = std::min(planned_end(spec), chaos_end);
    if (planned_start(spec) < to && to != time_max) tasks_.spawn(end_at(i, to));
  }
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const Time from = planned_start(faults_[i]->spec());
    if (from < chaos_end) tasks_.spawn(begin_at(i, from));
  }
}

void FaultSet::stop() {
  tasks_.cancel();
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    if (faults_[i]->active()) end(i);
  }
}

std::size_t FaultSet::active() const {
  const auto is_active = [](const std::unique_ptr<Fault>& fault) { return fault->active(); };
  return static_cast<std::size_t>(std::count_if(faults_.begin(), faults_.end(), is_active));
}

Task<void> FaultSet::begin_at(std::size_t index, Time at) {
  Loop& loop = world_.loop();
  co_await sleep_until(loop, at);
  begin(index);
}

Task<void> FaultSet::end_at(std::size_t index, Time at) {
  Loop& loop = world_.loop();
  co_await sleep_until(loop, at);
  end(index);
}

void FaultSet::begin(std::size_t index) {
  Fault& fault = *faults_[index];
  fault.window_ = {world_.loop().now(), time_max};
  fault.active_ = true;
  note(EventKind::fault_started, index, 0);
  fault.begin(world_);
  const bool ours = fault.ops() != 0 && !elsewhere_.contains(index);
  if (ours) world_.gate().arm(fault, fault.ops(), static_cast<int>(index));
  if (told_) told_(index, true);
}

void FaultSet::end(std::size_t index) {
  Fault& fault = *faults_[index];
  world_.gate().disarm(fault);
  fault.end(world_);
  fault.active_ = false;
  if (told_) told_(index, false);
  fault.window_.to = world_.loop().now();
  note(EventKind::fault_ended, index, fault.id_);
}

void FaultSet::note(EventKind kind, std::size_t index, EventId cause) {
  Event event;
  event.kind = kind;
  event.node = world_.loop().root().id();
  // Ids hash the attempt, not the value: it keeps those of two faults apart.
  event.attempt = static_cast<std::uint32_t>(index);
  event.value = static_cast<std::int64_t>(index);
  event.cause = cause;
  if (kind == EventKind::fault_started) faults_[index]->id_ = event.id();
  world_.history().note(event);
}

}  // namespace wavetank::faults
