#pragma once
// The units of every quantity, for its parser and its printer. Largest first: of equally short
// texts the one with the larger unit is printed.

#include <cstdint>
#include <span>
#include <string_view>

namespace wavetank::engine {

struct Unit {
  const char* name;
  std::int64_t scale;  ///< in the base unit
};

inline constexpr Unit duration_units[] = {{"h", 3'600'000'000'000}, {"m", 60'000'000'000},
                                          {"s", 1'000'000'000},     {"ms", 1'000'000},
                                          {"us", 1'000},            {"ns", 1}};
inline constexpr Unit size_units[] = {
    {"PiB", std::int64_t{1} << 50}, {"PB", 1'000'000'000'000'000}, {"TiB", std::int64_t{1} << 40},
    {"TB", 1'000'000'000'000},      {"GiB", 1 << 30},              {"GB", 1'000'000'000},
    {"MiB", 1 << 20},               {"MB", 1'000'000},             {"KiB", 1 << 10},
    {"kB", 1'000},                  {"B", 1}};
/// In bytes: a single bit a second is not a whole number of them.
inline constexpr Unit bit_units[] = {{"Tbit", 125'000'000'000}, {"Gbit", 125'000'000},
                                     {"Mbit", 125'000},         {"kbit", 125}};
inline constexpr Unit count_units[] = {{"G", 1'000'000'000}, {"M", 1'000'000}, {"k", 1'000},
                                       {"", 1}};
inline constexpr Unit rate_units[] = {{"s", 1}, {"m", 60}, {"h", 3'600}};

/// Powers of ten a second, which a decimal number is shifted by.
struct DecimalUnit {
  const char* name;
  int shift;
};
inline constexpr DecimalUnit second_units[] = {{"s", 0}, {"ms", 3}, {"us", 6}, {"ns", 9}};

inline const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (name == unit.name) return &unit;
  }
  return nullptr;
}

}  // namespace wavetank::engine
