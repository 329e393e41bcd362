#include "system/stage.h"

namespace wavetank::service {

Stage::Stage(World& world, Node& node, const TaskSettings& settings, const StagePlan& plan,
             std::vector<MapOutput>& outputs)
    : world_(world),
      node_(node),
      settings_(settings),
      plan_(plan),
      outputs_(outputs),
      over_(node.loop()),
      work_(node.loop()),
      mature_(node.loop()),
      began_(node.loop().now()),
      done_(plan.tasks, false),
      remaining_(plan.tasks),
      attempts_(node.loop(), node),
      dispatcher_(node.loop(), node) {
  if (plan_.stage == 0) outputs_.assign(plan.tasks, MapOutput{});
  Event start = event(EventKind::stage_started, 0);
  start.value = plan.tasks;
  start.extra = plan.stage;
  world_.history().note(start);
  if (plan_.stage > 0) find_hot();
}

Event Stage::event(EventKind kind, std::uint32_t partition) const {
  Event e;
  e.kind = kind;
  e.ticket = plan_.record.ticket;
  e.process = plan_.record.process;
  e.job = plan_.job;
  e.node = node_.id();
  e.extra = (static_cast<std::int64_t>(plan_.stage) << 32) | partition;
  return e;
}

void Stage::find_hot() {
  Bytes most{};
  Bytes total{};
  std::uint32_t at = 0;
  for (std::uint32_t p = 0; p < plan_.tasks; ++p) {
    const Bytes bytes = plan_.input->bytes(p);
    total += bytes;
    if (bytes > most) {
      most = bytes;
      at = p;
    }
  }
  if (plan_.tasks < 2 || total.count == 0) return;
  const double mean = static_cast<double>(total.count) / plan_.tasks;
  const double ratio = static_cast<double>(most.count) / mean;
  if (ratio < settings_.hot_at) return;
  hot_ = at;
  Event hot = event(EventKind::partition_hot, at);
  hot.attempt = at;
  hot.value = most.count;
  hot.extra = static_cast<std::int64_t>(ratio * 1000);
  hot.aux = plan_.tasks;
  hot.cause = plan_.input->cause();
  hot_cause_ = world_.history().note(hot);
}

TaskSpec Stage::spec(std::uint32_t partition, std::uint16_t number) const {
  TaskSpec task;
  task.job = plan_.job;
  task.ticket = plan_.record.ticket;
  task.stage = plan_.stage;
  task.attempt = number;
  task.partition = partition;
  task.epoch = plan_.epoch;
  task.last_stage = plan_.last;
  task.shape = plan_.shape;
  task.immutable_parts = plan_.immutable_parts;
  task.input = plan_.input->bytes(partition);
  task.rows_in = task.input.count / plan_.row.count;
  const auto share = [this, partition](Bytes total) {
    const std::int64_t n = plan_.tasks;
    const std::int64_t each = total.count / n;
    return Bytes{each + (partition < total.count % n ? 1 : 0)};
  };
  task.shuffle_out = share(plan_.shuffle_out);
  task.output = share(plan_.output);
  task.compute = plan_.compute / plan_.tasks;
  if (plan_.stage > 0 && !outputs_.empty()) {
    const std::uint64_t bits = draw(world_.seed(), Purpose("shuffle.source"), task.subject());
    task.source = outputs_[below(bits, outputs_.size())].executor;
  }
  if (partition == hot_) task.cause = hot_cause_;
  return task;
}

bool Stage::work_waits() const {
  if (plan_.most_running > 0 && running_count_ >= plan_.most_running) return false;
  return !again_.empty() || fresh_ < plan_.tasks || !copies_.empty();
}

Stage::Pick Stage::pick() {
  Pick pick;
  while (!again_.empty()) {
    pick.partition = again_.back();
    again_.pop_back();
    if (done_[pick.partition]) continue;
    pick.found = true;
    return pick;
  }
  if (fresh_ < plan_.tasks) {
    pick.partition = fresh_++;
    pick.found = true;
    return pick;
  }
  while (!copies_.empty()) {
    pick.partition = copies_.front();
    copies_.erase(copies_.begin());
    if (done_[pick.partition]) continue;
    pick.copy = true;
    pick.found = true;
    return pick;
  }
  return pick;
}

NodeId Stage::node_of(std::uint32_t partition) const {
  for (Link* link = running_.front(); link != running_.end(); link = link->next) {
    const auto& a = static_cast<const Attempt&>(*link);
    if (a.partition == partition) return a.slot.node;
  }
  return NodeId{};
}

Task<Stage::Outcome> Stage::run() {
  starved_ = false;
  dispatcher_.spawn(dispatch());
  if (settings_.speculation.enabled) dispatcher_.spawn(speculate());
  while (remaining_ > 0 && !broken_ && !starved_) co_await over_.wait();
  dispatcher_.cancel();
  if (starved_) co_return Outcome::inputs_lost;
  for (Link* link = running_.front(); link != running_.end(); link = link->next) {
    const auto& a = static_cast<const Attempt&>(*link);
    world_.compute().kill_attempt({plan_.job, plan_.stage, a.number, a.partition});
  }
  attempts_.cancel();
  if (broken_) co_return Outcome::failed;
  finish();
  co_return Outcome::finished;
}

void Stage::redo(const std::vector<std::uint32_t>& tasks) {
  for (const std::uint32_t partition : tasks) {
    if (!done_[partition]) continue;
    done_[partition] = false;
    ++remaining_;
    ++tries_[partition];
    again_.push_back(partition);
  }
}

bool Stage::inputs_lost() {
  if (plan_.stage == 0 || world_.compute().losses() == losses_seen_) return false;
  losses_seen_ = world_.compute().losses();
  for (const MapOutput& output : outputs_) {
    if (world_.compute().incarnation(output.executor) != output.incarnation) return true;
  }
  return false;
}

Task<void> Stage::dispatch() {
  for (;;) {
    if (!work_waits()) {
      co_await work_.wait();
      continue;
    }
    if (inputs_lost()) {
      starved_ = true;
      over_.notify_all();
      co_return;
    }
    const Time asked = node_.loop().now();
    auto slot = co_await ask_slot();
    if (!slot.ok()) {
      co_await sleep(node_.loop(), whole_seconds(1));
      continue;
    }
    const Pick next = pick();
    if (!next.found) {
      world_.compute().release(*slot);
      continue;
    }
    const Duration waited = node_.loop().now() - asked;
    attempts_.spawn(attempt(next, *slot, waited));
    ++running_count_;
  }
}

CallAwaiter<verb::AcquireSlot> Stage::ask_slot() {
  verb::AcquireSlot::Args args;
  args.job = plan_.job;
  if (settings_.slot_order == SlotOrder::oldest) args.since = plan_.record.accepted;
  if (again_.empty() && fresh_ == plan_.tasks) args.avoid = node_of(copies_.front());
  CallInfo info;
  info.deadline = time_max;  // it waits as long as its job
  info.subject = plan_.record.ticket.output.value;
  info.priority = plan_.record.ticket.priority;
  info.entity = plan_.record.ticket.entity;
  return world_.compute().slot(node_, args, info);
}

CallAwaiter<verb::RunAttempt> Stage::send(const Attempt& attempt) {
  verb::RunAttempt::Args args;
  args.slot = attempt.slot;
  args.task = spec(attempt.partition, attempt.number);
  CallInfo info;
  info.deadline = attempt.started + settings_.timeout;
  info.subject = args.task.subject();
  info.attempt = attempt.number;
  info.priority = args.task.ticket.priority;
  info.entity = args.task.ticket.entity;
  return world_.compute().run(node_, args, info);
}

Task<void> Stage::attempt(Pick pick, Slot slot, Duration waited) {
  Attempt me;
  me.partition = pick.partition;
  const auto tries = tries_.find(pick.partition);
  me.number = tries == tries_.end() ? 0 : tries->second;
  if (pick.copy) me.number = ++tries_[pick.partition];
  me.speculated = pick.copy;
  me.started = node_.loop().now();
  me.slot = slot;
  running_.push_back(me);
  started(me, waited, pick.copy);
  auto report = co_await send(me);
  me.unlink();
  --running_count_;
  if (!report.ok() && report.failure() == Failure::timeout) {
    world_.compute().kill_attempt({plan_.job, plan_.stage, me.number, me.partition});
    world_.compute().release(slot);
  }
  ended(me, report);
  if (work_waits()) work_.notify_all();
  if (remaining_ == 0 || broken_) over_.notify_all();
}

void Stage::started(const Attempt& attempt, Duration waited, bool copy) {
  Event e = event(copy ? EventKind::task_speculated : EventKind::task_started, attempt.partition);
  e.node = attempt.slot.node;
  e.attempt = attempt.number;
  e.value = waited.ns;
  world_.history().note(e);
}

void Stage::ended(const Attempt& attempt, const Result<TaskReport>& report) {
  Event e = event(EventKind::task_finished, attempt.partition);
  e.node = attempt.slot.node;
  e.attempt = attempt.number;
  e.value = (node_.loop().now() - attempt.started).ns;
  e.aux = report.ok() ? 0 : 1 + static_cast<std::int64_t>(report.failure());
  world_.history().note(e);
  if (done_[attempt.partition]) return;  // its twin was first
  if (report.ok()) {
    succeeded(attempt, *report);
  } else {
    failed(attempt, report.failure());
  }
}

void Stage::succeeded(const Attempt& attempt, const TaskReport& report) {
  const std::uint32_t partition = attempt.partition;
  done_[partition] = true;
  --remaining_;
  const Duration lasted = node_.loop().now() - attempt.started;
  durations_.add(lasted);
  if (lasted > longest_) longest_ = lasted;
  if (durations_.size() == mature_at()) mature_.notify_all();
  rows_in_ += report.rows_in;
  rows_out_ += report.rows_out;
  rows_rejected_ += report.rows_rejected;
  digest_ += part_digest(plan_.record.ticket.output, partition, report.rows_out);
  if (plan_.stage == 0) {
    outputs_[partition] = {attempt.slot.executor,
                           world_.compute().incarnation(attempt.slot.executor)};
  }
  if (tries_.find(partition) != tries_.end()) kill_running(partition, attempt.number);
}

void Stage::kill_running(std::uint32_t partition, std::uint16_t except) {
  for (Link* link = running_.front(); link != running_.end(); link = link->next) {
    const auto& a = static_cast<const Attempt&>(*link);
    if (a.partition != partition || a.number == except) continue;
    world_.compute().kill_attempt({plan_.job, plan_.stage, a.number, a.partition});
  }
}

void Stage::failed(const Attempt& attempt, Failure failure) {
  if (failure == Failure::invalid) {
    broken_ = true;
    failure_ = failure;
    return;
  }
  const bool counts = failure != Failure::executor_lost && failure != Failure::killed;
  if (counts && ++failures_[attempt.partition] >= settings_.max_failures) {
    broken_ = true;
    failure_ = failure;
    return;
  }
  for (Link* link = running_.front(); link != running_.end(); link = link->next) {
    if (static_cast<const Attempt&>(*link).partition == attempt.partition) return;
  }
  ++tries_[attempt.partition];
  again_.push_back(attempt.partition);
}

std::size_t Stage::mature_at() const {
  const double share = settings_.speculation.quantile * plan_.tasks;
  const auto needed = static_cast<std::size_t>(share + 0.999999);
  return needed < 1 ? 1 : needed;
}

// Spark looks every interval. Here it sleeps, on the same grid, until the first running task could
// be old enough, but an eighth of the limit at most, since the median moves.
Task<void> Stage::speculate() {
  const SpeculationSettings& s = settings_.speculation;
  if (plan_.tasks < 2) co_return;
  while (durations_.size() < mature_at()) co_await mature_.wait();
  for (;;) {
    const Duration limit{
        static_cast<std::int64_t>(s.multiplier * static_cast<double>(durations_.median().ns))};
    const Time now = node_.loop().now();
    Time next = now + (limit / 8 > s.interval ? limit / 8 : s.interval);
    for (Link* link = running_.front(); link != running_.end(); link = link->next) {
      auto& a = static_cast<Attempt&>(*link);
      if (a.speculated || a.number > 0) continue;
      if (now - a.started >= limit) {
        a.speculated = true;
        copies_.push_back(a.partition);
      } else {  // those behind it started later
        if (a.started + limit < next) next = a.started + limit;
        break;
      }
    }
    if (!copies_.empty()) work_.notify_all();
    const std::int64_t steps = ((next - began_).ns + s.interval.ns - 1) / s.interval.ns;
    co_await sleep_until(node_.loop(), began_ + s.interval * steps);
  }
}

void Stage::finish() {
  Event e = event(EventKind::stage_finished, 0);
  e.extra = plan_.stage;
  e.aux = plan_.tasks;
  if (durations_.size() > 0) {
    const Duration mid = durations_.median();
    e.value = mid.ns > 0 ? longest_.ns / (mid.ns / 1000 > 0 ? mid.ns / 1000 : 1) : 1000;
  }
  world_.history().note(e);
}

}  // namespace wavetank::service
