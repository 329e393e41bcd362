#pragma once
// Makes the thread sanitizer see threads and locks of C11; nothing in any other build.

namespace wavetank::live {

/// Called by what links librdkafka, so that the linker takes the definitions along.
void see_c11_threads();

}  // namespace wavetank::live
