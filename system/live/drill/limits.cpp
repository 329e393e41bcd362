#include "system/live/drill/limits.h"

#include <cstdio>

namespace wavetank::live {
namespace {

std::string plain(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

}  // namespace

std::vector<std::string> over_limits(const DrillSize& size, const LimitsTarget& limits) {
  std::vector<std::string> over;
  const auto check = [&over](double wanted, double most, const std::string& what,
                             const std::string& unit, const std::string& name) {
    if (most <= 0 || wanted <= most) return;
    over.push_back(what + ' ' + plain(wanted) + unit + ", limits." + name + " is " + plain(most) +
                   unit);
  };
  const auto whole = [](std::int64_t n) { return static_cast<double>(n); };
  check(size.rate.per_s, limits.max_rate.per_s, "the load may reach", "/s", "max_rate");
  check(whole(size.in_flight), whole(limits.max_in_flight), "requests under way may be", "",
        "max_in_flight");
  check(whole(size.bytes.count), whole(limits.max_bytes.count), "the run may create", " bytes",
        "max_bytes");
  check(seconds(size.duration), seconds(limits.max_duration), "the run may take", " s",
        "max_duration");
  check(whole(size.targets), whole(limits.max_targets), "nodes and links that faults touch are", "",
        "max_targets");
  return over;
}

}  // namespace wavetank::live
