#include "sim/random/fixed.h"

#include <array>
#include <bit>
#include <limits>

#include "system/base/wide.h"

namespace wavetank::sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// ln 2 in two parts: the first has 21 trailing zero bits, so that its product with an exponent is
// exact.
constexpr double ln2_high = 0x1.62e42fee00000p-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double log2_e = 0x1.71547652b82fep+0;
constexpr double sqrt2 = 0x1.6a09e667f3bcdp+0;

constexpr int table_bits = 8;
constexpr int reciprocal_bits = 17;  // of a table entry; r keeps every bit of the product
constexpr std::uint32_t reciprocal_one = 1u << reciprocal_bits;

/// ln(numerator / denominator) in units of 2^-64, rounded, for operands below 2^18 and a ratio in
/// [1, 2]: 2 atanh(z) = 2 (z + z^3 / 3 + ...) with z = (numerator - denominator) / their sum.
constexpr std::uint64_t ln_ratio_q64(std::uint32_t numerator, std::uint32_t denominator) {
  const Uint128 above = numerator - denominator;
  const Uint128 below = numerator + denominator;
  Uint128 power = (above << 100) / below;
  Uint128 sum = 0;
  for (unsigned k = 1; power != 0; k += 2) {
    sum += power / k;
    power = power * above / below;
    power = power * above / below;
  }
  return static_cast<std::uint64_t>((2 * sum + (Uint128{1} << 35)) >> 36);
}

struct Entry {
  std::uint64_t reciprocal;  ///< of the middle of the interval, in units of 2^-17
  std::uint64_t ln_q64;      ///< -ln(reciprocal)
};

constexpr std::array<Entry, 1u << table_bits> make_table() {
  std::array<Entry, 1u << table_bits> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    const std::uint32_t middle = 2 * (i + (1u << table_bits)) + 1;  // in units of 2^-9
    const std::uint32_t reciprocal = ((reciprocal_one << (table_bits + 1)) + middle / 2) / middle;
    table[i] = {reciprocal, ln_ratio_q64(reciprocal_one, reciprocal)};
  }
  return table;
}

constexpr auto table = make_table();
constexpr std::uint64_t ln2_q64 = ln_ratio_q64(2, 1);

/// a b / 2^71, rounded down.
constexpr std::int64_t times_q71(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>((Int128{a} * b) >> 71);
}

/// ln(m / 2^63) in units of 2^-64, for m with its highest bit set.
std::int64_t ln_mantissa_q64(std::uint64_t m, const Entry& entry) {
  constexpr std::int64_t one = std::int64_t{1} << 62;
  // The product lies within 2^71 of 2^80, so that its low 64 bits after a shift by 9 hold r.
  const Uint128 product = Uint128{m} * entry.reciprocal;
  const auto r = static_cast<std::int64_t>(static_cast<std::uint64_t>(product >> 9));
  std::int64_t p = one / 5 - times_q71(r, one / 6);
  p = one / 4 - times_q71(r, p);
  p = one / 3 - times_q71(r, p);
  p = one / 2 - times_q71(r, p);
  p = one - times_q71(r, p);
  return static_cast<std::int64_t>((Int128{r} * p) >> 69);
}

/// 2^k by its bits; k in [-1022, 1023].
double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

}  // namespace

std::uint64_t unit_exponential_q57(std::uint64_t bits) {
  if (bits == 0) return 0;
  const std::uint64_t tail = 0 - bits;  // 2^64 (1 - bits / 2^64)
  const int zeros = std::countl_zero(tail);
  const std::uint64_t m = tail << zeros;
  const Entry& entry = table[(m >> (63 - table_bits)) & ((1u << table_bits) - 1)];
  Int128 sum = Int128{ln2_q64} * (zeros + 1);
  sum -= entry.ln_q64;
  sum -= ln_mantissa_q64(m, entry);
  return static_cast<std::uint64_t>((sum + 64) >> 7);
}

double ln(double x) {
  if (!(x > 0)) return x == 0 ? -infinity : std::numeric_limits<double>::quiet_NaN();
  if (x == infinity) return infinity;
  int exponent = -1023;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent -= 54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52);
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > sqrt2) {
    m *= 0.5;
    ++exponent;
  }
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  double p = 1.0 / 23;
  for (int k = 21; k >= 3; k -= 2) p = 1.0 / k + z * p;
  // f - s f is 2 s, with the rounding error of s weighed by f instead of 2.
  const double mantissa = f - s * (f - 2 * z * p);
  return exponent * ln2_high + (mantissa + exponent * ln2_low);
}

double exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return infinity;
  if (x < -745.2) return 0;
  const double scaled = x * log2_e;
  const int k = static_cast<int>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  const double r = (x - k * ln2_high) - k * ln2_low;
  double p = 1.0 / 14;
  for (int n = 13; n >= 3; --n) p = (1 + r * p) * (1.0 / n);
  const double e = 1 + (r + r * r * (0.5 * (1 + r * p)));
  // Two factors, because 2^1024 is no double, and a subnormal result must round only once.
  if (k > 1000) return e * power_of_two(k - 1000) * power_of_two(1000);
  if (k < -1000) return e * power_of_two(k + 1000) * power_of_two(-1000);
  return e * power_of_two(k);
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x == 0) return y > 0 ? 0 : infinity;
  if (y >= -16 && y <= 16) {
    const int whole = static_cast<int>(y);
    if (whole == y) {
      double power = 1;
      for (int i = whole < 0 ? -whole : whole; i > 0; --i) power *= x;
      return whole < 0 ? 1 / power : power;
    }
  }
  return exp(y * ln(x));
}

}  // namespace wavetank::sim
