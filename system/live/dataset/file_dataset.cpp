#include "system/live/dataset/file_dataset.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "system/base/random.h"

namespace wavetank::live {
namespace {

/// A task that was granted less sorts in this much.
constexpr Bytes least_memory = kib(64);

class KnownPartitions final : public Partitioning {
 public:
  KnownPartitions(std::vector<std::int64_t> bytes, EventId cause)
      : bytes_(std::move(bytes)), cause_(cause) {}
  Bytes bytes(std::uint32_t partition) const override { return {bytes_[partition]}; }
  EventId cause() const override { return cause_; }

 private:
  std::vector<std::int64_t> bytes_;
  EventId cause_;
};

/// `total`, even to a byte.
std::vector<std::int64_t> evenly(std::int64_t total, std::uint32_t partitions) {
  std::vector<std::int64_t> bytes(partitions, total / partitions);
  for (std::int64_t p = 0; p < total % partitions; ++p) ++bytes[static_cast<std::size_t>(p)];
  return bytes;
}

/// `trouble` is set where the object store was in the way.
template <class V>
Result<Moved> perform(TaskWork& work, const typename V::Args& args, const FoldLimits& limits,
                      const InputData& input, SessionPool<ObjectClient>::Held& held,
                      std::string& trouble) {
  switch (V::op) {
    case Op::dataset_store:
      return work.store(args.bytes);
    case Op::dataset_fetch:
      return work.fetch(limits);
    case Op::dataset_spill:
      return work.spill();
    case Op::dataset_work:
      return work.encode(args.bytes, args.rows);
    default:
      break;
  }
  ObjectClient& client = held.get();
  client.limit(minutes(2));
  client.watch([&work] { return work.stopped(); });
  auto scanned = work.scan(client, input, args.bytes);
  if (!scanned.ok()) trouble = client.trouble();
  client.watch({});
  return scanned;
}

}  // namespace

FileDataset::FileDataset(LiveEnv& env, Attempts& attempts, const WorkShape& shape)
    : Dataset(env.loop, env.gate, env.history),
      env_(env),
      attempts_(attempts),
      shape_(shape),
      pending_(*this),
      pool_(static_cast<std::size_t>(env.target.worker.slots),
            [this] { return open_objects(env_.target.objects); }) {}

void FileDataset::hot_key(double share, double ratio, EventId cause) {
  hot_share_ = share;
  hot_ratio_ = ratio;
  hot_cause_ = cause;
}

bool FileDataset::hot(OutputId output) const {
  static constexpr Purpose purpose("keys.hot");
  return hot_share_ > 0 && hits(draw(env_.seed, purpose, output.value), hot_ratio_);
}

InputData FileDataset::input_of(OutputId output) const {
  InputShape shape = shape_.input;
  if (hot(output)) shape.hot_share = hot_share_;
  return InputData(env_.run, shape);
}

std::unique_ptr<Partitioning> FileDataset::partition(const Ticket& ticket, Bytes total,
                                                     std::uint32_t partitions) const {
  const bool hit = hot(ticket.output);
  const EventId cause = hit ? hot_cause_ : 0;
  const auto known = learned_.find(ticket.output);
  if (known != learned_.end()) {
    std::vector<std::int64_t> sums(partitions, 0);
    for (const auto& [map, bytes] : known->second) {
      for (std::size_t p = 0; p < std::min(sums.size(), bytes.size()); ++p) sums[p] += bytes[p];
    }
    return std::make_unique<KnownPartitions>(std::move(sums), cause);
  }
  const double share = hit ? hot_share_ : shape_.input.hot_share;
  const auto at_once = static_cast<std::int64_t>(share * static_cast<double>(total.count));
  auto bytes = evenly(total.count - at_once, partitions);
  bytes[partition_of(input_of(ticket.output).hot_key(), partitions)] += at_once;
  return std::make_unique<KnownPartitions>(std::move(bytes), cause);
}

SpillPlan FileDataset::plan_spill(const Slot& slot, Bytes, double, Bytes, std::int64_t) const {
  const LiveAttempt* attempt = attempts_.find(slot.attempt);
  if (attempt == nullptr || !attempt->progress) return {};
  return static_cast<const TaskWork&>(*attempt->progress).plan();
}

void FileDataset::learn(OutputId output, std::uint32_t map,
                        const std::vector<std::int64_t>& bytes) {
  if (!bytes.empty()) learned_[output][map] = bytes;
}

void FileDataset::submit(Call& call) {
  switch (call.op) {
    case Op::dataset_scan:
      return begin<verb::Scan>(call);
    case Op::dataset_fetch:
      return begin<verb::Fetch>(call);
    case Op::dataset_store:
      return begin<verb::Store>(call);
    case Op::dataset_spill:
      return begin<verb::Spill>(call);
    case Op::dataset_work:
      return begin<verb::Work>(call);
    default:
      return grant(call);
  }
}

std::shared_ptr<TaskWork> FileDataset::work_of(LiveAttempt& attempt) {
  if (!attempt.progress) {
    const auto stopped = [this, scratch = attempt.scratch] {
      return scratch->cancelled() || stopping_.load(std::memory_order_relaxed);
    };
    attempt.progress = std::make_shared<TaskWork>(attempt, attempts_, stopped);
  }
  return std::static_pointer_cast<TaskWork>(attempt.progress);
}

FoldLimits FileDataset::limits_of(const LiveAttempt& attempt) const {
  return {std::max(attempt.grant, least_memory), shape_.expansion, shape_.merge_fan_in};
}

template <class V>
void FileDataset::begin(Call& call) {
  const auto args = static_cast<CallOf<V>&>(call).args;
  LiveAttempt* attempt = attempts_.find(args.slot.attempt);
  if (attempt == nullptr) return drop(call);  // it is over: nobody waits
  const std::uint64_t number = pending_.put(call);
  const FoldLimits limits = limits_of(*attempt);
  const InputData input = input_of(attempt->task.ticket.output);
  pool_.submit([this, number, args, limits, input, work = work_of(*attempt)](Pool::Held& held) {
    std::string error;
    Result<Moved> moved = Failure::unavailable;
    const auto from = std::chrono::steady_clock::now();
    const Duration began = TaskWork::computed();
    try {
      moved = work->once(V::op, [&] {
        return perform<V>(*work, args, limits, input, held, error);
      });
      if (moved.ok()) {
        const auto computed = work->compute(began, args.compute);
        if (!computed.ok()) moved = computed.failure();
      }
    } catch (const std::bad_alloc&) {
      moved = Failure::out_of_memory;
    } catch (const std::exception& e) {
      error = e.what();
    }
    const auto shuffled = V::op == Op::dataset_store && moved.ok() ? work->shuffled()
                                                                   : std::vector<std::int64_t>();
    const Duration took{std::chrono::nanoseconds(std::chrono::steady_clock::now() - from).count()};
    env_.inbox.post([this, number, moved, shuffled, error, took, handle = args.slot.attempt] {
      if (!error.empty()) last_error_ = error;
      LiveAttempt* told = attempts_.find(handle);
      if (told != nullptr && !shuffled.empty()) told->shuffled = shuffled;
      const double slowness = told == nullptr ? 1 : env_.hosts.slowness(told->slot.node);
      if (slowness <= 1) return pending_.answer<V>(number, moved);
      const Duration by{static_cast<std::int64_t>(static_cast<double>(took.ns) * (slowness - 1))};
      env_.root.spawn(answer_late<V>(number, moved, by));
    });
  });
}

template <class V>
Task<void> FileDataset::answer_late(std::uint64_t number, Result<Moved> moved, Duration by) {
  co_await sleep(env_.loop, by);
  pending_.answer<V>(number, std::move(moved));
}

void FileDataset::grant(Call& call) {
  const verb::Reserve::Args args = static_cast<CallOf<verb::Reserve>&>(call).args;
  const LiveAttempt* attempt = attempts_.find(args.slot.attempt);
  if (attempt == nullptr) return drop(call);
  const std::uint32_t executor = attempt->slot.executor;
  const std::uint64_t number = pending_.put(call);
  if (args.unspillable > attempts_.capacity(executor)) {
    pending_.answer<verb::Reserve>(number, Failure::out_of_memory);
    if (attempts_.on_overrun) attempts_.on_overrun(executor, Failure::out_of_memory);
    return;
  }
  attempts_.reserve(args.slot.attempt, args.want, [this, number](Bytes held) {
    pending_.answer<verb::Reserve>(number, Grant{held});
  });
}

void FileDataset::prepare(Bytes input, std::function<void(Result<Done>)> done) {
  std::vector<InputData> all{InputData(env_.run, shape_.input)};
  if (hot_share_ > 0) {
    InputShape hot = shape_.input;
    hot.hot_share = hot_share_;
    all.emplace_back(env_.run, hot);
  }
  pool_.submit([this, input, all = std::move(all), done = std::move(done)](Pool::Held& held) {
    Result<Done> made = Failure::unavailable;
    std::string error;
    try {
      for (const InputData& data : all) {
        held.get().watch([this] { return stopping_.load(); });
        made = data.prepare(held.get(), input);
        if (!made.ok()) error = held.get().trouble();
        if (!made.ok()) break;
      }
    } catch (const std::exception& e) {
      error = e.what();
    }
    env_.inbox.post([this, done, made, error] {
      if (!error.empty()) last_error_ = error;
      done(made);
    });
  });
}

}  // namespace wavetank::live
