#pragma once
// One row of a trace, and the reader that makes rows of lines.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/load/trace_settings.h"
#include "system/base/ids.h"

namespace wavetank::engine {

/// What a row does not say has no value.
struct TraceRow {
  std::int64_t time_ns = 0;            ///< as the unit says: from the start, or from 1970
  std::optional<std::uint64_t> key;    ///< a hash of the key's text
  std::optional<Priority> priority;
  std::optional<Bytes> input;
  std::optional<Bytes> shuffle;
  std::optional<Bytes> output;
  std::optional<Duration> compute;
};

/// Finds the columns once, then parses cells. Complaints are clauses.
class RowParser {
 public:
  explicit RowParser(const TraceSettings& settings);

  /// Whether the first line is a header.
  bool wants_header() const { return wants_header_; }
  /// Resolves names. Returns the columns that it cannot find.
  struct MissingColumn {
    std::string what;
    std::string hint;
  };
  std::vector<MissingColumn> header(const std::vector<std::string_view>& cells);

  /// Parses one row, or says what is wrong with it.
  std::optional<std::string> parse(const std::vector<std::string_view>& cells, TraceRow& row) const;

 private:
  struct Column {
    const char* what;
    std::string named;    ///< as the settings say; empty where it is not used
    std::size_t at = 0;   ///< index of the cell
    bool used() const { return !named.empty(); }
  };
  enum Which : std::size_t { time, key, priority, input, shuffle, output, compute, count };

  std::optional<std::string> number(Which which, const std::vector<std::string_view>& cells,
                                    std::int64_t scale, std::int64_t& value, bool& given) const;
  std::optional<std::string> parse_time(std::string_view text, std::int64_t& ns) const;

  TraceSettings::TimeUnit unit_;
  std::vector<Column> columns_;
  std::size_t cells_needed_ = 0;
  bool wants_header_ = false;
};

/// A date and time such as 2026-01-31T12:00:00.5+01:00 as nanoseconds since 1970 (RFC 3339; a space
/// may stand for the T).
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace wavetank::engine
