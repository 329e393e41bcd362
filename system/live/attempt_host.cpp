#include "system/live/attempt_host.h"

#include <filesystem>

namespace wavetank::live {
namespace {

// An answer never waits longer than this: the driver hears how far it is, and asks again.
constexpr Duration answer_within = whole_seconds(2);
// A driver that is silent for so long has died: it greets every second.
constexpr Duration orphaned_after = whole_seconds(30);
// How an attempt ended is told again for so long.
constexpr Duration kept_for = minutes(2);

}  // namespace

AttemptHost::AttemptHost(LiveEnv& env, Attempts& attempts, Node& node, std::uint32_t executor,
                         const WorkerHandler& handler)
    : env_(env),
      attempts_(attempts),
      node_(node),
      executor_(executor),
      handler_(handler),
      tasks_(env.loop, env.loop.root()) {
  restart();
  tasks_.spawn(sweep());
}

void AttemptHost::restart() {
  life_ = static_cast<Life>(env_.clock.to_unix(env_.clock.now()));
}

bool AttemptHost::greet(const Speaker& from) {
  const auto age = [](const Speaker& s) { return std::pair{s.life, s.incarnation}; };
  if (age(from) < age(speaker_)) return false;
  if (age(from) > age(speaker_)) {
    end_all(Failure::killed);
    hosted_.clear();
    attempts_.lose(executor_);
    speaker_ = from;
  }
  heard_ = env_.loop.now();
  return true;
}

AttemptHost::Hosted* AttemptHost::find(Key key) const {
  const auto found = hosted_.find(key);
  return found == hosted_.end() ? nullptr : found->second.get();
}

AttemptHost::Hosted* AttemptHost::begin(const RunRequest& request) {
  auto made = std::make_unique<Hosted>(env_.loop, node_);
  Hosted* attempt = made.get();
  attempt->task = request.task;
  attempt->began = env_.loop.now();
  attempt->slot.executor = executor_;
  attempt->slot.node = node_.id();
  hosted_.emplace(Key{request.from.life, request.handle}, std::move(made));
  try {
    attempt->slot.attempt = attempts_.begin(attempt->slot, attempt->task);
    attempt->group.start(work(attempt));
  } catch (const std::filesystem::filesystem_error&) {
    finish(*attempt, Failure::disk_full);
  }
  return attempt;
}

Task<AttemptHost::Reply> AttemptHost::run(RunRequest request) {
  Reply reply;
  if (request.worker != life_ || !greet(request.from)) co_return reply;
  const Key key{request.from.life, request.handle};
  const Time until = env_.loop.now() + answer_within;
  if (find(key) == nullptr && draining_) {
    co_await sleep_until(env_.loop, until);
    reply.kind = Reply::Kind::running;
    co_return reply;
  }
  if (find(key) == nullptr) begin(request);
  for (;;) {
    Hosted* attempt = find(key);
    if (attempt == nullptr) co_return reply;
    if (attempt->answer) {
      reply.kind = Reply::Kind::over;
      reply.answer = *attempt->answer;
      co_return reply;
    }
    auto ended = co_await attempt->over.wait_until(until);
    if (ended) continue;
    reply.kind = Reply::Kind::running;
    reply.progress.headway = headway(*attempt);
    co_return reply;
  }
}

Headway AttemptHost::headway(const Hosted& attempt) const {
  const LiveAttempt* known = attempts_.find(attempt.slot.attempt);
  return known == nullptr ? Headway() : known->headway();
}

void AttemptHost::list(std::vector<RunningAttempt>& all) const {
  for (const auto& [key, attempt] : hosted_) {
    if (attempt->answer) continue;
    all.push_back({executor_, attempt->task, attempt->began, headway(*attempt), env_.loop.now()});
  }
}

Task<void> AttemptHost::work(Hosted* attempt) {
  auto report = co_await handler_(&attempt->task, attempt->slot, node_);
  finish(*attempt, std::move(report));
}

void AttemptHost::finish(Hosted& attempt, Result<TaskReport> report) {
  if (attempt.answer) return;
  RunAnswer answer;
  if (report.ok()) {
    answer.report = *report;
    answer.report.ran = env_.loop.now() - attempt.began;
    const LiveAttempt* known = attempts_.find(attempt.slot.attempt);
    if (known != nullptr) answer.shuffled = known->shuffled;
  } else {
    answer.failure = report.failure();
  }
  attempt.answer = std::move(answer);
  attempt.ended = env_.loop.now();
  attempts_.end(attempt.slot.attempt);
  attempt.over.notify_all();
}

void AttemptHost::end(const EndRequest& request) {
  if (!greet(request.from)) return;
  Hosted* attempt = find(Key{request.from.life, request.handle});
  if (attempt == nullptr) return;
  attempt->group.cancel();
  finish(*attempt, Failure::killed);
}

void AttemptHost::end_all(Failure why) {
  for (auto& [key, attempt] : hosted_) {
    attempt->group.cancel();
    finish(*attempt, why);
  }
}

Task<void> AttemptHost::die(Failure why) {
  end_all(why);
  attempts_.lose(executor_);
  co_return;
}

bool AttemptHost::runs(JobId job) const {
  for (const auto& [key, attempt] : hosted_) {
    if (!attempt->answer && attempt->task.job == job) return true;
  }
  return false;
}

std::size_t AttemptHost::running() const {
  std::size_t n = 0;
  for (const auto& [key, attempt] : hosted_) n += attempt->answer ? 0 : 1;
  return n;
}

void AttemptHost::stop() {
  end_all(Failure::killed);
  hosted_.clear();
  speaker_ = Speaker();
}

Task<void> AttemptHost::sweep() {
  for (;;) {
    co_await sleep(env_.loop, whole_seconds(1));
    const Time now = env_.loop.now();
    if (speaker_.life != 0 && now - heard_ > orphaned_after) {
      stop();
      attempts_.lose(executor_);
      restart();  // should the driver speak again, it learns that nothing of it is left
    }
    std::erase_if(hosted_, [now](const auto& entry) {
      return entry.second->answer && now - entry.second->ended > kept_for;
    });
  }
}

}  // namespace wavetank::live
