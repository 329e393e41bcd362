#include <string>

#include "scenarios/engine/text/decimal.h"
#include "scenarios/engine/text/law_text.h"
#include "scenarios/engine/text/quantity.h"
#include "scenarios/engine/text/unit_table.h"
#include "system/base/wide.h"

namespace wavetank::engine {
namespace {

// Patterns say what the parsers take, for editors that check a file against the schema.
constexpr const char* duration_pattern =
    "^-?(?=[0-9])([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?([0-9.]+us)?([0-9.]+ns)?$";
constexpr const char* rate_pattern = "^-?[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?[kMG]?/[smh]$";
constexpr const char* size_pattern = "^-?[0-9]+(\\.[0-9]+)?(B|[kMGTP]B|[KMGTP]iB)$";
constexpr const char* bandwidth_pattern =
    "^(unlimited|-?[0-9]+(\\.[0-9]+)?(B|[kMGTP]B|[KMGTP]iB|[kMGT]bit)/s)$";
constexpr const char* count_pattern = "^-?[0-9]+(\\.[0-9]+)?[kMG]?$";
constexpr const char* ratio_pattern = "^-?[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?%$";
constexpr const char* law_pattern =
    "^([a-z]+ *\\([^()]+\\)|-?[0-9][0-9.]*(e[+-]?[0-9]+)?[a-zA-Z][0-9a-zA-Z.]*)$";

/// Keeps the shortest of the texts offered, the first of equals; 50ms before 0.05s in any case.
class Shortest {
 public:
  void offer(const std::string& text) {
    const std::size_t cost = text.size() + (text.starts_with("0.") ? 1000 : 0);
    if (best_.empty() || cost < cost_) {
      best_ = text;
      cost_ = cost;
    }
  }
  const std::string& best() const { return best_; }

 private:
  std::string best_;
  std::size_t cost_ = 0;
};

/// Without its sign, which for the smallest int64 leaves no int64.
std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

/// value/unit for every unit that leaves at most 3 decimals: the whole ones are offered first.
void offer_units(Shortest& shortest, std::uint64_t value, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    const auto scale = static_cast<std::uint64_t>(unit.scale);
    if (value % scale == 0) shortest.offer(std::to_string(value / scale) + unit.name);
  }
  for (const Unit& unit : units) {
    const auto scale = static_cast<std::uint64_t>(unit.scale);
    const Uint128 thousandths = static_cast<Uint128>(value) * 1000;
    if (value < scale || value % scale == 0 || thousandths % scale != 0) continue;
    std::string fraction = std::to_string(static_cast<std::uint64_t>(thousandths / scale % 1000));
    fraction.insert(0, 3 - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    shortest.offer(std::to_string(value / scale) + '.' + fraction + unit.name);
  }
}

std::string integer_text(std::int64_t value, std::span<const Unit> units) {
  if (value == 0) return std::string("0") + units.back().name;
  Shortest shortest;
  offer_units(shortest, magnitude(value), units);
  return (value < 0 ? "-" : "") + shortest.best();
}

/// Whole hours, minutes and seconds.
std::string compound(std::uint64_t ns) {
  constexpr std::uint64_t second = 1'000'000'000;
  const std::uint64_t parts[] = {ns / second / 3600, ns / second / 60 % 60, ns / second % 60};
  std::string out;
  for (std::size_t i = 0; i < 3; ++i) {
    if (parts[i] != 0) out += std::to_string(parts[i]) + duration_units[i].name;
  }
  return out;
}

}  // namespace

std::string text_of(bool value) { return value ? "true" : "false"; }

std::string text_of(Duration value) {
  if (value.ns == 0) return "0s";
  const std::uint64_t ns = magnitude(value.ns);
  Shortest shortest;
  offer_units(shortest, ns, duration_units);
  if (ns % 1'000'000'000 == 0) shortest.offer(compound(ns));
  return (value.ns < 0 ? "-" : "") + shortest.best();
}

std::string text_of(Rate value) {
  Shortest shortest;
  shortest.offer(text_of(decimal_of(value.per_s), 0) + "/s");
  for (const Unit& unit : rate_units) {
    const double number = value.per_s * static_cast<double>(unit.scale);
    const std::string text = text_of(decimal_of(number), 0) + '/' + unit.name;
    const Parsed<Rate> back = parse_rate(text);
    if (back.value && back.value->per_s == value.per_s) shortest.offer(text);
  }
  return shortest.best();
}

std::string text_of(Bytes value) { return integer_text(value.count, size_units); }

std::string text_of(Bandwidth value) {
  if (value.bytes_per_s == 0) return "unlimited";
  return text_of(Bytes{value.bytes_per_s}) + "/s";
}

std::string text_of(std::int64_t value) { return integer_text(value, count_units); }

std::string text_of(Ratio value) { return text_of(decimal_of(value.value), 2) + '%'; }

std::string text_of(double value) { return text_of(decimal_of(value), 0); }

std::string text_of_seconds(double s) {
  if (s == 0) return "0s";
  const Decimal decimal = decimal_of(s);
  Shortest shortest;
  for (const DecimalUnit& unit : second_units) {
    shortest.offer(text_of(decimal, unit.shift) + unit.name);
  }
  for (const Unit& unit : std::span(duration_units).first(2)) {
    const double scale = static_cast<double>(unit.scale) / 1e9;
    const std::string text = text_of(decimal_of(s / scale), 0) + unit.name;
    const Parsed<double> back = parse_seconds(text);
    if (back.value && *back.value == s) shortest.offer(text);
  }
  return shortest.best();
}

std::string text_of_byte_count(double bytes) {
  Shortest shortest;
  shortest.offer(text_of(decimal_of(bytes), 0) + 'B');
  if (bytes == 0) return shortest.best();
  for (const Unit& unit : size_units) {
    const double number = bytes / static_cast<double>(unit.scale);
    const std::string text = text_of(decimal_of(number), 0) + unit.name;
    const Parsed<double> back = parse_byte_count(text);
    if (back.value && *back.value == bytes) shortest.offer(text);
  }
  return shortest.best();
}

std::string text_of(const std::string& value) { return value; }

Kind kind_of(bool) { return {"true or false", ""}; }
Kind kind_of(Duration) { return {"duration", duration_pattern}; }
Kind kind_of(Rate) { return {"rate", rate_pattern}; }
Kind kind_of(Bytes) { return {"size", size_pattern}; }
Kind kind_of(Bandwidth) { return {"bandwidth", bandwidth_pattern}; }
Kind kind_of(std::int64_t) { return {"count", count_pattern}; }
Kind kind_of(Ratio) { return {"percentage", ratio_pattern}; }
Kind kind_of(double) { return {"number", ""}; }
Kind kind_of(const DurationLaw&) { return {"duration or law of durations", law_pattern}; }
Kind kind_of(const SizeLaw&) { return {"size or law of sizes", law_pattern}; }
Kind kind_of(const std::string&) { return {"text", ""}; }
Kind kind_of(const std::vector<std::string>&) { return {"list of texts", ""}; }

}  // namespace wavetank::engine
