#include "scenarios/engine/text/decimal.h"

#include <array>
#include <charconv>
#include <limits>

#include "system/base/wide.h"

namespace wavetank::engine {
namespace {

constexpr std::size_t digits_max = 40;
constexpr int exponent_max = 400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes e[+-]digits, if it is there, and answers its value; none where it is out of reason.
std::optional<int> take_exponent(std::string_view& text) {
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return 0;
  std::size_t i = 1;
  const bool negative = text.size() > 1 && text[1] == '-';
  if (text.size() > 1 && (text[1] == '-' || text[1] == '+')) ++i;
  if (i == text.size() || !is_digit(text[i])) return 0;
  int value = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    value = value * 10 + (text[i] - '0');
    if (value > exponent_max) return std::nullopt;
  }
  text.remove_prefix(i);
  return negative ? -value : value;
}

void trim(Decimal& decimal) {
  const std::size_t first = decimal.digits.find_first_not_of('0');
  decimal.digits.erase(0, first);  // npos erases all: the number is zero
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  if (decimal.digits.empty()) decimal = {};
}

}  // namespace

std::optional<Decimal> take_decimal(std::string_view& text) {
  std::string_view rest = text;
  Decimal out;
  if (!rest.empty() && rest[0] == '-') {
    out.negative = true;
    rest.remove_prefix(1);
  }
  if (rest.empty() || !is_digit(rest[0])) return std::nullopt;
  std::size_t i = 0;
  while (i < rest.size() && is_digit(rest[i])) ++i;
  std::size_t fraction = 0;
  if (i + 1 < rest.size() && rest[i] == '.' && is_digit(rest[i + 1])) {
    while (i + 1 + fraction < rest.size() && is_digit(rest[i + 1 + fraction])) ++fraction;
  }
  constexpr std::size_t text_max = 1000;
  if (i + fraction > text_max) return std::nullopt;
  out.digits = rest.substr(0, i);
  if (fraction > 0) out.digits += rest.substr(i + 1, fraction);
  rest.remove_prefix(i + (fraction > 0 ? fraction + 1 : 0));
  const auto exponent = take_exponent(rest);
  if (!exponent) return std::nullopt;
  out.exponent = *exponent - static_cast<int>(fraction);
  trim(out);
  if (out.digits.size() > digits_max) return std::nullopt;
  text = rest;
  return out;
}

Whole whole_of(const Decimal& decimal, std::int64_t scale) {
  constexpr std::size_t exact_digits_max = 22;  // times 2^50 that still fits in 128 bits
  if (decimal.digits.size() > exact_digits_max) {
    const bool huge = decimal.exponent >= 0;
    return {0, huge ? Exactness::overflow : Exactness::fraction};
  }
  Uint128 value = 0;
  for (const char c : decimal.digits) value = value * 10 + static_cast<unsigned>(c - '0');
  value *= static_cast<Uint128>(scale);
  for (int e = decimal.exponent; e < 0 && value != 0; ++e) {
    if (value % 10 != 0) return {0, Exactness::fraction};
    value /= 10;
  }
  const auto most = static_cast<Uint128>(std::numeric_limits<std::int64_t>::max());
  const Uint128 limit = decimal.negative ? most + 1 : most;
  for (int e = decimal.exponent; e > 0 && value != 0 && value <= limit; --e) value *= 10;
  if (value > limit) return {0, Exactness::overflow};
  const auto low = static_cast<std::uint64_t>(value);
  return {static_cast<std::int64_t>(decimal.negative ? ~low + 1 : low), Exactness::exact};
}

std::optional<double> double_of(const Decimal& decimal, int shift) {
  if (decimal.digits.empty()) return 0.0;
  const std::string text =
      decimal.digits + 'e' + std::to_string(decimal.exponent + shift);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value > std::numeric_limits<double>::max() || value == 0) return std::nullopt;
  return decimal.negative ? -value : value;
}

Decimal decimal_of(double value) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto decimal = take_decimal(text);
  return decimal && error == std::errc{} ? *decimal : Decimal{};
}

std::string text_of(const Decimal& decimal, int shift) {
  if (decimal.digits.empty()) return "0";
  const int length = static_cast<int>(decimal.digits.size());
  const int point = length + decimal.exponent + shift;  // digits before the decimal point
  std::string out = decimal.negative ? "-" : "";
  constexpr int places_max = 21;
  if (point > places_max || point < length - places_max) {
    out += decimal.digits[0];
    if (length > 1) out += '.' + decimal.digits.substr(1);
    return out + 'e' + std::to_string(point - 1);
  }
  if (point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') +
                         decimal.digits;
  if (point >= length) {
    return out + decimal.digits + std::string(static_cast<std::size_t>(point - length), '0');
  }
  const auto cut = static_cast<std::size_t>(point);
  return out + decimal.digits.substr(0, cut) + '.' + decimal.digits.substr(cut);
}

}  // namespace wavetank::engine
