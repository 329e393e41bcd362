#pragma once
// Shrinking: from a scenario that breaks something to one that has nothing left to take away and
// still breaks it.
//
// Faults go first, then loads, then rates, durations, windows and ratios get smaller, then settings
// go, and what is left of each fault and load; all of it again until nothing changes. Whole parts
// go by ddmin(), values by division. The result is 1-minimal: without any single fault, load or
// setting, or with any single value halved, the failure is gone. Draws belong to things, so what
// is taken away does not disturb the rest.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/engine/shrink/parts.h"

namespace wavetank::engine {

enum class Answer : std::uint8_t {
  fails,    ///< the same failure
  passes,   ///< none, or another one
  refused,  ///< no legal scenario: nothing was run
  stopped,  ///< nobody wants to know any more
};
using Oracle = std::function<Answer(const Node& scenario)>;

/// Parts of one kind, before and after.
struct ShrinkRow {
  std::string what;  ///< "faults", "loads", "settings", "details"
  std::size_t before = 0, after = 0;
  std::size_t runs = 0;
};

struct ShrinkResult {
  Node scenario;
  std::vector<ShrinkRow> rows;
  std::size_t divisions = 0;  ///< how often a value was made smaller
  std::size_t runs = 0;
  bool minimal = true;        ///< false where the search was stopped
};

/// Where a search stands.
struct ShrinkStep {
  const char* what = "";
  std::size_t left = 0;  ///< parts of this kind; 0 for values
  std::size_t runs = 0;
};

class Shrinker {
 public:
  /// `scenario` fails, as `oracle` would say. `runs_max` bounds the search.
  Shrinker(Node scenario, Oracle oracle, std::size_t runs_max,
           std::function<void(const ShrinkStep&)> tell);

  ShrinkResult run();

 private:
  using List = std::function<Paths(const Node&)>;

  bool fails(const Node& candidate);
  bool drop(ShrinkRow& row, const List& list);
  bool make_smaller();
  bool divide(const std::string& path);
  void tell(const char* what, std::size_t left);

  Oracle oracle_;
  std::size_t runs_max_;
  std::function<void(const ShrinkStep&)> tell_;
  std::map<std::string, bool> known_;  ///< by the candidate's text
  ShrinkResult result_;
};

/// `scenario` with what a search does not need: it is judged by this invariant alone, draws
/// nothing, and says in its title what it is.
Node only_breaks(Node scenario, const std::string& invariant);

}  // namespace wavetank::engine
