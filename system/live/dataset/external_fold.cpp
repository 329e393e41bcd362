#include "system/live/dataset/external_fold.h"

#include <algorithm>
#include <queue>
#include <system_error>

namespace wavetank::live {
namespace {

constexpr std::size_t block_size = 1 << 20;
constexpr std::int64_t look_every = 1'024;

/// What merging runs of these sizes takes: as merge() and drain() do it.
SpillPlan plan_of(std::vector<std::int64_t> sizes, std::size_t fan_in) {
  SpillPlan plan;
  plan.runs = static_cast<std::int64_t>(sizes.size());
  if (sizes.empty()) return plan;
  std::int64_t all = 0;
  for (const std::int64_t size : sizes) all += size;
  plan.passes = 1;
  plan.moved = {2 * all};
  while (sizes.size() > fan_in) {
    ++plan.passes;
    std::vector<std::int64_t> merged;
    for (std::size_t from = 0; from < sizes.size(); from += fan_in) {
      const std::size_t count = std::min(fan_in, sizes.size() - from);
      std::int64_t size = 0;
      for (std::size_t i = 0; i < count; ++i) size += sizes[from + i];
      if (count > 1) plan.moved += Bytes{2 * size};
      merged.push_back(size);
    }
    sizes = std::move(merged);
  }
  return plan;
}

}  // namespace

ExternalFold::ExternalFold(std::filesystem::path folder, const FoldLimits& limits,
                           std::function<bool()> stopped)
    : folder_(std::move(folder)), limits_(limits), stopped_(std::move(stopped)) {
  limits_.fan_in = std::max<std::int64_t>(2, limits_.fan_in);
  std::filesystem::create_directories(folder_);
}

ExternalFold::~ExternalFold() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path ExternalFold::next_file() {
  return folder_ / ("run-" + std::to_string(++files_));
}

// Kept at `expansion` times its size: what follows the row is there, and zero.
void ExternalFold::keep(std::uint64_t key, std::string_view bytes) {
  const auto charged = working_set({static_cast<std::int64_t>(bytes.size())}, limits_.expansion);
  const std::size_t room = std::max(bytes.size(), static_cast<std::size_t>(charged.count));
  if (blocks_.empty() || blocks_.back().size() - block_used_ < room) {
    blocks_.emplace_back(std::max(room, block_size), '\0');
    block_used_ = 0;
  }
  bytes.copy(blocks_.back().data() + block_used_, bytes.size());
  held_.push_back({key, static_cast<std::uint32_t>(blocks_.size() - 1),
                   static_cast<std::uint32_t>(block_used_)});
  block_used_ += room;
}

Result<Done> ExternalFold::add(const Row& row, std::string_view bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (rows_ % look_every == 0 && stopped_()) return Failure::killed;
  if (!held_.empty() && working_set({held_bytes_ + size}, limits_.expansion) > limits_.memory) {
    auto spilled = spill();
    if (!spilled.ok()) return spilled;
  }
  keep(row.key, bytes);
  held_bytes_ += size;
  serialized_ += Bytes{size};
  ++rows_;
  return Done{};
}

Result<Done> ExternalFold::visit_held(const Visit& visit) {
  std::sort(held_.begin(), held_.end());
  std::int64_t seen = 0;
  for (const Held& held : held_) {
    if (seen++ % look_every == 0 && stopped_()) return Failure::killed;
    const std::string_view rest = std::string_view(blocks_[held.block]).substr(held.offset);
    Row row;
    const auto size = parse_row(rest, row);
    if (!size.ok()) return size.failure();
    auto visited = visit(row, rest.substr(0, *size));
    if (!visited.ok()) return visited;
  }
  return Done{};
}

Result<Done> ExternalFold::spill() {
  Run run{next_file(), 0};
  FileWriter out(run.file);
  auto visited = visit_held([&out](const Row&, std::string_view bytes) -> Result<Done> {
    out.write(bytes);
    if (out.ok()) return Done{};
    return out.close();
  });
  if (!visited.ok()) return visited;
  run.size = out.written();
  auto closed = out.close();
  if (!closed.ok()) return closed;
  written_ += run.size;
  runs_.push_back(std::move(run));
  held_.clear();
  blocks_.clear();
  held_bytes_ = 0;
  return Done{};
}

Result<Done> ExternalFold::seal() {
  // Less than a row of budget: even one row alone does not fit.
  const bool over = working_set({held_bytes_}, limits_.expansion) > limits_.memory;
  if (!held_.empty() && (over || !runs_.empty())) {
    auto spilled = spill();
    if (!spilled.ok()) return spilled;
  }
  std::vector<std::int64_t> sizes;
  for (const Run& run : runs_) sizes.push_back(run.size);
  plan_ = plan_of(std::move(sizes), static_cast<std::size_t>(limits_.fan_in));
  return Done{};
}

SpillPlan ExternalFold::plan() const { return plan_; }

Result<Done> ExternalFold::visit_runs(std::size_t from, std::size_t count, const Visit& visit) {
  struct Cursor {
    std::unique_ptr<RowReader> reader;
    Row row;
    std::string_view bytes;
  };
  std::vector<Cursor> cursors(count);
  using Head = std::pair<std::uint64_t, std::size_t>;  // earlier runs first among equal keys
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  const auto step = [&](std::size_t i) {
    Cursor& cursor = cursors[i];
    if (cursor.reader->next(cursor.row, cursor.bytes)) heads.emplace(cursor.row.key, i);
  };
  for (std::size_t i = 0; i < count; ++i) {
    cursors[i].reader = std::make_unique<RowReader>(runs_[from + i].file);
    step(i);
  }
  for (std::int64_t seen = 0; !heads.empty(); ++seen) {
    if (seen % look_every == 0 && stopped_()) return Failure::killed;
    const std::size_t i = heads.top().second;
    heads.pop();
    auto visited = visit(cursors[i].row, cursors[i].bytes);
    if (!visited.ok()) return visited;
    step(i);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (cursors[i].reader->broken()) return Failure::unavailable;
    read_ += cursors[i].reader->bytes_read();
  }
  return Done{};
}

Result<ExternalFold::Run> ExternalFold::merge_some(std::size_t from, std::size_t count) {
  Run merged{next_file(), 0};
  FileWriter out(merged.file);
  auto visited = visit_runs(from, count, [&out](const Row&, std::string_view b) -> Result<Done> {
    out.write(b);
    if (out.ok()) return Done{};
    return out.close();
  });
  if (!visited.ok()) return visited.failure();
  merged.size = out.written();
  auto closed = out.close();
  if (!closed.ok()) return closed.failure();
  written_ += merged.size;
  for (std::size_t i = 0; i < count; ++i) std::filesystem::remove(runs_[from + i].file);
  return merged;
}

Result<Done> ExternalFold::merge() {
  const auto fan_in = static_cast<std::size_t>(limits_.fan_in);
  while (runs_.size() > fan_in) {
    std::vector<Run> next;
    for (std::size_t from = 0; from < runs_.size(); from += fan_in) {
      const std::size_t count = std::min(fan_in, runs_.size() - from);
      if (count == 1) {
        next.push_back(runs_[from]);
        continue;
      }
      auto merged = merge_some(from, count);
      if (!merged.ok()) return merged.failure();
      next.push_back(*merged);
    }
    runs_ = std::move(next);
  }
  return Done{};
}

Result<Done> ExternalFold::drain(const Sink& sink) {
  const auto visit = [&sink](const Row& row, std::string_view) { return sink(row); };
  if (runs_.empty()) return visit_held(visit);
  auto merged = merge();
  if (!merged.ok()) return merged;
  return visit_runs(0, runs_.size(), visit);
}

}  // namespace wavetank::live
