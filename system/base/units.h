#pragma once
// Strong types for what a scenario file states with a unit.

#include <compare>
#include <cstdint>

#include "system/base/time.h"
#include "system/base/wide.h"

namespace wavetank {

/// A number of bytes. Decimal and binary units stay distinct in text (16GB is not 16GiB).
struct Bytes {
  std::int64_t count = 0;
  constexpr auto operator<=>(const Bytes&) const = default;
};

constexpr Bytes operator+(Bytes a, Bytes b) { return {a.count + b.count}; }
constexpr Bytes operator-(Bytes a, Bytes b) { return {a.count - b.count}; }
constexpr Bytes& operator+=(Bytes& a, Bytes b) { return a = a + b; }
constexpr Bytes& operator-=(Bytes& a, Bytes b) { return a = a - b; }
constexpr Bytes kib(std::int64_t n) { return {n << 10}; }
constexpr Bytes mib(std::int64_t n) { return {n << 20}; }
constexpr Bytes gib(std::int64_t n) { return {n << 30}; }
constexpr Bytes megabytes(std::int64_t n) { return {n * 1'000'000}; }
constexpr Bytes gigabytes(std::int64_t n) { return {n * 1'000'000'000}; }

/// Bytes a second. Zero means unlimited.
struct Bandwidth {
  std::int64_t bytes_per_s = 0;
  constexpr auto operator<=>(const Bandwidth&) const = default;
};

/// Events a second.
struct Rate {
  double per_s = 0;
  constexpr auto operator<=>(const Rate&) const = default;
};

/// A share between 0 and 1, written as a percentage.
struct Ratio {
  double value = 0;
  constexpr auto operator<=>(const Ratio&) const = default;
};

/// The time `b` takes alone at `w`, rounded up to a nanosecond; zero where `w` is unlimited.
constexpr Duration time_for(Bytes b, Bandwidth w) {
  if (w.bytes_per_s <= 0 || b.count <= 0) return {0};
  const auto wide = static_cast<Uint128>(b.count) * 1'000'000'000u;
  const auto rate = static_cast<Uint128>(w.bytes_per_s);
  const auto ns = (wide + rate - 1) / rate;
  const auto most = static_cast<Uint128>(duration_max.ns);
  return {static_cast<std::int64_t>(ns < most ? ns : most)};
}

}  // namespace wavetank
