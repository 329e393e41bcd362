#pragma once
// ExternalFold: rows grouped by key within a memory budget.
//
// Rows go into a hash table, each kept at `expansion` times its serialized bytes, as a row of
// objects is. When the next row would not fit, the table is sorted by key and written as a run;
// once all rows are in, and any run was written, so is the rest. Runs are merged `fan_in` at a time
// until one merge is left, which drain() does on its way. Rows come out by key, those of one key as
// they came in, whatever the budget was, so that two attempts at a task write the same bytes. One
// key may be larger than the budget.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "system/base/spill.h"
#include "system/live/work/row_file.h"

namespace wavetank::live {

struct FoldLimits {
  Bytes memory{};
  double expansion = 3;
  std::int64_t fan_in = 10;
};

class ExternalFold {
 public:
  /// Runs are written to `folder`, which is the fold's alone. `stopped` is asked now and then: once
  /// it says so every step fails with killed.
  ExternalFold(std::filesystem::path folder, const FoldLimits& limits,
               std::function<bool()> stopped);
  ~ExternalFold();

  /// `bytes` is the serialized row. disk_full, killed, unavailable.
  Result<Done> add(const Row& row, std::string_view bytes);
  /// No more rows will come.
  Result<Done> seal();
  /// What the spill takes in all, once sealed: runs and passes; bytes written and read back, those
  /// of the last merge, which is still to come, among them. No runs where all rows fit.
  SpillPlan plan() const;
  /// Merges until one merge is left.
  Result<Done> merge();
  /// Every row in order, once. Stops at the first failure that `sink` returns.
  using Sink = std::function<Result<Done>(const Row& row)>;
  Result<Done> drain(const Sink& sink);

  std::int64_t rows() const { return rows_; }
  Bytes serialized() const { return serialized_; }
  /// Written to runs and read back so far.
  Bytes moved() const { return {written_ + read_}; }

 private:
  struct Held {
    const char* at;
    std::uint32_t size;
    std::uint32_t next;
  };
  struct Group {
    std::uint64_t key;
    std::uint32_t first, last;
  };
  struct Run {
    std::filesystem::path file;
    std::int64_t size;
  };
  using Visit = std::function<Result<Done>(const Row&, std::string_view)>;

  Result<Done> spill();
  void sort_groups();
  void empty_table();
  Result<Done> visit_table(const Visit& visit);
  Result<Done> visit_runs(std::size_t from, std::size_t count, const Visit& visit);
  Result<Run> merge_some(std::size_t from, std::size_t count);
  std::filesystem::path next_file();
  const char* keep(std::string_view bytes);

  std::filesystem::path folder_;
  FoldLimits limits_;
  std::function<bool()> stopped_;
  std::vector<Held> held_;
  std::vector<Group> groups_;
  std::unordered_map<std::uint64_t, std::uint32_t> index_;  // of groups_, by key
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_left_ = 0;
  char* block_at_ = nullptr;
  std::int64_t in_table_ = 0;  // serialized bytes
  std::vector<Run> runs_;
  std::int64_t files_ = 0;
  std::int64_t rows_ = 0;
  Bytes serialized_{};
  std::int64_t written_ = 0;
  std::int64_t read_ = 0;
  SpillPlan plan_;
};

}  // namespace wavetank::live
