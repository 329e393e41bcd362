#pragma once
// Values with units, as text: how a scenario file, an override, `list settings` and the journal
// write them. A value that is exact in text is exact in its type: integers never pass a double.
//
//   duration   250ms 10s 1m30s 2h 1.5s      h m s ms us ns, largest first, each once
//   rate       500/s 30/m 2/h 10k/s
//   size       512KiB 16GB 10B              B, kB MB GB TB PB (1000), KiB MiB GiB TiB PiB (1024)
//   bandwidth  125MB/s 1Gbit/s unlimited    sizes, or bit kbit Mbit Gbit Tbit, each second
//   count      1000 10k 2.5M 3G
//   percentage 30% 0.1%
//   law        see law.h
//
// text_of() gives the shortest readable text that parse gives the same value for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/base/law.h"
#include "system/base/time.h"
#include "system/base/units.h"

namespace wavetank::engine {

/// A value, or why there is none: a clause for Problem::what and a sentence for Problem::hint.
template <class T>
struct Parsed {
  std::optional<T> value;
  std::string what;
  std::string hint;
};

Parsed<Duration> parse_duration(std::string_view text);
Parsed<Rate> parse_rate(std::string_view text);
Parsed<Bytes> parse_bytes(std::string_view text);
Parsed<Bandwidth> parse_bandwidth(std::string_view text);
Parsed<std::int64_t> parse_count(std::string_view text);
Parsed<Ratio> parse_ratio(std::string_view text);
Parsed<double> parse_number(std::string_view text);
Parsed<DurationLaw> parse_duration_law(std::string_view text);
Parsed<SizeLaw> parse_size_law(std::string_view text);

std::string text_of(bool value);
std::string text_of(Duration value);
std::string text_of(Rate value);
std::string text_of(Bytes value);
std::string text_of(Bandwidth value);
std::string text_of(std::int64_t value);
std::string text_of(Ratio value);
std::string text_of(double value);
std::string text_of(const DurationLaw& value);
std::string text_of(const SizeLaw& value);
std::string text_of(const std::string& value);
std::string text_of(const std::vector<std::string>& value);  ///< as a JSON array

/// What documentation and schema say about a type.
struct Kind {
  const char* unit;     ///< "duration", "percentage", "count" ...
  const char* pattern;  ///< ECMA regular expression for its text; empty where it is not text
};
Kind kind_of(bool);
Kind kind_of(Duration);
Kind kind_of(Rate);
Kind kind_of(Bytes);
Kind kind_of(Bandwidth);
Kind kind_of(std::int64_t);
Kind kind_of(Ratio);
Kind kind_of(double);
Kind kind_of(const DurationLaw&);
Kind kind_of(const SizeLaw&);
Kind kind_of(const std::string&);
Kind kind_of(const std::vector<std::string>&);

}  // namespace wavetank::engine
