#pragma once
// Shuffle files: what a map task leaves for the reduce tasks of its job. One file of rows and an
// index that says which slices of it belong to which reduce partition. The index appears last, by a
// rename: a map output is there as a whole or not at all.
//
// All workers of a target run on one machine and share the scratch folder, so a reduce task reads
// the slices where the map task left them. They belong to the map's executor nevertheless: when it
// is lost they are gone.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "system/live/dataset/row_file.h"

namespace wavetank::live {

struct ShuffleSlice {
  std::int64_t from = 0;
  std::int64_t count = 0;
};

/// Where one map's rows are.
struct ShuffleIndex {
  std::filesystem::path data;
  std::vector<std::vector<ShuffleSlice>> partitions;
};

class ShuffleWriter {
 public:
  /// Writes to `folder`, the job's on the map's executor. `attempt` tells attempts at a map apart.
  ShuffleWriter(std::filesystem::path folder, std::uint32_t map, std::uint32_t attempt,
                std::uint32_t partitions);
  /// Removes what was not committed.
  ~ShuffleWriter();
  ShuffleWriter(const ShuffleWriter&) = delete;
  ShuffleWriter& operator=(const ShuffleWriter&) = delete;

  /// The row, `size` bytes long or as long as it must be.
  Result<Done> add(const Row& row, std::size_t size);
  /// disk_full, unavailable.
  Result<Done> commit();
  /// Bytes of each partition, once committed.
  const std::vector<std::int64_t>& sizes() const { return sizes_; }
  std::int64_t written() const { return written_; }

 private:
  void flush(std::uint32_t partition);

  std::filesystem::path folder_;
  std::uint32_t map_;
  std::string data_;
  std::vector<std::string> buffers_;
  std::vector<std::vector<ShuffleSlice>> slices_;
  std::vector<std::int64_t> sizes_;
  std::int64_t written_ = 0;
  bool committed_ = false;
  std::optional<FileWriter> out_;
};

/// The output of a map task, of whatever executor below `root`; none where it is gone.
std::optional<ShuffleIndex> find_shuffle(const std::filesystem::path& root, const std::string& job,
                                         std::uint32_t map);

}  // namespace wavetank::live
