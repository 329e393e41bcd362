#include "reports/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace wavetank::reports {
namespace {

struct Scale {
  double from;
  double factor;
  const char* unit;
};

constexpr Scale seconds[] = {{60, 1.0 / 60, "min"}, {1, 1, "s"}, {1e-3, 1e3, "ms"},
                             {1e-6, 1e6, "us"}, {0, 1e9, "ns"}};
constexpr Scale bytes[] = {{1e12, 1e-12, "TB"}, {1e9, 1e-9, "GB"}, {1e6, 1e-6, "MB"},
                           {1e3, 1e-3, "kB"}, {0, 1, "B"}};
constexpr Scale numbers[] = {{1e9, 1e-9, "G"}, {1e6, 1e-6, "M"}, {0, 1, ""}};

template <std::size_t n>
const Scale& scale_for(const Scale (&scales)[n], double like) {
  for (const Scale& one : scales) {
    if (like >= one.from) return one;
  }
  return scales[n - 1];
}

std::string with_places(double value, int places) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f", places, value);
  return text.data();
}

}  // namespace

Figures::Figures(std::string_view unit, double like) {
  like = std::isfinite(like) ? std::abs(like) : 0;
  Scale scale{0, 1, ""};
  if (unit == "s") {
    scale = like == 0 ? Scale{0, 1, "s"} : scale_for(seconds, like);
  } else if (unit == "bytes") {
    scale = scale_for(bytes, like);
  } else if (unit == "ratio") {
    scale = {0, 100, "%"};
  } else {
    scale = scale_for(numbers, like);
  }
  factor_ = scale.factor;
  unit_ = scale.unit;
  const double shown = like * factor_;
  places_ = shown >= 1000 ? 0 : shown >= 100 ? 1 : shown >= 10 ? 2 : 3;
}

Figures& Figures::resolving(double fine) {
  double shown = std::isfinite(fine) ? std::abs(fine) * factor_ : 0;
  for (int places = 0; places <= 6 && shown > 0 && shown < 10; ++places, shown *= 10) {
    places_ = std::max(places_, places + 1);
  }
  places_ = std::min(places_, 6);
  return *this;
}

std::string Figures::number(double value) const { return with_places(value * factor_, places_); }

std::string Figures::with_unit(double value) const {
  return number(value) + (unit_.empty() ? "" : " " + unit_);
}

std::string relative_text(double share) {
  if (!std::isfinite(share)) return "-";
  const double percent = share * 100;
  return with_places(percent, percent >= 10 ? 0 : percent >= 0.095 || percent == 0 ? 1 : 2) + " %";
}

}  // namespace wavetank::reports
