#pragma once
// The lines of a text file, plain or gzip, one at a time: memory does not grow with the file.
//
// zlib reads a plain file as it is, so the ending of its name means nothing here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace wavetank::engine {

class TraceLines {
 public:
  /// Longer lines are refused: a trace is rows of a few numbers.
  static constexpr std::size_t line_bytes_max = 1 << 16;

  explicit TraceLines(const std::string& path);
  ~TraceLines();
  TraceLines(const TraceLines&) = delete;
  TraceLines& operator=(const TraceLines&) = delete;

  /// The next line that is not empty, without its end; false at the end or after a failure. The
  /// text lives until the next call.
  bool next(std::string_view& line);

  /// Of the line last read, from 1.
  std::uint64_t number() const { return number_; }
  /// Why reading stopped, as a clause; empty at a sound end.
  const std::string& failure() const { return failure_; }

 private:
  bool fill();
  bool take(std::string_view& line);

  gzFile file_ = nullptr;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t number_ = 0;
  bool at_end_ = false;
  std::string failure_;
};

/// Splits a line into cells. With `quotes`, a cell may stand in double quotes, within which a
/// doubled one is a quote (RFC 4180, save that a cell ends with its line). False where a quote is
/// not closed or something follows it. Cells live as long as `line` and `scratch`.
bool split_cells(std::string_view line, char separator, bool quotes, std::string& scratch,
                 std::vector<std::string_view>& cells);

}  // namespace wavetank::engine
