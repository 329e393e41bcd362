#pragma once
// PartEncoder: the last step of a job over one partition. Validates each row, joins it with a small
// dimension table, aggregates what has the same key (count, sum, min, max), and writes one row for
// each row that is good; the last one of a key carries its aggregates.
//
// A row of the output: its size (4 bytes), key, value, label, a flag, where the flag is set the
// aggregates, and a payload that fills it up to the size asked for. All numbers are varints.

#include <optional>
#include <string>

#include "system/base/units.h"
#include "system/live/file_io.h"
#include "system/live/dataset/row_file.h"

namespace wavetank::live {

/// What rows of one key come to.
struct Aggregate {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// A row of the dimension table that a key is joined with.
struct Dimension {
  std::uint8_t label = 0;
  std::int64_t factor = 1;  ///< values are multiplied by it
};
Dimension dimension_of(std::uint64_t key);

class PartEncoder {
 public:
  /// Rows are `row` bytes each, or as many as they take.
  PartEncoder(const std::filesystem::path& file, std::size_t row);

  /// Rows of one key come one after another. disk_full, unavailable.
  Result<Done> add(const Row& row);
  Result<Done> finish();

  std::int64_t rows() const { return rows_; }
  std::int64_t rejected() const { return rejected_; }
  std::int64_t groups() const { return groups_; }
  std::int64_t written() const { return out_.written(); }

 private:
  void put(const Row& row, bool last);

  FileWriter out_;
  std::size_t size_;
  std::optional<Row> held_;  // until it is known whether it is its key's last
  Dimension dimension_;
  Aggregate group_;
  std::string bytes_;
  std::int64_t rows_ = 0;
  std::int64_t rejected_ = 0;
  std::int64_t groups_ = 0;
};

}  // namespace wavetank::live
