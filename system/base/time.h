#pragma once
// Virtual and real time alike: integer nanoseconds behind two strong types.
//
// A Time counts from the start of the run, a Duration is a difference. Arithmetic is exact; nothing
// here ever becomes a double except seconds(), which exists for output and rates.

#include <compare>
#include <cstdint>
#include <limits>

namespace wavetank {

struct Duration {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Duration&) const = default;
};

struct Time {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Time&) const = default;
};

inline constexpr Time time_max{std::numeric_limits<std::int64_t>::max()};
inline constexpr Duration duration_max{std::numeric_limits<std::int64_t>::max()};

constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
constexpr Duration operator*(Duration a, std::int64_t k) { return {a.ns * k}; }
constexpr Duration operator/(Duration a, std::int64_t k) { return {a.ns / k}; }
constexpr Duration& operator+=(Duration& a, Duration b) { return a = a + b; }
constexpr Time operator-(Time t, Duration d) { return {t.ns - d.ns}; }
constexpr Duration operator-(Time a, Time b) { return {a.ns - b.ns}; }

/// Later by `d`; saturates at time_max, so that "no deadline" survives arithmetic.
constexpr Time operator+(Time t, Duration d) {
  return d.ns > time_max.ns - t.ns ? time_max : Time{t.ns + d.ns};
}
constexpr Time& operator+=(Time& t, Duration d) { return t = t + d; }

constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration whole_seconds(std::int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t n) { return whole_seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return whole_seconds(n * 3'600); }

/// For output and for rates only: never a key, never a deadline.
constexpr double seconds(Duration d) { return static_cast<double>(d.ns) / 1e9; }
constexpr double seconds(Time t) { return static_cast<double>(t.ns) / 1e9; }

/// Rounds towards zero; `s` outside the representable range saturates.
constexpr Duration from_seconds(double s) {
  if (!(s > 0)) return {0};
  return s >= 9.2e9 ? duration_max : Duration{static_cast<std::int64_t>(s * 1e9)};
}

}  // namespace wavetank
