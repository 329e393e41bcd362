#include "scenarios/engine/expectations.h"

#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr const char* verdict_names[] = {"recovers", "stuck"};

}  // namespace

void ThresholdText::describe(Fields& f) {
  f.field("expr", expr, {.help = "Such as api.latency{priority=P0} p(99) < 250ms.",
                         .required = true});
  f.field("window", window,
          {.help = "It must hold in every window of this length; 0 is the whole run."});
  f.field("abort", abort, {.help = "The run stops as soon as it fails."});
}

void ExpectedRecovery::describe(Fields& f) {
  f.field("expected", verdict, verdict_names,
          {.help = "Whether it recovers by itself, or is stuck: then that is what must happen."});
  f.field("within", within,
          {.help = "From a fault's end; later is slow. 0 is by the end of settle."});
  f.field("tolerance", tolerance,
          {.help = "How far from the level before the fault is back to normal."});
  f.field("hold", hold, {.help = "How long it must stay there.", .min = 1e-3});
}

Expectations::Expectations() {
  for (const InvariantType& type : invariant_types()) invariants.emplace_back(type.name);
}

void Expectations::describe(Fields& f) {
  f.items("thresholds", thresholds,
          {.help = "What metrics must satisfy: texts, or objects with expr, window and abort."});
  f.field("invariants", invariants, {.help = "What must hold in every run; left out, all."});
  f.field("violates", violates,
          {.help = "What this run must break, and nothing else: invariants, thresholds as they are "
                   "written above, or recovery."});
  f.field("sometimes", sometimes,
          {.help = "Events that must happen in some run: each run counts them, and a sweep that "
                   "never comes to one fails."});
  f.section("recovery", recovery,
            {.help = "How it must come back after each fault: an object, or \"stuck\"."});
}

}  // namespace wavetank::engine
