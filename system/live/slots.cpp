#include "system/live/slots.h"

namespace wavetank::live {

void Slots::add_job(JobId job, std::uint32_t driver, std::uint32_t weight) {
  Share share;
  share.driver = driver;
  share.weight = weight;
  jobs_.emplace(job, share);
}

void Slots::remove_job(JobId job) {
  jobs_.erase(job);
}

void Slots::want(JobId job, NodeId avoid, Time since) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  found->second.waiting = true;
  found->second.avoid = avoid;
  found->second.since = since;
}

bool Slots::before(const Share& a, const Share& b) {
  const std::int64_t mine = a.running * b.weight;
  const std::int64_t other = b.running * a.weight;
  if (mine != other) return mine < other;
  return a.since != b.since ? a.since < b.since : a.served < b.served;
}

// The one with the most free slots, so that work spreads before it stacks; of those the one that
// was used longest ago.
Executor* Slots::free_executor(std::uint32_t driver, NodeId avoid) {
  Executor* best = nullptr;
  for (Executor& one : executors_) {
    if (one.driver != driver) continue;
    if (!one.looked_at) return nullptr;
    if (!one.alive || one.free <= 0) continue;
    if (best == nullptr) {
      best = &one;
      continue;
    }
    const bool shunned = one.node == avoid;
    if (shunned != (best->node == avoid)) {
      if (!shunned) best = &one;
    } else if (one.free != best->free ? one.free > best->free : one.served < best->served) {
      best = &one;
    }
  }
  return best;
}

std::optional<Slots::Grant> Slots::grant() {
  Share* next = nullptr;
  Executor* where = nullptr;
  JobId job;
  for (auto& [id, share] : jobs_) {
    if (!share.waiting || (next != nullptr && !before(share, *next))) continue;
    Executor* free = free_executor(share.driver, share.avoid);
    if (free == nullptr) continue;
    next = &share;
    where = free;
    job = id;
  }
  if (next == nullptr) return std::nullopt;
  next->waiting = false;
  next->running += 1;
  next->served = where->served = ++grants_;
  where->free -= 1;
  return Grant{job, where->id};
}

void Slots::give_back(JobId job, std::uint32_t executor) {
  executors_[executor].free += 1;
  const auto found = jobs_.find(job);
  if (found != jobs_.end() && found->second.running > 0) found->second.running -= 1;
}

bool Slots::lose(Executor& executor) {
  if (!executor.alive) return false;
  executor.alive = false;
  ++executor.incarnation;
  ++losses_;
  return true;
}

}  // namespace wavetank::live
