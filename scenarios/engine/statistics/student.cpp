#include "scenarios/engine/statistics/student.h"

#include "system/base/check.h"

namespace wavetank::engine {
namespace {

// From the closed form of the distribution function for whole degrees, inverted by bisection.
constexpr double table[] = {
    12.70620474, 4.30265273, 3.18244631, 2.77644511, 2.57058184, 2.44691185,
    2.36462425, 2.30600414, 2.26215716, 2.22813885, 2.20098516, 2.17881283,
    2.16036866, 2.14478669, 2.13144955, 2.11990530, 2.10981558, 2.10092204,
    2.09302405, 2.08596345, 2.07961384, 2.07387307, 2.06865761, 2.06389856,
    2.05953855, 2.05552944, 2.05183052, 2.04840714, 2.04522964, 2.04227246,
};
constexpr std::uint64_t table_size = sizeof(table) / sizeof(table[0]);

}  // namespace

double student_quantile(std::uint64_t degrees) {
  WAVETANK_CHECK(degrees > 0, "an interval needs two values");
  if (degrees <= table_size) return table[degrees - 1];
  constexpr double z = 1.959963984540054;  // the normal quantile
  constexpr double z2 = z * z;
  const double v = static_cast<double>(degrees);
  const double g1 = z * (z2 + 1) / 4;
  const double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

}  // namespace wavetank::engine
