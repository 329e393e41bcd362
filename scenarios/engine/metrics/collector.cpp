#include "scenarios/engine/metrics/collector.h"

#include <algorithm>
#include <utility>

namespace wavetank::engine {
namespace {

constexpr EventKind kinds[] = {EventKind::fault_started, EventKind::fault_ended};

/// Answers that are part of the protocol and no failure of a dependency.
bool is_answer(Failure failure) {
  return failure == Failure::conflict || failure == Failure::not_found ||
         failure == Failure::fenced || failure == Failure::killed;
}

}  // namespace

void TickCounts::add(const TickCounts& other) {
  first_sends += other.first_sends;
  submits += other.submits;
  retries += other.retries;
  answered += other.answered;
  errors += other.errors;
  on_time += other.on_time;
  missed += other.missed;
  cache_hits += other.cache_hits;
  cache_lookups += other.cache_lookups;
  spill_bytes += other.spill_bytes;
}

Collector::Collector(CollectorSettings settings, ResourceProbe* probe)
    : settings_(std::move(settings)),
      board_(*this),
      arrived_(settings_.grid.tick),
      outputs_(board_, settings_.grid, arrived_),
      network_(board_, settings_.grid, settings_.places.clients.size()),
      requests_(board_, outputs_),
      work_(board_),
      guard_(board_),
      resources_(board_, probe, settings_.places.network()),
      series_(board_, outputs_, resources_, settings_.places.network()),
      judge_(settings_.thresholds, board_.store, board_.clock),
      batches_(settings_.batches, board_.store),
      next_tick_{settings_.grid.tick.ns} {
  samples_.tick = settings_.grid.tick;
  faults_.resize(settings_.fault_names.size(), {time_max, time_max});
  set_next();
}

void Collector::subscribe(History& history, Station* stations) {
  if (settings_.places.network()) {
    network_.subscribe(history);
    if (stations != nullptr) stations->observe(network_);
  } else {
    outputs_.subscribe(history);
    requests_.subscribe(history);
    work_.subscribe(history);
  }
  guard_.subscribe(history);
  history.subscribe(*this, kinds);
  history.subscribe_calls(*this);
}

void Collector::set_next() {
  board_.next = std::min({next_tick_, judge_.next(), batches_.next()});
}

void Collector::enter(RunPhase phase, Time now) {
  sample(now);
  if (phase == board_.clock.phase()) return;
  board_.clock.enter(phase, now);
  if (phase == RunPhase::chaos) {
    samples_.warm_up_end = now;
    judge_.start(now);
    batches_.start(now, Time{} + settings_.load_ends);
  } else {
    judge_.end_steady(now);
  }
  set_next();
}

void Collector::on_event(const Event& event) {
  board_.begin(event);
  const auto index = static_cast<std::size_t>(event.value);
  if (index >= faults_.size()) faults_.resize(index + 1, {time_max, time_max});
  if (event.kind == EventKind::fault_started) {
    judge_.end_steady(event.at);
    if (faults_[index].from == time_max) faults_[index].from = event.at;
    faults_[index].to = time_max;
    arrived_.begin_fault(index, outputs_.open());
  } else {
    faults_[index].to = event.at;
    arrived_.end_fault(index, event.at);
  }
}

void Collector::on_call(const Call& call, Duration took) {
  if (board_.clock.phase() == RunPhase::warm_up) return;
  Labels labels;
  labels.op = call.op;
  const bool failed = call.failed() && !is_answer(call.failure());
  board_.store.record<Metric::call_latency>(took.ns, labels);
  board_.store.ratio<Metric::call_errors>(failed ? 1 : 0, 1, labels);
  if (const std::int64_t moved = bytes_moved(call); moved > 0) {
    labels.phase = board_.clock.phase();
    board_.store.count<Metric::tasks_moved>(labels, moved);
  }
}

void Collector::sample(Time now) {
  if (now >= board_.next) cross(now);
}

void Collector::cross(Time now) {
  while (board_.next <= now) {
    const Time boundary = board_.next;
    if (next_tick_ <= boundary) {
      end_tick(boundary);
      next_tick_ += settings_.grid.tick;
    }
    const bool batch_ends = batches_.next() <= boundary;
    if (batch_ends) batches_.evaluate();
    if (judge_.next() <= boundary) judge_.close_windows(boundary);
    if (batch_ends) batches_.begin_next();
    set_next();
  }
}

void Collector::end_tick(Time now) {
  if (!settings_.places.network()) outputs_.end_tick(now);
  resources_.end_tick(now);
  sample_gauges(now);
  series_.end_tick();
  keep_sample(now);
  board_.tick = {};
  tick_began_ = now;
  if (now - step_began_ >= settings_.grid.step) {
    series_.end_step(step_began_, now);
    step_began_ = now;
  }
  // Rarely enough to cost nothing, often enough to say since when a threshold fails.
  constexpr Duration between_checks = whole_seconds(5);
  if (now - checked_ >= between_checks) {
    judge_.check(now);
    checked_ = now;
  }
  if (now - minute_began_ >= minutes(1)) end_minute(now);
  if (now - stop_checked_ >= settings_.stop_checks) {
    judge_.stop_if_failed();
    stop_checked_ = now;
  }
}

void Collector::sample_gauges(Time now) {
  if (settings_.places.network()) {
    network_.sample();
  } else {
    outputs_.sample(now);
  }
  Labels labels;
  labels.phase = board_.clock.phase();
  board_.store.sample(Metric::breaker_open, board_.breakers_open, labels);
}

void Collector::keep_sample(Time now) {
  const auto narrow = [](std::uint64_t n) { return static_cast<std::uint32_t>(n); };
  TickSample& sample = samples_.ticks.emplace_back();
  const TickCounts& tick = board_.tick;
  sample.first_sends = narrow(tick.first_sends);
  sample.submits = narrow(tick.submits);
  sample.answered = narrow(tick.answered);
  sample.errors = narrow(tick.errors);
  sample.on_time = narrow(tick.on_time);
  sample.missed = narrow(tick.missed);
  sample.oldest = settings_.places.network() ? network_.oldest(now)
                                             : outputs_.oldest_unfinished(now);
  if (board_.tick_freshness.empty()) return;
  board_.tick_freshness.each([&sample, &narrow](std::uint32_t bucket, std::uint64_t n) {
    sample.freshness.emplace_back(bucket, narrow(n));
  });
  board_.tick_freshness.clear();
}

void Collector::end_minute(Time now) {
  std::vector<std::string> active;
  for (std::size_t i = 0; i < faults_.size() && i < settings_.fault_names.size(); ++i) {
    const FaultSpan& fault = faults_[i];
    if (fault.from < now && fault.to > minute_began_) active.push_back(settings_.fault_names[i]);
  }
  resources_.end_minute(now, active);
  minute_began_ = now;
}

void Collector::finish(Time now, Ending ending) {
  sample(now);
  if (now > tick_began_) end_tick(now);
  if (ending == Ending::complete) outputs_.end_run();
  if (now > step_began_) series_.end_step(step_began_, now);
  if (now > minute_began_) end_minute(now);
  judge_.end_steady(now);
  judge_.finish(now);
  samples_.end = now;
  samples_.drained = drained();
  ending_ = ending;
}

JobCounts Collector::jobs() const {
  JobCounts jobs = outputs_.jobs();
  jobs.reads = requests_.reads();
  return jobs;
}

}  // namespace wavetank::engine
