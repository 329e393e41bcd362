#include "sim/world/models/fair_share.h"

#include "system/base/check.h"

namespace wavetank::sim {

FairShare::Handle FairShare::add(JobId id, std::uint32_t weight) {
  WAVETANK_CHECK(weight > 0, "a job's weight is positive");
  Handle job = 0;
  if (free_.empty()) {
    job = static_cast<Handle>(jobs_.size());
    jobs_.emplace_back();
    positions_.push_back(not_in_heap);
  } else {
    job = free_.back();
    free_.pop_back();
    jobs_[job] = Job{};
  }
  jobs_[job].id = id;
  jobs_[job].weight = weight;
  return job;
}

void FairShare::refile(Handle job) {
  Job& j = jobs_[job];
  const auto keep = [this](const Entry& e, std::uint32_t at) { positions_[e.job] = at; };
  const auto running = static_cast<std::uint32_t>(j.running);
  const Entry entry{j.since, j.served, running, j.weight, j.id.value, job};
  if (j.waiting == 0) {
    if (positions_[job] != not_in_heap) heap_.erase(positions_[job], keep);
  } else if (positions_[job] == not_in_heap) {
    heap_.push(entry, keep);
  } else {
    heap_.update(positions_[job], entry, keep);
  }
}

void FairShare::set_aside(Handle job) {
  const auto keep = [this](const Entry& e, std::uint32_t at) { positions_[e.job] = at; };
  heap_.erase(positions_[job], keep);
}

void FairShare::remove(Handle job) {
  jobs_[job].waiting = 0;
  refile(job);
  free_.push_back(job);
}

void FairShare::want(Handle job, std::int64_t tasks, Time since) {
  const bool was_idle = jobs_[job].waiting == 0;
  if (was_idle) jobs_[job].since = since;
  jobs_[job].waiting += tasks;
  if (was_idle) refile(job);
}

void FairShare::withdraw(Handle job, std::int64_t tasks) {
  WAVETANK_CHECK(tasks <= jobs_[job].waiting, "only tasks that wait can be withdrawn");
  jobs_[job].waiting -= tasks;
  if (jobs_[job].waiting == 0) refile(job);
}

std::optional<FairShare::Handle> FairShare::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.top().job;
}

std::optional<FairShare::Handle> FairShare::pick() {
  const std::optional<Handle> job = next();
  if (job) take(*job);
  return job;
}

void FairShare::take(Handle job) {
  Job& j = jobs_[job];
  WAVETANK_CHECK(j.waiting > 0, "a slot goes to a task that waits");
  --j.waiting;
  ++j.running;
  j.served = ++picks_;
  refile(job);
}

void FairShare::finished(Handle job) {
  WAVETANK_CHECK(jobs_[job].running > 0, "a task that finishes was running");
  --jobs_[job].running;
  refile(job);
}

}  // namespace wavetank::sim
