#include "scenarios/engine/gantt/job_shelf.h"

#include <numeric>
#include <utility>

#include "system/base/random.h"

namespace wavetank::engine {
namespace {

static_assert(std::accumulate(shown_for_each.begin(), shown_for_each.end(), std::size_t{0}) ==
              most_jobs);

bool applies(ShownFor reason, const JobLife& life) {
  if (life.in_flight()) return reason == ShownFor::unfinished;
  const bool late = !life.failed() && life.late_at(life.terminal);
  switch (reason) {
    case ShownFor::late:
      return late;
    case ShownFor::failed:
      return life.failed();
    case ShownFor::unfinished:
      return false;
    case ShownFor::relaunched:
      return life.relaunched();
    case ShownFor::spilled:
      return life.spilled > 0;
    case ShownFor::hot:
      return life.hot_bytes > 0;
    case ShownFor::longest:
      return true;
    case ShownFor::ordinary:
      break;
  }
  return !late && !life.failed() && !life.relaunched() && life.spilled == 0 && life.hot_bytes == 0;
}

std::int64_t score(ShownFor reason, const JobLife& life, Time now) {
  switch (reason) {
    case ShownFor::late:
      return (life.terminal - life.fresh_by).ns;
    case ShownFor::failed:
      return -life.terminal.ns;
    case ShownFor::unfinished:
      return (now - life.accepted).ns;
    case ShownFor::relaunched:
    case ShownFor::longest:
      return (life.terminal - life.accepted).ns;
    case ShownFor::spilled:
      return life.spilled;
    case ShownFor::hot:
      return life.hot_bytes;
    case ShownFor::ordinary:
      break;
  }
  return static_cast<std::int64_t>(mix64(life.output.value) >> 1);
}

bool outranks(std::int64_t score, const JobLife& life, const JobShelf::Place& other) {
  if (score != other.score) return score > other.score;
  return life.process < other.life.process;
}

}  // namespace

bool JobShelf::wants(const JobLife& life, Time now) const {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto reason = static_cast<ShownFor>(i);
    if (!applies(reason, life)) continue;
    const std::vector<Place>& places = places_[i];
    if (places.size() < shown_for_each[i]) return true;
    if (outranks(score(reason, life, now), life, places.back())) return true;
  }
  return false;
}

void JobShelf::offer(JobLife& life, Time now) {
  if (!wants(life, now)) return;
  JobLife carried = std::exchange(life, JobLife{});
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto reason = static_cast<ShownFor>(i);
    if (!applies(reason, carried)) continue;
    std::vector<Place>& places = places_[i];
    const std::int64_t points = score(reason, carried, now);
    auto at = places.begin();
    while (at != places.end() && !outranks(points, carried, *at)) ++at;
    const bool full = places.size() == shown_for_each[i];
    if (full && at == places.end()) continue;
    places.insert(at, Place{points, std::move(carried)});
    if (!full) return;
    carried = std::move(places.back().life);
    places.pop_back();
  }
}

std::size_t JobShelf::size() const {
  std::size_t n = 0;
  for (const auto& places : places_) n += places.size();
  return n;
}

}  // namespace wavetank::engine
