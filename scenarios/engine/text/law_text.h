#pragma once
// The two ways in which a law's parameters carry units; law_text.cpp builds on them.

#include <string>
#include <string_view>

#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {

/// Seconds, to the nearest double: unlike a Duration it may be finer than a nanosecond.
Parsed<double> parse_seconds(std::string_view text);
std::string text_of_seconds(double s);

/// Bytes, to the nearest double.
Parsed<double> parse_byte_count(std::string_view text);
std::string text_of_byte_count(double bytes);

}  // namespace wavetank::engine
