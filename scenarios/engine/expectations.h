#pragma once
// What a scenario expects of its run: thresholds, invariants, violations and recovery.

#include <cstdint>
#include <string>
#include <vector>

#include "system/base/fields.h"

namespace wavetank::engine {

/// `"expr"`, or an object where there is more to say.
struct ThresholdText {
  std::string expr;
  Duration window{};  ///< 0: the whole run
  bool abort = false;

  void describe(Fields& f);
};

/// `"stuck"`, or an object.
struct ExpectedRecovery {
  enum class Verdict : std::uint8_t { recovers, stuck };
  Verdict verdict = Verdict::recovers;
  Duration within{};  ///< 0: by the end of settle
  Ratio tolerance{0.1};
  Duration hold = whole_seconds(30);
  bool stated = false;  ///< the scenario says something of recovery

  void describe(Fields& f);
};

struct Expectations {
  std::vector<ThresholdText> thresholds;
  std::vector<std::string> invariants;  ///< all of them unless stated
  std::vector<std::string> violates;
  std::vector<std::string> sometimes;  ///< events that some runs must come to
  ExpectedRecovery recovery;

  Expectations();
  void describe(Fields& f);
};

}  // namespace wavetank::engine
