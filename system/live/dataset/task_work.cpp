#include "system/live/dataset/task_work.h"

#include <algorithm>
#include <ctime>

#include "system/base/random.h"
#include "system/live/object_store.h"
#include "system/live/dataset/part_encoder.h"
#include "system/live/dataset/shuffle_files.h"

namespace wavetank::live {
namespace {

constexpr std::int64_t look_every = 1'024;

/// The rows of a split: byte ranges as the driver cuts them, each row where its first byte falls.
struct Split {
  std::int64_t first = 0;
  std::int64_t end = 0;
};

Split split_of(const TaskSpec& task, Bytes bytes, std::int64_t row) {
  const std::int64_t maps = task.shape.maps;
  if (maps == 0) return {0, bytes.count / row};
  const std::int64_t each = task.shape.input.count / maps;
  const std::int64_t longer = task.shape.input.count % maps;
  const auto begin = [&](std::int64_t p) { return each * p + std::min(p, longer); };
  return {begin(task.partition) / row, begin(std::int64_t{task.partition} + 1) / row};
}

std::size_t size_of_rows(Bytes bytes, std::int64_t rows) {
  return rows <= 0 ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(0, bytes.count / rows));
}

}  // namespace

TaskWork::TaskWork(const LiveAttempt& attempt, const Attempts& attempts,
                   std::function<bool()> stopped)
    : task_(attempt.task),
      handle_(attempt.handle),
      scratch_(attempt.scratch),
      root_(attempts.root()),
      shuffle_folder_(attempts.shuffle_folder(attempt.slot.executor, attempt.task.job)),
      stopped_(std::move(stopped)) {}

Result<Moved> TaskWork::once(Op op, const std::function<Result<Moved>()>& verb) {
  const std::lock_guard lock(busy_);
  const auto before = done_.find(op);
  if (before != done_.end()) return before->second;
  if (stopped()) return Failure::killed;
  so_far(0, 0);
  step_.store(static_cast<int>(op), std::memory_order_relaxed);
  auto moved = verb();
  if (!moved.ok()) return moved;
  so_far(moved->rows, moved->bytes.count);
  done_.emplace(op, *moved);
  return moved;
}

void TaskWork::so_far(std::int64_t rows, std::int64_t bytes) {
  rows_.store(rows, std::memory_order_relaxed);
  bytes_.store(bytes, std::memory_order_relaxed);
}

Headway TaskWork::headway() const {
  Headway now;
  const int step = step_.load(std::memory_order_relaxed);
  if (step < 0) return now;
  now.step = static_cast<Op>(step);
  now.rows = rows_.load(std::memory_order_relaxed);
  now.bytes = {bytes_.load(std::memory_order_relaxed)};
  return now;
}

Result<Moved> TaskWork::scan(ObjectClient& client, const InputData& input, Bytes bytes) {
  const Split split = split_of(task_, bytes, static_cast<std::int64_t>(input.row_size()));
  FileWriter out(scratch_->folder() / "split");
  for (std::int64_t next = split.first; next < split.end;) {
    if (stopped()) return Failure::killed;
    auto rows = input.read(client, next, split.end - next);
    if (!rows.ok()) return rows.failure();
    out.write(*rows);
    next += static_cast<std::int64_t>(rows->size() / input.row_size());
    so_far(next - split.first, out.written());
  }
  Moved moved{{out.written()}, split.end - split.first};
  auto closed = out.close();
  if (!closed.ok()) return closed.failure();
  split_rows_ = moved.rows;
  return moved;
}

Result<Done> TaskWork::visit_split(const Visit& visit) const {
  RowReader rows(scratch_->folder() / "split");
  Row row;
  std::string_view bytes;
  for (std::int64_t seen = 0; rows.next(row, bytes); ++seen) {
    if (seen % look_every == 0 && stopped()) return Failure::killed;
    auto visited = visit(row);
    if (!visited.ok()) return visited;
  }
  if (rows.broken()) return Failure::unavailable;
  return Done{};
}

Result<Moved> TaskWork::store(Bytes bytes) {
  ShuffleWriter out(shuffle_folder_, task_.partition, handle_,
                    std::max<std::uint32_t>(1, task_.shape.reducers));
  const std::size_t size = size_of_rows(bytes, split_rows_);
  auto visited = visit_split([&, stored = std::int64_t{0}](const Row& row) mutable {
    auto added = out.add(row, size);
    so_far(++stored, out.written());
    return added;
  });
  if (!visited.ok()) return visited.failure();
  auto committed = out.commit();
  if (!committed.ok()) return committed.failure();
  shuffled_ = out.sizes();
  return Moved{{out.written()}, split_rows_};
}

Result<Done> TaskWork::fold_map(std::uint32_t map) {
  const std::string job = shuffle_folder_.filename().string();
  const auto index = find_shuffle(root_, job, map);
  if (!index || task_.partition >= index->partitions.size()) return Failure::executor_lost;
  for (const ShuffleSlice& slice : index->partitions[task_.partition]) {
    RowReader rows(index->data, slice.from, slice.count);
    Row row;
    std::string_view bytes;
    while (rows.next(row, bytes)) {
      auto added = fold_->add(row, bytes);
      if (!added.ok()) return added;
      so_far(fold_->rows(), fold_->serialized().count);
    }
    if (rows.broken()) return Failure::executor_lost;
  }
  return Done{};
}

Result<Moved> TaskWork::fetch(const FoldLimits& limits) {
  fold_ = std::make_unique<ExternalFold>(scratch_->folder() / "runs", limits,
                                         [this] { return stopped(); });
  const std::uint32_t maps = std::max<std::uint32_t>(1, task_.shape.maps);
  for (std::uint32_t map = 0; map < maps; ++map) {
    auto folded = fold_map(map);
    if (!folded.ok()) return folded.failure();
  }
  auto sealed = fold_->seal();
  if (!sealed.ok()) return sealed.failure();
  return Moved{fold_->serialized(), fold_->rows()};
}

// The last merge happens while the output is encoded; what it will read is in the plan.
Result<Moved> TaskWork::spill() {
  if (!fold_) return Moved{};
  auto merged = fold_->merge();
  if (!merged.ok()) return merged.failure();
  return Moved{fold_->plan().moved, fold_->rows()};
}

Result<Moved> TaskWork::encode(Bytes bytes, std::int64_t rows) {
  PartEncoder out(encoded_part(*scratch_), size_of_rows(bytes, rows));
  const Visit add = [&](const Row& row) {
    auto added = out.add(row);
    so_far(out.rows(), out.written());
    return added;
  };
  auto visited = fold_ ? fold_->drain(add) : visit_split(add);
  if (!visited.ok()) return visited.failure();
  auto finished = out.finish();
  if (!finished.ok()) return finished.failure();
  fold_.reset();
  return Moved{{out.written()}, out.rows()};
}

Duration TaskWork::computed() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return Duration{std::int64_t{spent.tv_sec} * 1'000'000'000 + spent.tv_nsec};
}

Result<Done> TaskWork::compute(Duration began, Duration time) const {
  volatile std::uint64_t sink = 0;
  while (computed() - began < time) {
    if (stopped()) return Failure::killed;
    std::uint64_t word = sink;
    for (int i = 0; i < 200'000; ++i) word = mix64(word + 1);
    sink = word;
  }
  return Done{};
}

}  // namespace wavetank::live
