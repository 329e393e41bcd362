#pragma once
// How many connections a load may need at once.

#include <cstddef>
#include <cstdint>

namespace wavetank::live {

/// For so many requests under way, and some looks besides: one that waited in our own line would be
/// late without a sign of it. Lets this process open as many files, where it may.
std::size_t connections_for(std::int64_t in_flight);

}  // namespace wavetank::live
