#pragma once
// What a run has created, all of which carries its id: on our own pipeline rows, keys and objects,
// elsewhere what the target describes. Records in topics are not among them: they cannot be removed
// one by one, and age out.

#include <string>
#include <vector>

#include "system/live/drill/trouble.h"
#include "system/live/target.h"

namespace wavetank::live {

struct Belongings {
  std::string what;        ///< "rows in database wavetank"
  std::int64_t count = 0;
  Trouble trouble{};       ///< why they could not be counted or removed
};

/// Empty where a platform that is not ours describes none.
std::vector<Belongings> count_belongings(const Target& target, const std::string& run);
/// Removes them; `count` is how many there were. Nothing without the run's id is touched.
std::vector<Belongings> remove_belongings(const Target& target, const std::string& run);

}  // namespace wavetank::live
