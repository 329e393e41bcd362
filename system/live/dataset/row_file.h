#pragma once
// Rows as they lie in inputs, shuffle files and spilled runs: the size of the whole row (4 bytes,
// little-endian), key and value as varints, a check byte over both, and a payload that fills the
// row up to the size that was asked for. A row whose check byte is wrong is one that validation
// rejects.

#include <cstdint>
#include <string>
#include <string_view>

#include "system/base/result.h"
#include "system/live/file_io.h"

namespace wavetank::live {

struct Row {
  std::uint64_t key = 0;
  std::int64_t value = 0;
  bool good = true;
};

/// Every row fits into this many bytes; one of small numbers takes less.
inline constexpr std::size_t row_size_min = 25;
inline constexpr std::size_t row_size_max = 1 << 24;

/// Appends a row of `size` bytes, or of as many as it takes. Returns how many.
std::size_t append_row(std::string& out, const Row& row, std::size_t size);
/// Unsigned integers in groups of seven bits, lowest first; signed ones zigzag.
void append_varint(std::string& out, std::uint64_t number);
void append_signed(std::string& out, std::int64_t number);
/// Bytes that look like data, the same for the same seed.
void append_filler(std::string& out, std::uint64_t seed, std::size_t count);
/// A row's size in front of it.
void put_size(std::string& out, std::size_t at, std::size_t size);

/// A row out of the front of `bytes`, and its serialized size; 0 where none is whole, and invalid
/// where what stands there is no row.
Result<std::size_t> parse_row(std::string_view bytes, Row& row);

/// The reduce partition that a key belongs to.
std::uint32_t partition_of(std::uint64_t key, std::uint32_t partitions);

/// Reads rows of a slice of a file one after another.
class RowReader {
 public:
  RowReader(const std::filesystem::path& file, std::int64_t from, std::int64_t count);
  explicit RowReader(const std::filesystem::path& file);

  /// The next row, and its bytes until the next call; false at the end, or once failure() is set.
  bool next(Row& row, std::string_view& bytes);
  /// Whether the slice was not there or held something else than rows.
  bool broken() const { return broken_; }
  std::int64_t bytes_read() const { return in_.bytes_read(); }

 private:
  FileReader in_;
  std::int64_t left_;
  std::string buffer_;
  std::string block_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace wavetank::live
