#pragma once
// What the load leaves at a platform that is not ours, as its target describes it: rows, objects
// and whatever a page of its lists. All of it is found by the run's id, which is tried first: where
// a description finds anything of a run that never was, it does not depend on the id, and nothing
// is counted or removed by it.

#include <string>
#include <string_view>
#include <vector>

#include "system/live/drill/belongings.h"

namespace wavetank::live {

/// No run is called so.
inline constexpr const char* no_run_at_all = "r00000000-000000-0000";

/// How many there are, one for each of the target's belongings, in its order.
std::vector<Belongings> count_attached(const Target& target, const std::string& run);
/// Removes them in that order; `count` is how many there were.
std::vector<Belongings> remove_attached(const Target& target, const std::string& run);

/// Whether `key` is one that `pattern` means: * is any part of one name, a / at the end all below.
bool key_matches(std::string_view pattern, std::string_view key);

}  // namespace wavetank::live
