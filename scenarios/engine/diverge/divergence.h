#pragma once
// Where two runs part: the first step that differs, found in bounded memory.
//
// Each side is played several times. Every time the steps in question are hashed with at most 4,096
// marks on the way; the stretch before the first mark that differs is in question next, until it is
// short enough to be kept in words.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wavetank::engine {

/// A run or a recording, which can be played from its start as often as is asked.
class Playable {
 public:
  /// Sees a step: its hash, and what it was in words, which costs something to ask. Answers false
  /// where it has seen enough.
  using See = std::function<bool(std::uint64_t hash, const std::function<std::string()>& words)>;

  virtual ~Playable() = default;
  virtual void play(const See& see) = 0;
};

struct Divergence {
  std::uint64_t step = 0;  ///< how many steps are the same in both
  std::vector<std::string> before;  ///< the last of those, in order
  std::optional<std::string> a, b;  ///< the step that differs; none where that side has ended
  std::vector<std::string> after_a, after_b;  ///< what follows it
};

struct StepComparison {
  std::uint64_t steps = 0;  ///< known to be the same: all of them, where nothing differs
  std::optional<Divergence> divergence;
};

/// `context`: how many steps before and after are told. `marks_max` is even, at least four. A side
/// that does not play the same twice is told as if it did.
StepComparison compare_steps(Playable& a, Playable& b, std::size_t context = 6,
                   std::size_t marks_max = 4096);

}  // namespace wavetank::engine
