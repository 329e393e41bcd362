#include "system/live/work/external_fold.h"

#include <algorithm>
#include <queue>
#include <system_error>

namespace wavetank::live {
namespace {

constexpr std::uint32_t none = 0xffffffffu;
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
const char* ExternalFold::keep(std::string_view bytes) {
  const auto charged = working_set({static_cast<std::int64_t>(bytes.size())}, limits_.expansion);
  const std::size_t room = std::max(bytes.size(), static_cast<std::size_t>(charged.count));
  if (block_left_ < room) {
    block_left_ = std::max(room, block_size);
    blocks_.push_back(std::make_unique<char[]>(block_left_));
    block_at_ = blocks_.back().get();
  }
  char* at = block_at_;
  bytes.copy(at, bytes.size());
  block_at_ += room;
  block_left_ -= room;
  return at;
}

Result<Done> ExternalFold::add(const Row& row, std::string_view bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (rows_ % look_every == 0 && stopped_()) return Failure::killed;
  if (in_table_ > 0 &&
      working_set({in_table_ + size}, limits_.expansion) > limits_.memory) {
    auto spilled = spill();
    if (!spilled.ok()) return spilled;
  }
  const auto at = static_cast<std::uint32_t>(held_.size());
  held_.push_back({keep(bytes), static_cast<std::uint32_t>(bytes.size()), none});
  const auto [found, is_new] =
      index_.try_emplace(row.key, static_cast<std::uint32_t>(groups_.size()));
  if (is_new) {
    groups_.push_back({row.key, at, at});
  } else {
    Group& group = groups_[found->second];
    held_[group.last].next = at;
    group.last = at;
  }
  in_table_ += size;
  serialized_ += Bytes{size};
  ++rows_;
  return Done{};
}

void ExternalFold::sort_groups() {
  std::sort(groups_.begin(), groups_.end(),
            [](const Group& a, const Group& b) { return a.key < b.key; });
  index_.clear();
}

void ExternalFold::empty_table() {
  held_.clear();
  groups_.clear();
  index_.clear();
  blocks_.clear();
  block_left_ = 0;
  in_table_ = 0;
}

Result<Done> ExternalFold::visit_table(const Visit& visit) {
  sort_groups();
  std::int64_t seen = 0;
  for (const Group& group : groups_) {
    for (std::uint32_t at = group.first; at != none; at = held_[at].next) {
      if (seen++ % look_every == 0 && stopped_()) return Failure::killed;
      const std::string_view bytes(held_[at].at, held_[at].size);
      Row row;
      const auto parsed = parse_row(bytes, row);
      if (!parsed.ok()) return parsed.failure();
      auto visited = visit(row, bytes);
      if (!visited.ok()) return visited;
    }
  }
  return Done{};
}

Result<Done> ExternalFold::spill() {
  Run run{next_file(), 0};
  FileWriter out(run.file);
  auto visited = visit_table([&out](const Row&, std::string_view bytes) -> Result<Done> {
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
  empty_table();
  return Done{};
}

Result<Done> ExternalFold::seal() {
  // Less than a row of budget: even one row alone does not fit.
  const bool over = working_set({in_table_}, limits_.expansion) > limits_.memory;
  if (in_table_ > 0 && (over || !runs_.empty())) {
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
  if (runs_.empty()) return visit_table(visit);
  auto merged = merge();
  if (!merged.ok()) return merged;
  return visit_runs(0, runs_.size(), visit);
}

}  // namespace wavetank::live
