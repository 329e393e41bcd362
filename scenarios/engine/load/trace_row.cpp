#include "scenarios/engine/load/trace_row.h"

#include <algorithm>
#include <charconv>

#include "scenarios/engine/text/decimal.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/problem.h"
#include "system/base/random.h"

namespace wavetank::engine {
namespace {

constexpr std::int64_t nano = 1'000'000'000;
/// Longer than any trace: such seconds are counted from 1970.
constexpr std::int64_t seconds_max = 1'000'000'000;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Digits only, and not too many: a number's quick way.
std::optional<std::int64_t> quick_whole(std::string_view text) {
  if (text.size() > 18 || !all_digits(text)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

/// Takes exactly `length` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t length) {
  if (text.size() < length || !all_digits(text.substr(0, length))) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, length)) value = value * 10 + (c - '0');
  text.remove_prefix(length);
  return value;
}

bool take_one_of(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// Days since 1970-01-01 in the Gregorian calendar, by counting years from March.
std::int64_t days_since_1970(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t shifted = month <= 2 ? month + 9 : month - 3;
  const std::int64_t of_year = (153 * shifted + 2) / 5 + day - 1;
  return y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719'468;
}

int days_in(int year, int month) {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : lengths[month - 1];
}

/// .5 and the like; digits beyond the ninth are dropped.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
  if (!take_one_of(text, ".")) return 0;
  std::int64_t ns = 0;
  std::int64_t unit = nano;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    unit /= 10;
    ns += unit * (text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return ns;
}

/// Z or +01:00, in seconds east.
std::optional<std::int64_t> take_zone(std::string_view& text) {
  if (take_one_of(text, "Zz")) return 0;
  const bool west = text.starts_with('-');
  if (!take_one_of(text, "+-")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take_one_of(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  const std::int64_t east = *hour * 3600 + *minute * 60;
  return west ? -east : east;
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take_one_of(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take_one_of(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take_one_of(text, "Tt ")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take_one_of(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take_one_of(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  if (*year < 1970 || *year > 2261 || *month < 1 || *month > 12) return std::nullopt;
  if (*day < 1 || *day > days_in(*year, *month)) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;  // 60: a leap second
  const std::int64_t days = days_since_1970(*year, *month, *day);
  const std::int64_t s = days * 86'400 + *hour * 3'600 + *minute * 60 + *second - *zone;
  return s * nano + *fraction;
}

RowParser::RowParser(const TraceSettings& settings)
    : unit_(settings.time_unit),
      columns_{{"time", settings.columns.time},         {"key", settings.columns.key},
               {"priority", settings.columns.priority}, {"input", settings.columns.input},
               {"shuffle", settings.columns.shuffle},   {"output", settings.columns.output},
               {"compute", settings.columns.compute}},
      wants_header_(settings.header) {
  for (Column& column : columns_) {
    if (!column.used()) continue;
    const auto number = quick_whole(column.named);
    if (number && *number > 0) {
      column.at = static_cast<std::size_t>(*number - 1);
      cells_needed_ = std::max(cells_needed_, column.at + 1);
    } else {
      wants_header_ = true;
    }
  }
}

std::vector<RowParser::MissingColumn> RowParser::header(
    const std::vector<std::string_view>& cells) {
  std::vector<MissingColumn> missing;
  std::vector<std::string> names;
  for (const std::string_view cell : cells) names.emplace_back(trimmed(cell));
  for (Column& column : columns_) {
    if (!column.used()) continue;
    const auto number = quick_whole(column.named);
    if (number && *number > 0) continue;
    const auto found = std::find(names.begin(), names.end(), column.named);
    if (found == names.end()) {
      missing.push_back({"there is no column " + in_quotes(column.named) + " for " + column.what,
                         nearest_hint(column.named, names, "columns")});
      continue;
    }
    column.at = static_cast<std::size_t>(found - names.begin());
    cells_needed_ = std::max(cells_needed_, column.at + 1);
  }
  return missing;
}

/// A number of the column's unit times `scale`; fractions beyond that are cut off.
std::optional<std::string> RowParser::number(Which which,
                                             const std::vector<std::string_view>& cells,
                                             std::int64_t scale, std::int64_t& value,
                                             bool& given) const {
  const Column& column = columns_[which];
  given = false;
  if (!column.used()) return std::nullopt;
  const std::string_view cell = trimmed(cells[column.at]);
  if (cell.empty()) return std::nullopt;
  given = true;
  if (const auto whole = quick_whole(cell); whole && *whole <= duration_max.ns / scale) {
    value = *whole * scale;
    return std::nullopt;
  }
  std::string_view rest = cell;
  const auto decimal = take_decimal(rest);
  const std::string what = std::string(column.what) + " " + in_quotes(cell);
  if (!decimal || !rest.empty()) return what + " is not a number";
  if (decimal->negative) return what + " is negative";
  Whole whole = whole_of(*decimal, scale);
  if (whole.exactness == Exactness::overflow) return what + " is too large";
  if (whole.exactness == Exactness::fraction) {
    const auto rough = double_of(*decimal, 0);
    if (scale == 1 || !rough) return what + " is not a whole number";
    if (*rough >= 9e9) return what + " is too large";
    whole.value = static_cast<std::int64_t>(*rough * static_cast<double>(scale));
  }
  value = whole.value;
  return std::nullopt;
}

std::optional<std::string> RowParser::parse_time(std::string_view text, std::int64_t& ns) const {
  const auto parsed = parse_rfc3339(text);
  if (!parsed) {
    return "time " + in_quotes(text) + " is not a date such as 2026-01-31T12:00:00Z";
  }
  ns = *parsed;
  return std::nullopt;
}

std::optional<std::string> RowParser::parse(const std::vector<std::string_view>& cells,
                                            TraceRow& row) const {
  if (cells.size() < cells_needed_) {
    return "there are " + std::to_string(cells.size()) + " cells, but column " +
           std::to_string(cells_needed_) + " is asked for";
  }
  row = {};
  const std::string_view when = trimmed(cells[columns_[time].at]);
  if (when.empty()) return "the time is missing";
  bool given = false;
  const std::int64_t scale = unit_ == TraceSettings::TimeUnit::epoch_ms ? nano / 1000 : nano;
  auto wrong = unit_ == TraceSettings::TimeUnit::rfc3339
                   ? parse_time(when, row.time_ns)
                   : number(time, cells, scale, row.time_ns, given);
  if (wrong) return wrong;
  if (unit_ == TraceSettings::TimeUnit::seconds && row.time_ns / nano >= seconds_max) {
    return "time " + in_quotes(when) + " is more than thirty years from the start; where times " +
           "are counted from 1970, time_unit is epoch";
  }
  if (columns_[key].used()) {
    const std::string_view text = trimmed(cells[columns_[key].at]);
    if (!text.empty()) row.key = mix64(hash_name(text));
  }
  if (columns_[priority].used()) {
    std::string_view text = trimmed(cells[columns_[priority].at]);
    const std::string_view shown = text;
    if (text.starts_with('P') || text.starts_with('p')) text.remove_prefix(1);
    const bool known = text.size() == 1 && text[0] >= '0' && text[0] <= '2';
    if (known) row.priority = static_cast<Priority>(text[0] - '0');
    if (!known && !shown.empty()) {
      return "priority " + in_quotes(shown) + " is not P0, P1 or P2";
    }
  }
  std::int64_t value = 0;
  const auto bytes = [&](Which which, std::optional<Bytes>& into) {
    auto complaint = number(which, cells, 1, value, given);
    if (complaint || !given) return complaint;
    into = Bytes{value};
    if (value <= job_bytes_max) return complaint;
    const Column& column = columns_[which];
    complaint = std::string(column.what) + " " + in_quotes(trimmed(cells[column.at])) +
                " is more than a petabyte";
    return complaint;
  };
  if ((wrong = bytes(input, row.input))) return wrong;
  if ((wrong = bytes(shuffle, row.shuffle))) return wrong;
  if ((wrong = bytes(output, row.output))) return wrong;
  wrong = number(compute, cells, nano, value, given);
  if (!wrong && given) row.compute = Duration{value};
  return wrong;
}

}  // namespace wavetank::engine
