#include "sim/world/machine.h"

#include <algorithm>

#include "system/ports/op.h"

namespace wavetank::sim {
namespace {

constexpr double whole_core = 1e9;  // nanoseconds of work a second

constexpr OpMask changing = mask_of(Op::db_accept) | mask_of(Op::db_mark_published) |
                            mask_of(Op::db_advance) | mask_of(Op::db_record_callback);

constexpr Purpose delay_purpose("machine.delay");
constexpr Purpose queue_purpose("machine.run_queue");
constexpr Purpose commit_purpose("machine.commit");
constexpr Purpose pause_purpose("machine.pause");
constexpr Purpose gap_purpose("machine.gap");

Sampler exponential(Duration mean) {
  Law law;
  law.kind = Law::Kind::exponential;
  law.a = seconds(mean);
  return Sampler(law);
}

}  // namespace

Machine::Machine(Loop& loop, TaskGroup& root, const MachineSettings& settings, std::uint64_t seed)
    : loop_(loop),
      settings_(settings),
      seed_(seed),
      costs_(static_cast<std::size_t>(op_count())),
      commit_(settings.commit),
      pause_(settings.pause),
      run_queue_(settings.run_queue),
      cores_(Bandwidth{1}),
      done_(loop),
      flushed_(loop) {
  if (!exists()) return;
  const bool queues = run_queue_.mean() > 0;
  for (const OperationCost& cost : settings.operations) {
    const OpMask named = ops_named(cost.operation);
    covered_ |= named;
    for (std::size_t op = 0; op < costs_.size(); ++op) {
      if ((named & mask_of(static_cast<Op>(op))) == 0) continue;
      costs_[op] = {cost.cpu, cost.aside, cost.economy.value, queues ? cost.wakeups : 0,
                    std::make_unique<Sampler>(cost.delay)};
    }
  }
  retune();
  root.spawn(pump());
  if (commit_.mean() > 0) root.spawn(keep_flushing());
  if (settings_.pause_every > Duration{}) root.spawn(stand_still());
}

Machine::~Machine() {
  while (!asides_.empty()) {
    auto* work = static_cast<Work*>(asides_.front());
    work->unlink();
    delete work;
  }
}

void Machine::compute(Work& work, Duration cpu, double factor) {
  const double needs = static_cast<double>(cpu.ns) * settings_.demand * factor;
  // What needs nothing still ends as an event of its own.
  const Bytes bytes{std::max<std::int64_t>(1, static_cast<std::int64_t>(needs))};
  cores_.start(loop_.now(), work, bytes);
}

/// Of all cores, by the calls that are served and what is busy anyway.
double Machine::busy_share() const {
  const auto cores = static_cast<double>(settings_.cores);
  return std::min(1.0, (static_cast<double>(cores_.flows()) + settings_.background) / cores);
}

/// Calls that belong to no request, such as polls, are told apart by their number.
Entropy Machine::entropy_of(const Call& call, Purpose purpose) {
  const std::uint64_t whose = call.info.subject != 0 ? call.info.subject : ++unowned_;
  const std::uint64_t entity = whose ^ (static_cast<std::uint64_t>(call.op) << 56);
  return Entropy{seed_, purpose, entity, call.info.attempt};
}

/// Of a call that comes now, for all its wake-ups. They find the queue as the first does.
Duration Machine::run_queue_wait(const Call& call, std::int64_t wakeups) {
  if (wakeups == 0) return {};
  const double ahead = static_cast<double>(cores_.flows()) + settings_.background -
                       static_cast<double>(settings_.cores) + 1;
  if (ahead <= 0) return {};
  Words words(entropy_of(call, queue_purpose));
  double wait = 0;
  for (std::int64_t n = 0; n < wakeups; ++n) {
    wait += static_cast<double>(run_queue_.duration(words).ns);
  }
  return Duration{static_cast<std::int64_t>(wait * ahead)};
}

Machine::Work* Machine::begin(const Call& call, double factor, std::coroutine_handle<> handle) {
  const Cost& cost = costs_[static_cast<std::size_t>(call.op)];
  auto* work = new Work;
  work->call = &call;
  work->factor = factor;
  work->waiter.handle = handle;
  work->waiter.node = &loop_.node();
  work->queued = run_queue_wait(call, cost.wakeups);
  compute(*work, cost.cpu, factor * (1 - cost.economy * busy_share()));
  if (cost.aside > Duration{}) {
    auto* aside = new Work;
    asides_.push_back(*aside);
    compute(*aside, cost.aside, factor);
  }
  retune();
  return work;
}

void Machine::end(Work& work) {
  if (work.in_progress()) {
    cores_.cancel(loop_.now(), work);
    retune();
  }
  delete &work;
}

void Machine::computed(Work& work) {
  if (work.call == nullptr) {
    work.unlink();
    delete &work;
    return;
  }
  const bool changes = (changing & mask_of(work.call->op)) != 0;
  if (!changes || commit_.mean() <= 0) return wait(work);
  committing_.push_back(work);
  if (flushing_.empty()) flush();
}

/// One flush serves all who wait for it; who comes meanwhile is in the next.
void Machine::flush() {
  while (!committing_.empty()) {
    Link& first = *committing_.front();
    first.unlink();
    flushing_.push_back(first);
  }
  const Duration takes = commit_.duration(Entropy{seed_, commit_purpose, flushes_++});
  flushed_.set(loop_.now() + std::max(takes, nanoseconds(1)));
}

Task<void> Machine::keep_flushing() {
  for (;;) {
    co_await flushed_.ring();
    while (!flushing_.empty()) {
      auto& work = static_cast<Work&>(*flushing_.front());
      work.unlink();
      wait(work);
    }
    if (!committing_.empty()) flush();
  }
}

void Machine::wait(Work& work) {
  const Call& call = *work.call;
  const Sampler& delay = *costs_[static_cast<std::size_t>(call.op)].delay;
  const Duration drawn = delay.duration(entropy_of(call, delay_purpose));
  const double needs = static_cast<double>(drawn.ns) * work.factor;
  loop_.arm(work.waiter, loop_.now() + work.queued + Duration{static_cast<std::int64_t>(needs)});
}

void Machine::retune() {
  const auto flows = static_cast<double>(cores_.flows());
  const double free = std::max(0.01, static_cast<double>(settings_.cores) - settings_.background);
  const double rate = still_ ? 0 : std::max(1.0, std::min(flows, free)) * whole_core;
  cores_.set_capacity(loop_.now(), static_cast<std::int64_t>(rate));
  done_.set(cores_.next_completion());
}

Task<void> Machine::pump() {
  for (;;) {
    co_await done_.ring();
    while (Flow* flow = cores_.pop_completed(loop_.now())) computed(static_cast<Work&>(*flow));
    retune();
  }
}

Task<void> Machine::stand_still() {
  const Sampler gaps = exponential(settings_.pause_every);
  for (std::uint64_t n = 0;; ++n) {
    const Duration gap = gaps.duration(Entropy{seed_, gap_purpose, n});
    co_await sleep(loop_, gap);
    still_ = true;
    retune();
    const Duration lasts = pause_.duration(Entropy{seed_, pause_purpose, n});
    co_await sleep(loop_, lasts);
    still_ = false;
    retune();
  }
}

ResourceSample Machine::sample() const {
  const SharedUsage& usage = cores_.usage(loop_.now());
  const auto background = static_cast<Uint128>(static_cast<double>(loop_.now().ns) *
                                               settings_.background);
  return {static_cast<Uint128>(usage.byte_ns / 1'000'000'000) + background, settings_.cores,
          std::max<std::int64_t>(0, static_cast<std::int64_t>(cores_.flows()) - settings_.cores)};
}

}  // namespace wavetank::sim
