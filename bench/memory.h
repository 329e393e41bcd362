#pragma once
// What the process holds, as Linux and glibc know it. Nothing is hooked, so asking is all that it
// costs.

#include <cstddef>

namespace wavetank::bench {

/// Bytes that were allocated and not freed.
std::size_t live_heap();

/// The most resident memory, in bytes, since forget_peak_rss(); where the kernel does not let a
/// process forget, since the process began. 0 where the kernel does not tell.
std::size_t peak_rss();

/// First returns free memory to the system.
void forget_peak_rss();

}  // namespace wavetank::bench
