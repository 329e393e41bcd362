#include <array>
#include <cstdio>

#include "scenarios/engine/metrics/metric_registry.h"

namespace wavetank::engine {
namespace {

/// Three digits that count: 8.81, 88.1, 881, and no zeros behind the point.
std::string digits(double value) {
  const double size = value < 0 ? -value : value;
  const int places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", places, value);
  std::string text = buffer.data();
  if (places == 0) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

/// A whole number with its thousands apart.
std::string grouped(double value) {
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.0f", value);
  std::string text = buffer.data();
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string two_parts(long long large, const char* large_unit, long long small,
                      const char* small_unit) {
  std::string text = std::to_string(large) + large_unit;
  return small == 0 ? text : text + ' ' + std::to_string(small) + small_unit;
}

std::string duration(double s) {
  if (s < 0) return "-" + duration(-s);
  if (s == 0) return "0 s";
  if (s < 0.9995e-6) return digits(s * 1e9) + " ns";
  if (s < 0.9995e-3) return digits(s * 1e6) + " us";
  if (s < 0.9995) return digits(s * 1e3) + " ms";
  if (s < 99.95) return digits(s) + " s";
  if (s > 9e15) return digits(s / 3600) + " h";
  const auto whole = static_cast<long long>(s + 0.5);
  if (whole < 3600) return two_parts(whole / 60, "m", whole % 60, "s");
  return two_parts(whole / 3600, "h", whole / 60 % 60, "m");
}

std::string size(double bytes) {
  static constexpr const char* units[] = {" B", " kB", " MB", " GB", " TB", " PB", " EB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < std::size(units)) {
    bytes /= 1000;
    ++unit;
  }
  return digits(bytes) + units[unit];
}

/// A share with as many places as it takes to tell 99.97 % from 100 %.
std::string percentage(double share) {
  const double percent = share * 100;
  if (percent >= 99.9 && percent < 100) {
    std::array<char, 64> buffer{};
    const int places = percent < 99.995 ? 2 : 4;
    std::snprintf(buffer.data(), buffer.size(), "%.*f", places, percent);
    if (buffer[0] == '1') return "99.9999 %";
    return std::string(buffer.data()) + " %";
  }
  if (percent >= 99 && percent < 99.9) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.1f", percent);
    return std::string(buffer.data()) + " %";
  }
  return digits(percent) + " %";
}

}  // namespace

std::string human(MetricUnit unit, double value) {
  switch (unit) {
    case MetricUnit::seconds: return duration(value);
    case MetricUnit::bytes: return size(value);
    case MetricUnit::multiple: return digits(value) + 'x';
    case MetricUnit::share: return percentage(value);
    case MetricUnit::number: break;
  }
  const double size = value < 0 ? -value : value;
  return size >= 100 || value == static_cast<double>(static_cast<long long>(value))
             ? grouped(value)
             : digits(value);
}

}  // namespace wavetank::engine
