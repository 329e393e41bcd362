#pragma once
// ExternalFold: rows grouped by key within a memory budget.
//
// Rows are collected, each kept at `expansion` times its serialized bytes, as a row of objects is,
// and grouped by sorting them. (A hash table of as many keys as rows misses the cache for each: it
// took twice the processor time of a spill.) When the next row would not fit, what is held is
// sorted and written as a run; once all rows are in, and any run was written, so is the rest. Runs
// are merged `fan_in` at a time until one merge is left, which drain() does on its way. Rows come
// out by key, those of one key as they came in, whatever the budget was, so that two attempts at a
// task write the same bytes. One key may be larger than the budget.

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "system/base/spill.h"
#include "system/live/dataset/row_file.h"

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
  /// A row in memory. In the order of key, block and offset they are by key and as they came.
  struct Held {
    std::uint64_t key;
    std::uint32_t block;
    std::uint32_t offset;
    auto operator<=>(const Held&) const = default;
  };
  struct Run {
    std::filesystem::path file;
    std::int64_t size;
  };
  using Visit = std::function<Result<Done>(const Row&, std::string_view)>;

  Result<Done> spill();
  Result<Done> visit_held(const Visit& visit);
  Result<Done> visit_runs(std::size_t from, std::size_t count, const Visit& visit);
  Result<Run> merge_some(std::size_t from, std::size_t count);
  std::filesystem::path next_file();
  void keep(std::uint64_t key, std::string_view bytes);

  std::filesystem::path folder_;
  FoldLimits limits_;
  std::function<bool()> stopped_;
  std::vector<Held> held_;
  std::vector<std::string> blocks_;  // rows of held_
  std::size_t block_used_ = 0;       // of the last one
  std::int64_t held_bytes_ = 0;      // serialized
  std::vector<Run> runs_;
  std::int64_t files_ = 0;
  std::int64_t rows_ = 0;
  Bytes serialized_{};
  std::int64_t written_ = 0;
  std::int64_t read_ = 0;
  SpillPlan plan_;
};

}  // namespace wavetank::live
