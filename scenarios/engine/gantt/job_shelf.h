#pragma once
// The few jobs that a report shows: so many for each reason to look at one, the most telling first.
//
// A job stands under the first reason that has room for it or where it outranks another; the one
// that it displaces is offered to the reasons behind. So at most most_jobs are held.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scenarios/engine/gantt/job_life.h"

namespace wavetank::engine {

/// In the order in which they are tried and shown.
enum class ShownFor : std::uint8_t {
  late,        ///< succeeded past its window: the latest
  failed,      ///< or dead-lettered: the first
  unfinished,  ///< at the end of the run: the oldest
  relaunched,  ///< the longest
  spilled,     ///< the most bytes
  hot,         ///< the largest hot partition
  longest,
  ordinary,  ///< none of the above: a sample that is the same in each run
};
inline constexpr std::array<std::size_t, 8> shown_for_each = {4, 3, 2, 2, 2, 1, 2, 2};
inline constexpr std::size_t most_jobs = 18;

class JobShelf {
 public:
  struct Place {
    std::int64_t score = 0;
    JobLife life;
  };

  /// Takes `life` if it is among the most telling so far; else it is left alone. `now` ends the age
  /// of an unfinished one.
  void offer(JobLife& life, Time now);
  /// Whether offer() would take it.
  bool wants(const JobLife& life, Time now) const;

  const std::vector<Place>& shown_for(ShownFor reason) const {
    return places_[static_cast<std::size_t>(reason)];
  }
  std::size_t size() const;

 private:
  std::array<std::vector<Place>, shown_for_each.size()> places_;
};

}  // namespace wavetank::engine
