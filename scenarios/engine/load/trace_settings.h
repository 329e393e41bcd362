#pragma once
// What a scenario says about a trace: a file of real requests, one a line.
//
// Columns are given by number, from 1, or by the name that the header gives them. All but `time`
// may be left out: what a row does not say, the load's class draws. So does an empty cell.

#include <string>

#include "system/base/fields.h"

namespace wavetank::engine {

/// The most that one job may read, shuffle or write: a petabyte. More is a slip of the pen, and
/// would be more tasks than memory holds.
inline constexpr std::int64_t job_bytes_max = 1'000'000'000'000'000;

struct TraceColumns {
  std::string time;
  std::string key;
  std::string priority;
  std::string input;
  std::string shuffle;
  std::string output;
  std::string compute;

  void describe(Fields& f);
};

struct TraceRepeat {
  std::int64_t times = 1;
  Duration every{};  ///< 0: the slice's length, rounded up to a whole hour

  void describe(Fields& f);
};

struct TraceSettings {
  enum class Format : std::uint8_t { by_name, csv, tsv };
  /// `seconds` count from the start of the trace, which is 0 whether or not a row stands there; the
  /// others are dates, and the trace starts at its first row.
  enum class TimeUnit : std::uint8_t { seconds, epoch, epoch_ms, rfc3339 };
  /// Each overlapping copy is a cursor of its own on the file.
  static constexpr std::int64_t overlap_max = 64;

  std::string file;   ///< as written
  std::string path;   ///< where it is: set by whoever knows where the scenario stands
  Format format = Format::by_name;
  bool header = false;
  TimeUnit time_unit = TimeUnit::seconds;
  TraceColumns columns;
  Duration from{};
  Duration to{};      ///< 0: the end
  Duration disorder{};
  TraceRepeat repeat;

  void describe(Fields& f);

  char separator() const;
};

}  // namespace wavetank::engine
