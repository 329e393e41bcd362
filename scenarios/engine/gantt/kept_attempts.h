#pragma once
// The task attempts of one job that are worth drawing, and how many there were.
//
// At most `most` are held, whatever the job's size: those that were noted (failed, spilled, copied
// or a copy) before the others, of each the longest. So that neither half of a job is missing, the
// first stage and those behind it are each sure of `share`. What is held depends on no order of
// arrival.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "system/base/ids.h"
#include "system/base/time.h"

namespace wavetank::engine {

/// One attempt of one task, from the grant of its slot to its end.
struct TaskAttempt {
  static constexpr std::uint8_t running = 0xff;

  Time from{}, to{};
  JobId job{};
  NodeId node{};
  std::uint32_t partition = 0;
  std::uint16_t stage = 0;
  std::uint16_t attempt = 0;  ///< 0 for the first
  std::uint8_t outcome = 0;   ///< 0 ok, 1 + Failure, or running
  bool noted = false;

  Duration lasted() const { return to - from; }
};

class KeptAttempts {
 public:
  static constexpr std::size_t most = 400;
  static constexpr std::size_t share = 150;

  void add(const TaskAttempt& attempt);
  /// Forgets everything; a large buffer is given back.
  void clear();

  /// How many were added, kept or not.
  std::uint64_t seen() const { return seen_; }
  std::size_t size() const { return held_[0].size() + held_[1].size(); }
  /// By start, then by job, stage, partition and attempt.
  std::vector<TaskAttempt> in_order() const;

 private:
  void admit(const TaskAttempt& attempt);
  Duration floor(std::size_t half) const;

  /// Of the first stage, and of those behind it. Once full, heaps with the least at their front.
  std::array<std::vector<TaskAttempt>, 2> held_;
  std::uint64_t seen_ = 0;
  std::array<Duration, 2> floors_{};  ///< what was not noted and lasted less is not held
};

}  // namespace wavetank::engine
