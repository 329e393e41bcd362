#include "sim/world/service_point.h"

namespace wavetank::sim {
namespace {

constexpr std::int64_t whole_server = 1'000'000'000;  // nanoseconds of work a second

/// Retries and further visits of one request are drawn apart; first tries keep theirs.
std::uint64_t drawn_attempt(const CallInfo& info, const VisitArgs& args) {
  return info.attempt | (std::uint64_t{args.nth} << 32);
}

Discipline discipline_of(Sharing sharing) {
  return sharing == Sharing::ps ? Discipline::fifo : static_cast<Discipline>(sharing);
}

std::size_t limit_of(const StationSpec& spec) {
  return spec.queue_limit > 0 ? static_cast<std::size_t>(spec.queue_limit) : ~std::size_t{0};
}

CacheSettings cache_settings(const CacheSpec& spec) {
  CacheSettings settings;
  if (spec.capacity > 0) settings.capacity = spec.capacity;
  settings.eviction = spec.evicts ? Eviction::lru : Eviction::noeviction;
  return settings;
}

}  // namespace

ServicePoint::ServicePoint(Env& env, Port& port, OpenStation& station, NodeId node,
                           std::uint64_t replica)
    : env_(env),
      port_(port),
      station_(station),
      spec_(station.spec),
      node_(node),
      queue_(discipline_of(spec_.discipline), limit_of(spec_)),
      meter_(env.loop(), spec_.servers),
      cache_(cache_settings(spec_.cache)) {
  const CacheSpec& cache = spec_.cache;
  static constexpr Purpose warm("station.warm");
  for (std::int64_t key = 0; spec_.caches && key < cache.warm; ++key) {
    const auto entity = static_cast<std::uint64_t>(key);
    const std::uint64_t bits = draw(env.seed(), warm, entity, replica);
    const auto left = below(bits, static_cast<std::uint64_t>(cache.ttl.ns) + 1);
    const Time expires = cache.ttl > Duration{} ? Time{static_cast<std::int64_t>(left)} : time_max;
    cache_.put(entity, 0, expires, Time{});
  }
  restarted();
}

ServicePoint::~ServicePoint() {
  while (!inside_.empty()) {
    auto* job = static_cast<Job*>(inside_.front());
    job->unlink();
    port_.drop(*job->call);
    delete job;
  }
}

void ServicePoint::restarted() {
  if (!sharing()) return;
  shared_.set_capacity(clock(), 0);
  alarm_ = std::make_unique<Alarm>(env_.loop());
  env_.hosts.group(node_).spawn(pump());
}

void ServicePoint::crashed() {
  in_service_ = 0;
  meter_.use(-meter_.in_use());
  meter_.wait(-static_cast<std::int64_t>(queue_.size()));
  handler_ = nullptr;
  deadlines_.clear();
  cache_.flush();
  while (!inside_.empty()) {
    auto& job = static_cast<Job&>(*inside_.front());
    if (job.queued()) queue_.erase(job);
    if (job.portion.in_progress()) shared_.cancel(clock(), job.portion);
    end(job, End::lost, Failure::reset);
  }
}

void ServicePoint::take(CallOf<verb::Visit>& call) {
  const Time now = env_.now();
  station_.book.enter(now);
  if (station_.observer != nullptr) station_.observer->entered(station_.number);
  auto* job = new Job;
  job->call = &call;
  job->arrived = now;
  job->number = jobs_++;
  job->priority = call.info.priority;
  job->expires = call.info.deadline;
  inside_.push_back(*job);
  if (!up()) return end(*job, End::lost, Failure::refused);
  if (sharing()) return share(*job);
  if (room()) {
    ++in_service_;
    meter_.use(1);
    return env_.hosts.group(node_).start(work(job));
  }
  if (queue_.push(*job, now) || (reclaim() && queue_.push(*job, now))) return meter_.wait(1);
  end(*job, End::rejected, Failure::throttled);
}

/// Makes room in a full queue, where what has expired need not stay.
bool ServicePoint::reclaim() {
  if (!spec_.drop_expired && !spec_.cancel_on_timeout) return false;
  while (Job* late = queue_.take_expired(env_.now())) {
    meter_.wait(-1);
    end(*late, spec_.drop_expired ? End::expired : End::cancelled, Failure::timeout);
  }
  return !queue_.full();
}

Duration ServicePoint::demand(const Job& job) const {
  const CallInfo& info = job.call->info;
  const std::uint64_t attempt = drawn_attempt(info, job.call->args);
  const Entropy entropy{env_.seed(), station_.purpose, info.subject, attempt};
  const Duration drawn = station_.law.duration(entropy);
  double factor = env_.hosts.slowness(node_);
  if (!sharing()) factor *= 1 + spec_.slowdown * static_cast<double>(in_service_ - 1);
  if (factor == 1) return drawn;
  return from_seconds(seconds(drawn) * factor);
}

void ServicePoint::begin(Job& job) {
  job.wait = env_.now() - job.arrived;
  if (station_.waits != nullptr) station_.waits->waited(station_.number, job.wait);
}

// One busy server, until nobody waits any more.
Task<void> ServicePoint::work(Job* job) {
  Loop& loop = env_.loop();
  while (job != nullptr) {
    begin(*job);
    const Duration needs = demand(*job);
    const Time left = spec_.cancel_on_timeout ? job->expires : time_max;
    const Time until = clock() + needs;
    const bool cut = left < env_.now() + needs;
    const Duration first = cut ? left - env_.now() : needs;
    co_await sleep(loop, first);
    while (!cut && clock() < until) {
      const Duration lost = until - clock();
      co_await sleep(loop, lost);
    }
    if (cut) {
      end(*job, End::cancelled, Failure::timeout);
    } else if (!needs_handler(*job)) {
      served(*job);
    } else if (!spec_.holds) {
      env_.hosts.group(node_).start(answer(job));
    } else {
      co_await answer(job);
    }
    job = next();
  }
  --in_service_;
  meter_.use(-1);
}

Task<void> ServicePoint::answer(Job* job) {
  VisitArgs args = job->call->args;
  CallInfo info = job->call->info;
  auto reply = co_await handler_(args, info);
  if (reply.ok()) {
    served(*job);
  } else {
    const Failure why = reply.failure();
    end(*job, End::failed, why);
  }
}

bool ServicePoint::needs_handler(Job& job) {
  if (spec_.caches) {
    const Time now = stale_since_ == time_max ? env_.now() : stale_since_;
    job.hit = cache_.get(job.call->args.key, now) != nullptr;
  }
  return handler_ != nullptr && !job.hit;
}

bool ServicePoint::fill(std::uint64_t key) {
  const Time now = env_.now();
  if (stale_since_ != time_max && cache_.get(key, stale_since_) != nullptr) return true;
  const Duration ttl = spec_.cache.ttl;
  return cache_.put(key, 0, ttl > Duration{} ? now + ttl : time_max, now);
}

void ServicePoint::served(Job& job) {
  verb::Visit::Reply reply;
  reply.hit = job.hit;
  end(job, job.call->abandoned() ? End::unwanted : End::served, reply);
}

ServicePoint::Job* ServicePoint::next() {
  while (Job* job = queue_.pop()) {
    meter_.wait(-1);
    if (spec_.drop_expired && job->expired(env_.now())) {
      end(*job, End::expired, Failure::timeout);
    } else if (spec_.cancel_on_timeout && job->call->abandoned()) {
      end(*job, End::cancelled, Failure::timeout);
    } else {
      return job;
    }
  }
  return nullptr;
}

void ServicePoint::end(Job& job, End how, Result<verb::Visit::Reply> reply) {
  const Time now = env_.now();
  station_.book.leave(now, job.arrived);
  if (station_.observer != nullptr) {
    Departure departure;
    departure.station = station_.number;
    departure.end = how;
    departure.looked_up = spec_.caches;
    departure.hit = job.hit;
    departure.stay = now - job.arrived;
    departure.wait = job.wait;
    station_.observer->left(departure);
  }
  CallOf<verb::Visit>& call = *job.call;
  delete &job;
  call.reply = reply;
  port_.complete(call);
}

// Processor sharing: every job progresses at its part of the servers.
void ServicePoint::share(Job& job) {
  const std::int64_t inside = static_cast<std::int64_t>(shared_.flows());
  if (spec_.queue_limit > 0 && inside >= spec_.servers + spec_.queue_limit) {
    return end(job, End::rejected, Failure::throttled);
  }
  begin(job);
  job.portion.job = &job;
  const Duration needs = demand(job);
  if (spec_.cancel_on_timeout && job.expires != time_max) {
    deadlines_.emplace(Deadline{job.expires, job.number}, &job);
  }
  // What needs nothing still ends as an event of its own.
  shared_.start(clock(), job.portion, Bytes{needs.ns > 0 ? needs.ns : 1});
  retune();
}

/// The servers that are in use share the work, whatever comes or goes.
void ServicePoint::retune() {
  const auto inside = static_cast<std::int64_t>(shared_.flows());
  const bool all = spec_.servers == 0 || inside < spec_.servers;
  const std::int64_t busy = all ? inside : spec_.servers;
  meter_.use(busy - meter_.in_use());
  in_service_ = inside;
  double rate = static_cast<double>(busy) * static_cast<double>(whole_server);
  if (inside > 1) rate /= 1 + spec_.slowdown * static_cast<double>(inside - 1);
  shared_.set_capacity(clock(), static_cast<std::int64_t>(rate));
  Time next = shared_.next_completion();
  if (next != time_max) next += env_.hosts.stood_still(node_);
  if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first.first);
  alarm_->set(next);
}

Task<void> ServicePoint::pump() {
  for (;;) {
    co_await alarm_->ring();
    const Time now = env_.now();
    while (Flow* flow = shared_.pop_completed(clock())) {
      Job* job = static_cast<Job::Portion*>(flow)->job;
      deadlines_.erase(Deadline{job->expires, job->number});
      if (needs_handler(*job)) {
        env_.hosts.group(node_).start(answer(job));
      } else {
        served(*job);
      }
    }
    while (!deadlines_.empty() && deadlines_.begin()->first.first <= now) {
      Job* job = deadlines_.begin()->second;
      deadlines_.erase(deadlines_.begin());
      shared_.cancel(clock(), job->portion);
      end(*job, End::cancelled, Failure::timeout);
    }
    retune();
  }
}

ResourceSample ServicePoint::sample() const {
  return meter_.sample();
}

Int128 ServicePoint::residual() const {
  Int128 sum = 0;
  const Time now = env_.now();
  for (const Link* link = inside_.front(); link != inside_.end(); link = link->next) {
    sum += (now - static_cast<const Job*>(link)->arrived).ns;
  }
  return sum;
}

}  // namespace wavetank::sim
