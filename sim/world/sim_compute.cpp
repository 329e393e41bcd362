#include "sim/world/sim_compute.h"

namespace wavetank::sim {

SimCompute::SimCompute(Env& env, Workers& workers)
    : Compute(env.loop(), env.gate(), env.history()),
      env_(env),
      workers_(workers),
      server_(env.hosts.add("compute").id()),
      scheduler_(env.loop(), 1),
      hungry_(env.loop()),
      doomed_(env.loop()) {
  env.hosts.on_crash([this](NodeId node) { node_died(node); });
  env.hosts.on_restart([this](NodeId node) {
    for (auto& executor : workers_.executors()) {
      if (executor->node.id == node) workers_.revive(*executor);
    }
    hungry_.notify_all();
  });
  env.root().spawn(schedule());
  env.root().spawn(reap());
}

void SimCompute::submit(Call& call) {
  switch (call.op) {
    case Op::compute_start_job:
      return env_.root().start(start(Taken<verb::StartJob>(*this, call)));
    case Op::compute_observe_job:
      return env_.root().start(observe(Taken<verb::ObserveJob>(*this, call)));
    case Op::compute_kill_job:
      return env_.root().start(kill(Taken<verb::KillJob>(*this, call)));
    case Op::compute_slot:
      return want_slot(Taken<verb::AcquireSlot>(*this, call));
    default:
      return run_attempt(Taken<verb::RunAttempt>(*this, call));
  }
}

SimJob* SimCompute::job(JobId id) const {
  const std::uint32_t at = index_.find(
      IntegerHash{}(id), [&](std::uint32_t share) { return fair_.id(share) == id; });
  return at == HashIndex::none ? nullptr : jobs_[at].get();
}

void SimCompute::serve_drivers(Node& node, DriverHandler handler) {
  drivers_[node.id()] = std::move(handler);
}

NodeId SimCompute::pick_driver(JobId job) const {
  std::vector<NodeId> up;
  for (const auto& [node, handler] : drivers_) {
    if (handler && env_.hosts.up(node)) up.push_back(node);
  }
  return up.empty() ? NodeId{} : up[job.value % up.size()];
}

std::uint32_t SimCompute::weight(Priority priority) const {
  if (!env_.settings.cluster.weigh_priorities) return 1;
  return priority == Priority::p0 ? 4 : priority == Priority::p1 ? 2 : 1;
}

// A name that exists already is the same job: starting it twice starts it once.
Task<void> SimCompute::start(Taken<verb::StartJob> call) {
  const Duration there = env_.network.request(*call, Bytes{2'000});
  co_await sleep(loop_, there);
  co_await env_.spend(*call, server_);
  const JobSpec& spec = call->args;
  const auto name = std::pair{spec.record.process.value, spec.epoch};
  const auto known = names_.find(name);
  JobId id;
  if (known != names_.end()) {
    id = known->second;
  } else {
    const JobId next{last_job_ + 1};
    const NodeId driver = pick_driver(next);
    if (!driver.valid()) {
      call.complete(Failure::unavailable);
      co_return;
    }
    id = next;
    last_job_ = next.value;
    auto made = std::make_unique<SimJob>(loop_, env_.hosts.node(driver));
    made->id = id;
    made->name = {spec.record.process, spec.epoch};
    made->spec = spec;
    made->driver = driver;
    made->share = fair_.add(id, weight(spec.record.ticket.priority));
    if (made->share >= jobs_.size()) jobs_.resize(made->share + 1);
    names_.emplace(name, id);
    SimJob* job = made.get();
    index_.insert(IntegerHash{}(id), job->share);
    jobs_[job->share] = std::move(made);
    job->group.spawn(drive(job));
  }
  const Duration back = env_.network.reply(*call, Bytes{200});
  co_await sleep(loop_, back);
  call.complete(id);
}

Task<void> SimCompute::drive(SimJob* job) {
  co_await sleep(loop_, env_.settings.cluster.job_start);
  DriverHandler& handler = drivers_.at(job->driver);
  const JobId id = job->id;
  JobSpec spec = job->spec;
  Node& node = env_.hosts.node(job->driver);
  auto ended = co_await handler(id, std::move(spec), node);
  static_cast<void>(ended);
  job->doomed = true;
  doomed_jobs_.push_back(id);
  doomed_.notify_all();
}

Task<void> SimCompute::observe(Taken<verb::ObserveJob> call) {
  const Duration there = env_.network.request(*call, Bytes{200});
  co_await sleep(loop_, there);
  co_await env_.spend(*call, server_);
  JobStatus status;
  const auto known = names_.find({call->args.process.value, call->args.epoch});
  if (known != names_.end()) {
    status.state = JobState::running;
    status.cause = job(known->second)->cause;
  }
  const Duration back = env_.network.reply(*call, Bytes{200});
  co_await sleep(loop_, back);
  call.complete(status);
}

Task<void> SimCompute::kill(Taken<verb::KillJob> call) {
  const Duration there = env_.network.request(*call, Bytes{200});
  co_await sleep(loop_, there);
  co_await env_.spend(*call, server_);
  const auto known = names_.find({call->args.process.value, call->args.epoch});
  if (known != names_.end()) {
    job(known->second)->doomed = true;
    doomed_jobs_.push_back(known->second);
    doomed_.notify_all();
  }
  const Duration back = env_.network.reply(*call, Bytes{200});
  co_await sleep(loop_, back);
  call.complete(Done{});
}

void SimCompute::report(JobId id, EventId cause) {
  if (SimJob* known = job(id)) known->cause = cause;
}

void SimCompute::want_slot(Taken<verb::AcquireSlot> call) {
  SimJob* asking = job(call->args.job);
  if (asking == nullptr) {
    call.complete(Failure::not_found);
    return;
  }
  // A request that nobody waits for any more still holds its place in the queue.
  const bool queued = asking->waiting.has_value();
  asking->waiting.reset();
  asking->waiting.emplace(std::move(call));
  if (!queued) fair_.want(asking->share, 1, (*asking->waiting)->args.since);
  hungry_.notify_all();
}

Task<void> SimCompute::schedule() {
  const Duration overhead = env_.settings.cluster.scheduler_overhead;
  for (;;) {
    if (fair_.hungry() == 0 || workers_.free_executor(NodeId{}) == nullptr) {
      co_await hungry_.wait();
      continue;
    }
    if (overhead > Duration{}) {
      scheduler_.meter().use(1);
      co_await sleep(loop_, overhead);
      scheduler_.meter().use(-1);
    }
    grant_one();
  }
}

bool SimCompute::grant_one() {
  while (fair_.hungry() > 0) {
    const std::optional<FairShare::Handle> next = fair_.pick();
    if (!next) return false;
    SimJob& job = *jobs_[*next];
    Taken<verb::AcquireSlot> call = std::move(*job.waiting);
    job.waiting.reset();
    if (call->abandoned()) {
      fair_.finished(*next);
      continue;
    }
    Executor* executor = workers_.free_executor(call->args.avoid);
    if (executor == nullptr) {  // it died while the scheduler thought
      fair_.finished(*next);
      job.waiting.emplace(std::move(call));
      fair_.want(*next, 1, (*job.waiting)->args.since);
      return false;
    }
    workers_.take_slot(*executor);
    scheduler_.meter().waited(loop_.now() - call->sent);
    workers_.slots().waited(loop_.now() - call->sent);
    SimAttempt& attempt = make_attempt(&job, *executor);
    call.complete(Slot{executor->id, executor->node.id, attempt.handle});
    return true;
  }
  return false;
}

SimAttempt& SimCompute::make_attempt(SimJob* job, Executor& executor) {
  Node& node = env_.hosts.node(executor.node.id);
  auto made = std::make_unique<SimAttempt>(job, executor, loop_, node);
  if (free_handles_.empty()) {
    free_handles_.push_back(static_cast<std::uint32_t>(attempts_.size()));
    attempts_.emplace_back();
  }
  made->handle = free_handles_.back();
  free_handles_.pop_back();
  made->memory = made->handle + 1;
  job->attempts.push_back(made->by_job);
  executor.attempts.push_back(made->by_executor);
  SimAttempt& attempt = *made;
  attempts_[attempt.handle] = std::move(made);
  return attempt;
}

// A slot that was never used: there is nothing to stop and nobody to tell.
void SimCompute::release(Slot slot) {
  SimAttempt* attempt = attempts_[slot.attempt].get();
  if (attempt != nullptr && !attempt->over && !attempt->call) end(*attempt, Failure::killed);
}

void SimCompute::run_attempt(Taken<verb::RunAttempt> call) {
  SimAttempt* attempt = attempts_[call->args.slot.attempt].get();
  if (attempt == nullptr || attempt->over || attempt->doomed) {
    call.complete(Failure::executor_lost);
    return;
  }
  attempt->call.emplace(std::move(call));
  attempt->executor->memory.add_task(attempt->memory);
  attempt->group.start(run(attempt));
}

Task<void> SimCompute::run(SimAttempt* attempt) {
  const double slowness = env_.hosts.slowness(attempt->executor->node.id);
  const double start = static_cast<double>(env_.settings.cluster.task_start.ns) * slowness;
  const Duration starting{static_cast<std::int64_t>(start)};
  co_await sleep(loop_, starting);
  const Call& call = **attempt->call;
  co_await env_.spend(call, attempt->executor->node.id);
  const Slot slot{attempt->executor->id, attempt->executor->node.id, attempt->handle};
  Node& node = env_.hosts.node(slot.node);
  auto report = co_await worker_(&attempt->task(), slot, node);
  end(*attempt, std::move(report));
}

// Gives everything back and answers. The attempt itself is destroyed by the reaper, since this may
// run inside it.
void SimCompute::end(SimAttempt& attempt, Result<TaskReport> report) {
  if (attempt.over) return;
  attempt.over = true;
  Executor& executor = *attempt.executor;
  const Bytes freed = executor.memory.end_task(attempt.memory);
  workers_.memory().use(-freed.count);
  while (const std::optional<ExecutionMemory::Grant> next = executor.memory.next_granted()) {
    SimAttempt& waiting = *attempts_[next->task - 1];
    waiting.grant = next->granted;
    workers_.memory().use(next->granted.count);
    waiting.granted.notify_all();
  }
  workers_.give_slot(executor);
  if (attempt.job != nullptr) fair_.finished(attempt.job->share);
  attempt.by_job.unlink();
  attempt.by_executor.unlink();
  if (attempt.call) attempt.call->complete(std::move(report));
  attempt.call.reset();
  doomed_attempts_.push_back(attempt.handle);
  doomed_.notify_all();
  if (fair_.hungry() > 0) hungry_.notify_all();
}

void SimCompute::kill_attempt(AttemptKey key) {
  SimJob* known = job(key.job);
  if (known == nullptr) return;
  for (Link* link = known->attempts.front(); link != known->attempts.end(); link = link->next) {
    SimAttempt& attempt = *static_cast<SimAttempt::Entry*>(link)->attempt;
    if (!attempt.call) continue;
    const TaskSpec& task = attempt.task();
    if (task.stage != key.stage || task.partition != key.partition ||
        task.attempt != key.attempt) {
      continue;
    }
    attempt.doomed = Failure::killed;
    doomed_attempts_.push_back(attempt.handle);
    doomed_.notify_all();
    return;
  }
}

void SimCompute::lose_executor(Executor& executor, Failure why) {
  if (!executor.alive) return;
  std::int64_t tasks = 0;
  for (Link* link = executor.attempts.front(); link != executor.attempts.end();
       link = link->next) {
    SimAttempt& attempt = *static_cast<SimAttempt::Entry*>(link)->attempt;
    if (!attempt.doomed) attempt.doomed = why;
    doomed_attempts_.push_back(attempt.handle);
    ++tasks;
  }
  workers_.lose(executor);
  doomed_.notify_all();
  Event e;
  e.kind = EventKind::executor_lost;
  e.node = executor.node.id;
  e.attempt = executor.incarnation;
  e.value = tasks;
  e.extra = executor.id;
  e.aux = why == Failure::out_of_memory ? 1 : 0;
  history_.note(e);
}

void SimCompute::node_died(NodeId node) {
  for (auto& executor : workers_.executors()) {
    if (executor->node.id == node) lose_executor(*executor, Failure::executor_lost);
  }
  const auto driver = drivers_.find(node);
  if (driver == drivers_.end()) return;
  driver->second = nullptr;
  for (const auto& [name, id] : names_) {
    SimJob& known = *job(id);
    if (known.driver != node || known.doomed) continue;
    known.doomed = true;
    known.group.cancel();  // with the node, not a step later
    doomed_jobs_.push_back(id);
  }
  doomed_.notify_all();
}

void SimCompute::bury(SimJob& dead) {
  dead.group.cancel();
  while (!dead.attempts.empty()) {
    SimAttempt& attempt = *static_cast<SimAttempt::Entry*>(dead.attempts.front())->attempt;
    attempt.group.cancel();
    end(attempt, Failure::killed);
    attempt.job = nullptr;
  }
  dead.waiting.reset();
  for (const auto& [node, bytes] : dead.stored) node->stored -= bytes;
  fair_.remove(dead.share);
  names_.erase({dead.name.process.value, dead.name.epoch});
  index_.erase(IntegerHash{}(dead.id), dead.share);
  jobs_[dead.share].reset();
}

Task<void> SimCompute::reap() {
  for (;;) {
    while (doomed_attempts_.empty() && doomed_jobs_.empty()) co_await doomed_.wait();
    std::vector<std::uint32_t> attempts;
    attempts.swap(doomed_attempts_);
    for (const std::uint32_t handle : attempts) {
      SimAttempt* attempt = attempts_[handle].get();
      if (attempt == nullptr) continue;
      attempt->group.cancel();
      if (!attempt->over) {
        end(*attempt, attempt->doomed.value_or(Failure::killed));
        continue;  // end() has put it on the list again
      }
      attempts_[handle].reset();
      free_handles_.push_back(handle);
    }
    std::vector<JobId> dead;
    dead.swap(doomed_jobs_);
    for (const JobId id : dead) {
      if (SimJob* known = job(id)) bury(*known);
    }
  }
}

void SimCompute::stop() {
  for (const auto& [name, id] : names_) job(id)->group.cancel();
  for (auto& attempt : attempts_) {
    if (attempt != nullptr) attempt->group.cancel();
  }
}

std::uint32_t SimCompute::incarnation(std::uint32_t executor) const {
  return workers_.executor(executor).incarnation;
}

}  // namespace wavetank::sim
