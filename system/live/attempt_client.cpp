#include "system/live/attempt_client.h"

namespace wavetank::live {
namespace {

constexpr Duration greet_every = whole_seconds(1);
constexpr Duration greet_within = whole_seconds(2);
// A worker that keeps its connections but says nothing for so long is taken for dead.
constexpr Duration lost_after = whole_seconds(10);
// A worker answers within 2 s, if only to say that the attempt goes on.
constexpr Duration run_within = whole_seconds(30);
constexpr Duration end_within = whole_seconds(5);
constexpr Duration try_again_after = milliseconds(200);
// One refused connection may be a cut in the middle of connecting.
constexpr int refusals_of_the_dead = 2;
// For how long an attempt that could not fetch from another worker waits until that one's death is
// known: else it would be sent again and again before it is.
constexpr Duration blame_within = whole_seconds(3);

}  // namespace

AttemptClient::AttemptClient(LiveEnv& env, Peers& peers, Attempts& local, Slots& slots,
                             std::function<void()> freed)
    : env_(env),
      peers_(peers),
      local_(local),
      slots_(slots),
      freed_(std::move(freed)),
      look_(env.loop),
      looked_(env.loop),
      tasks_(env.loop, env.loop.root()) {}

void AttemptClient::begin_life(std::uint32_t driver, const std::string& name) {
  Speaker speaker;
  speaker.driver = name;
  speaker.life = static_cast<Life>(env_.clock.to_unix(env_.clock.now()));
  drivers_[driver] = speaker;
  seen_.resize(slots_.executors().size());
  for (const Executor& executor : slots_.executors()) {
    if (executor.driver == driver) tasks_.spawn(watch(executor.id, speaker.life));
  }
}

void AttemptClient::end_life(std::uint32_t driver) {
  drivers_.erase(driver);
  std::vector<std::uint32_t> dead;
  for (const auto& [handle, attempt] : attempts_) {
    if (slots_.executor(attempt->executor).driver == driver) dead.push_back(handle);
  }
  for (Executor& executor : slots_.executors()) {
    if (executor.driver == driver) executor.alive = executor.looked_at = false;
  }
  for (const std::uint32_t handle : dead) end(handle, Failure::killed);
}

bool AttemptClient::lives(std::uint32_t driver, Life life) const {
  const auto found = drivers_.find(driver);
  return found != drivers_.end() && found->second.life == life;
}

Speaker AttemptClient::speaker(const Executor& executor) const {
  Speaker from = drivers_.at(executor.driver);
  from.incarnation = executor.incarnation;
  return from;
}

Task<void> AttemptClient::watch(std::uint32_t id, Life driver) {
  Executor& executor = slots_.executor(id);
  Time heard = env_.loop.now();
  int refusals = 0;
  while (lives(executor.driver, driver)) {
    const std::uint64_t round = round_;
    const Speaker from = speaker(executor);
    std::string address = executor.address;
    std::string body = message_text(from, env_.clock);
    auto answer = co_await peers_.post(std::move(address), compute_path::greet, std::move(body),
                                       greet_within);
    if (!lives(executor.driver, driver)) co_return;
    const Time now = env_.loop.now();
    bool again = round_ != round;
    refusals = answer.failure == Failure::refused ? refusals + 1 : 0;
    if (!answer.failure) {
      heard = now;
      again |= hear(executor, from, answer);
    } else if (refusals >= refusals_of_the_dead || now - heard > lost_after) {
      lose(executor, Failure::executor_lost);
    }
    const bool doubted = executor.alive && refusals > 0;
    if (!doubted) seen_[id] = round;
    looked_.notify_all();
    if (!std::exchange(executor.looked_at, true)) freed_();
    if (again) continue;
    const Time next = now + (doubted ? try_again_after : greet_every);
    auto asked = co_await look_.wait_until(next);
    static_cast<void>(asked);
  }
}

// One that was lost is used again only after it has heard that it was: then nothing of before runs
// there. True where it is to be told at once.
bool AttemptClient::hear(Executor& executor, const Speaker& told, const PeerAnswer& answer) {
  const auto worker = read_message<WorkerLife>(answer.body, env_.clock);
  if (answer.status != 200 || !worker.ok()) return false;
  if (executor.alive && executor.life != worker.value->life) {
    lose(executor, Failure::executor_lost);
  }
  if (told.incarnation != executor.incarnation) return true;
  if (executor.alive) return false;
  executor.life = worker.value->life;
  slots_.revive(executor);
  freed_();
  return false;
}

AttemptClient::Attempt* AttemptClient::find(std::uint32_t handle) const {
  const auto found = attempts_.find(handle);
  return found == attempts_.end() ? nullptr : found->second.get();
}

std::uint32_t AttemptClient::open(JobId job, std::uint32_t executor) {
  auto made = std::make_unique<Attempt>();
  made->handle = ++last_;
  made->job = job;
  made->executor = executor;
  attempts_.emplace(last_, std::move(made));
  return last_;
}

void AttemptClient::run(Taken<verb::RunAttempt> call) {
  Attempt* attempt = find(call->args.slot.attempt);
  if (attempt == nullptr || attempt->call) {
    call.complete(Failure::executor_lost);
    return;
  }
  attempt->call.emplace(std::move(call));
  attempt->began = attempt->heard = env_.loop.now();
  tasks_.spawn(follow(attempt->handle));
}

void AttemptClient::release(std::uint32_t handle) {
  const Attempt* attempt = find(handle);
  if (attempt != nullptr && !attempt->call) end(handle, Failure::killed);
}

RunRequest AttemptClient::request(const Attempt& attempt) const {
  const Executor& executor = slots_.executor(attempt.executor);
  RunRequest request;
  request.from = speaker(executor);
  request.worker = executor.life;
  request.handle = attempt.handle;
  request.task = (*attempt.call)->args.task;
  return request;
}

// The request may be repeated: a worker that runs the attempt already only waits for its end. So a
// broken connection costs nothing as long as the worker lives.
Task<void> AttemptClient::follow(std::uint32_t handle) {
  for (;;) {
    Attempt* attempt = find(handle);
    if (attempt == nullptr) co_return;
    Executor& executor = slots_.executor(attempt->executor);
    std::string address = executor.address;
    std::string body = message_text(request(*attempt), env_.clock);
    std::string header = trace ? trace(**attempt->call) : "";
    auto told = co_await peers_.post(std::move(address), compute_path::run, std::move(body),
                                     run_within, std::move(header));
    attempt = find(handle);
    if (attempt == nullptr) co_return;
    if (told.status == 409) {
      lose(executor, Failure::executor_lost);
      co_return;
    }
    if (told.status == 202) {
      goes_on(*attempt, told);
      continue;
    }
    if (told.failure || told.status >= 500) {
      look_.notify_all();
      co_await sleep(env_.loop, try_again_after);
      continue;
    }
    const auto answer = read_message<RunAnswer>(told.body, env_.clock);
    if (told.status == 200 && answer.ok()) {
      answered(*attempt, *answer.value);
    } else {
      end(handle, Failure::invalid);
    }
    co_return;
  }
}

void AttemptClient::goes_on(Attempt& attempt, const PeerAnswer& told) const {
  const auto progress = read_message<RunProgress>(told.body, env_.clock);
  if (!progress.ok()) return;
  attempt.headway = progress.value->headway;
  attempt.heard = env_.loop.now();
}

void AttemptClient::list(std::vector<RunningAttempt>& all) const {
  for (const auto& [handle, attempt] : attempts_) {
    if (!attempt->call) continue;
    all.push_back({attempt->executor, (*attempt->call)->args.task, attempt->began,
                   attempt->headway, attempt->heard});
  }
}

void AttemptClient::answered(const Attempt& attempt, const RunAnswer& answer) {
  if (answer.failure == Failure::out_of_memory) {
    lose(slots_.executor(attempt.executor), Failure::out_of_memory);
  } else if (answer.failure == Failure::executor_lost) {
    tasks_.spawn(blame(attempt.handle));
  } else if (answer.failure) {
    end(attempt.handle, *answer.failure);
  } else {
    const verb::RunAttempt::Args& args = (*attempt.call)->args;
    if (learn && !answer.shuffled.empty()) learn(args.task, answer.shuffled);
    TaskReport report = answer.report;
    report.slot = args.slot;
    end(attempt.handle, report);
  }
}

bool AttemptClient::looked(std::uint64_t round, std::uint32_t driver) const {
  for (const Executor& executor : slots_.executors()) {
    if (executor.driver == driver && seen_[executor.id] < round) return false;
  }
  return true;
}

Task<void> AttemptClient::blame(std::uint32_t handle) {
  const Time until = env_.loop.now() + blame_within;
  const std::uint64_t round = ++round_;
  look_.notify_all();
  for (;;) {
    const Attempt* attempt = find(handle);
    if (attempt == nullptr) co_return;
    if (env_.loop.now() >= until || looked(round, slots_.executor(attempt->executor).driver)) break;
    auto more = co_await looked_.wait_until(until);
    static_cast<void>(more);
  }
  end(handle, Failure::executor_lost);
}

void AttemptClient::kill(AttemptKey key) {
  for (const auto& [handle, attempt] : attempts_) {
    if (attempt->job != key.job || !attempt->call) continue;
    const TaskSpec& task = (*attempt->call)->args.task;
    if (task.stage == key.stage && task.partition == key.partition &&
        task.attempt == key.attempt) {
      return kill(*attempt);
    }
  }
}

void AttemptClient::kill(Attempt& attempt) {
  if (attempt.killed) return;
  attempt.killed = true;
  tasks_.spawn(tell_end(attempt.handle));
}

// Until the answer to its run says that it is over: its slot is free only then.
Task<void> AttemptClient::tell_end(std::uint32_t handle) {
  for (;;) {
    const Attempt* attempt = find(handle);
    if (attempt == nullptr) co_return;
    const Executor& executor = slots_.executor(attempt->executor);
    EndRequest request;
    request.from = speaker(executor);
    request.handle = handle;
    std::string address = executor.address;
    std::string body = message_text(request, env_.clock);
    auto told = co_await peers_.post(std::move(address), compute_path::end, std::move(body),
                                     end_within);
    static_cast<void>(told);
    co_await sleep(env_.loop, try_again_after);
  }
}

void AttemptClient::end_job(JobId job) {
  std::vector<std::uint32_t> unused;
  for (const auto& [handle, attempt] : attempts_) {
    if (attempt->job != job) continue;
    if (attempt->call) {
      kill(*attempt);
    } else {
      unused.push_back(handle);
    }
  }
  for (const std::uint32_t handle : unused) end(handle, Failure::killed);
  over_.insert(job);
  forget_if_over(job);
}

void AttemptClient::forget_if_over(JobId job) {
  if (!over_.contains(job)) return;
  for (const auto& [handle, attempt] : attempts_) {
    if (attempt->job == job) return;
  }
  over_.erase(job);
  local_.forget(job);
}

void AttemptClient::lose(Executor& executor, Failure why) {
  if (!slots_.lose(executor)) return;
  std::vector<std::uint32_t> dead;
  for (const auto& [handle, attempt] : attempts_) {
    if (attempt->executor == executor.id) dead.push_back(handle);
  }
  Event e;
  e.kind = EventKind::executor_lost;
  e.node = executor.node;
  e.attempt = executor.incarnation;
  e.value = static_cast<std::int64_t>(dead.size());
  e.extra = executor.id;
  e.aux = why == Failure::out_of_memory ? 1 : 0;
  env_.history.note(e);
  local_.lose(executor.id);
  for (const std::uint32_t handle : dead) end(handle, why);
  look_.notify_all();
}

void AttemptClient::end(std::uint32_t handle, Result<TaskReport> report) {
  const auto found = attempts_.find(handle);
  if (found == attempts_.end()) return;
  const std::unique_ptr<Attempt> ended = std::move(found->second);
  attempts_.erase(found);
  slots_.give_back(ended->job, ended->executor);
  if (ended->call) ended->call->complete(std::move(report));
  forget_if_over(ended->job);
  freed_();
}

}  // namespace wavetank::live
