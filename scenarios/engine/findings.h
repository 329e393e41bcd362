#pragma once
// What failed, in words: since when, what caused it, what it endangers, where to look first, and
// which setting protects against it.
//
// A cause is the root of a causal chain, where there is one. Otherwise the finding says "during
// cache_outage", which is a coincidence in time and claims no more.

#include <string>
#include <string_view>

#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

/// Appends a finding for each broken invariant, falsely trusted outputs, each fault that the run
/// does not recover from in time, and each failed threshold, in this order. The report must hold
/// the results of all of them, faults, and the chain.
void add_findings(RunReport& report);

/// One line: "effect_once broken 37x since 08:32: e88/v17 ...; cause ...; protects: ...".
std::string sentence(const Finding& finding);

/// A moment of a run: "08:32" where the run lasts two hours or more, else "2m05s".
std::string moment_words(double at_s, double run_s);

/// The metric that a threshold expression is about: "api.latency" of "api.latency{...} p(99) < 1s".
std::string_view metric_of(std::string_view expression);

}  // namespace wavetank::engine
