#pragma once
// A trace as a load: its slice, surveyed once before the run, then replayed row by row.
//
// Nothing keeps the file: the survey counts, checks every line of the slice and ranks the keys; the
// replay holds one row a copy that is under way.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scenarios/engine/load/trace_lines.h"
#include "scenarios/engine/load/trace_row.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::engine {

/// One pass over the slice of a trace.
class TraceSlice {
 public:
  enum class Step : std::uint8_t { row, bad, end };

  explicit TraceSlice(const TraceSettings& settings);

  /// After `bad` reading may go on; a file that cannot be read is bad once, then at its end.
  Step next();

  const TraceRow& row() const { return row_; }
  Duration offset() const { return offset_; }    ///< of the row, from the start of the slice
  std::uint64_t index() const { return index_; }  ///< of the row in the slice, from 0
  std::uint64_t line() const { return lines_.number(); }  ///< 0 where no line was read
  const std::string& what() const { return what_; }       ///< what is bad, a clause
  const std::string& hint() const { return hint_; }

 private:
  bool begin();
  Step fail(std::string what);
  /// Whether the row lies in the slice; sets `done_` behind it.
  std::optional<std::string> place();

  const TraceSettings& settings_;
  TraceLines lines_;
  RowParser parser_;
  std::string scratch_;
  std::vector<std::string_view> cells_;
  TraceRow row_;
  Duration offset_{};
  std::uint64_t index_ = 0;
  std::uint64_t taken_ = 0;
  std::string what_;
  std::string hint_;
  std::optional<std::int64_t> origin_;
  std::int64_t latest_ = 0;
  bool begun_ = false;
  bool done_ = false;
  bool inside_ = false;
};

/// The keys of a trace by popularity: 0 is the one with most rows; of equals, the first to appear.
class KeyRanks {
 public:
  void count(std::uint64_t key);
  void rank();
  std::uint32_t size() const { return static_cast<std::uint32_t>(seen_.size()); }
  /// The rank of a key that was counted.
  std::uint32_t of(std::uint64_t key) const;

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> index_;
  std::vector<std::uint64_t> seen_;  ///< rows of each key, in the order of appearance
};

struct TraceSurvey {
  std::uint64_t rows = 0;         ///< of one copy
  Duration slice{};               ///< length of one copy
  Duration every{};               ///< from one copy's start to the next
  Duration length{};              ///< of all copies
  std::shared_ptr<const KeyRanks> keys;  ///< null where no row has a key
};

/// Reads the whole slice. None, with up to 20 problems by file and line, where anything is wrong.
std::optional<TraceSurvey> survey_trace(const TraceSettings& settings, Problems& problems);

/// All rows of all copies in the order of their times; of one instant, by copy.
class TraceReplay {
 public:
  /// Both must outlive it. The file must be as it was surveyed: anything else is Broken.
  TraceReplay(const TraceSettings& settings, const TraceSurvey& survey);

  bool next();
  Duration offset() const { return offset_; }    ///< from the start of the load
  std::uint64_t index() const { return index_; }  ///< of the row over all copies: dense
  const TraceRow& row() const { return row_; }

 private:
  struct Copy {
    std::uint64_t number;
    std::unique_ptr<TraceSlice> slice;
    Duration at;  ///< of the row that it holds
  };
  void open_due();
  bool advance(Copy& copy) const;

  const TraceSettings& settings_;
  const TraceSurvey& survey_;
  std::vector<Copy> open_;
  std::uint64_t opened_ = 0;
  Duration offset_{};
  std::uint64_t index_ = 0;
  TraceRow row_;
};

}  // namespace wavetank::engine
