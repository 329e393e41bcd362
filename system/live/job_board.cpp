#include "system/live/job_board.h"

namespace wavetank::live {
namespace {

constexpr std::uint32_t epochs = 32;             // of one process, 0 included
constexpr std::size_t finished_most = 100'000;   // names that are remembered

}  // namespace

JobBoard::JobBoard(LiveEnv& env, std::function<void(LiveJob&)> buried)
    : env_(env), buried_(std::move(buried)), dying_(env.loop), tasks_(env.loop, env.loop.root()) {
  tasks_.spawn(reap());
}

std::optional<JobId> JobBoard::id_of(JobName name) {
  const std::uint64_t id = std::uint64_t{name.process.value} * epochs + name.epoch;
  const JobId job{static_cast<std::uint32_t>(id)};
  if (name.epoch >= epochs || id != job.value || !job.valid()) return std::nullopt;
  return job;
}

LiveJob* JobBoard::start(JobSpec spec, std::uint32_t driver, Node& node,
                         const DriverHandler& handler) {
  const JobName name{spec.record.process, spec.epoch};
  const std::optional<JobId> id = id_of(name);
  if (!id || jobs_.contains(*id) || finished_.contains(*id)) return nullptr;
  auto made = std::make_unique<LiveJob>(env_.loop, node);
  LiveJob* job = made.get();
  job->id = *id;
  job->name = name;
  job->output = spec.record.ticket.output;
  job->driver = driver;
  jobs_.emplace(*id, std::move(made));
  job->group.spawn(drive(job, std::move(spec), handler));
  return job;
}

Task<void> JobBoard::drive(LiveJob* job, JobSpec spec, DriverHandler handler) {
  Node& node = job->group.node();
  auto ended = co_await handler(job->id, std::move(spec), node);
  static_cast<void>(ended);
  doom(*job);
}

LiveJob* JobBoard::find(JobId job) const {
  const auto found = jobs_.find(job);
  return found == jobs_.end() ? nullptr : found->second.get();
}

JobStatus JobBoard::status(JobName name) const {
  JobStatus status;
  const std::optional<JobId> id = id_of(name);
  if (!id) return status;
  const LiveJob* job = find(*id);
  if (job != nullptr) {
    status.state = JobState::running;
    status.cause = job->cause;
  } else if (finished_.contains(*id)) {
    status.state = JobState::finished;
  }
  return status;
}

void JobBoard::kill(JobName name) {
  const std::optional<JobId> id = id_of(name);
  LiveJob* job = id ? find(*id) : nullptr;
  if (job != nullptr) doom(*job);
}

void JobBoard::doom(LiveJob& job) {
  if (job.doomed) return;
  job.doomed = true;
  doomed_.push_back(job.id);
  dying_.notify_all();
}

// Destroying a job is an event of its own: its end may have come from inside it.
Task<void> JobBoard::reap() {
  for (;;) {
    while (doomed_.empty()) co_await dying_.wait();
    const auto found = jobs_.find(doomed_.front());
    doomed_.pop_front();
    if (found == jobs_.end() || !found->second->doomed) continue;
    const std::unique_ptr<LiveJob> dead = std::move(found->second);
    jobs_.erase(found);
    dead->group.cancel();
    remember(*dead);
    buried_(*dead);
  }
}

void JobBoard::remember(const LiveJob& job) {
  finished_[job.id] = job.driver;
  oldest_.push_back(job.id);
  if (oldest_.size() <= finished_most) return;
  finished_.erase(oldest_.front());
  oldest_.pop_front();
}

void JobBoard::crash(std::uint32_t driver) {
  for (auto entry = jobs_.begin(); entry != jobs_.end();) {
    const auto here = entry++;
    if (here->second->driver != driver) continue;
    const std::unique_ptr<LiveJob> dead = std::move(here->second);
    jobs_.erase(here);
    dead->group.cancel();
    buried_(*dead);
  }
  std::erase_if(finished_, [driver](const auto& entry) { return entry.second == driver; });
}

void JobBoard::stop() {
  for (auto& [id, job] : jobs_) job->group.cancel();
}

}  // namespace wavetank::live
