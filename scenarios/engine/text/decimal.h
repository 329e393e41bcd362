#pragma once
// A decimal number exactly as written, so that "1.5s" becomes 1500000000 ns without a double on the
// way, and "30%" becomes the double nearest to 0.3.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wavetank::engine {

/// digits * 10^exponent. Digits carry no zero at either end; zero has none at all.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

/// Takes a number ([-]1[.5][e3], at most 40 digits that count) off the front of `text`; nothing is
/// taken where there is none.
std::optional<Decimal> take_decimal(std::string_view& text);

enum class Exactness : std::uint8_t { exact, fraction, overflow };

/// value * scale as an integer, if it is one and fits. `scale` is at most 2^50.
struct Whole {
  std::int64_t value = 0;
  Exactness exactness = Exactness::exact;
};
Whole whole_of(const Decimal& decimal, std::int64_t scale);

/// The double nearest to value * 10^shift; none where it would be infinite or lost.
std::optional<double> double_of(const Decimal& decimal, int shift);

/// The shortest decimal that reads back as `value`, which must be finite.
Decimal decimal_of(double value);

/// value * 10^shift in digits; with an exponent only where more than 21 digits were needed.
std::string text_of(const Decimal& decimal, int shift);

}  // namespace wavetank::engine
