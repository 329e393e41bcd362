#pragma once
// One sentence for each kind of event, with units.

#include <string>

#include "scenarios/engine/chain/names.h"
#include "system/base/units.h"

namespace wavetank::engine {

/// Three digits at most, so that people can read it: "88ms", "4.2s", "12m05s", "2h03m".
std::string duration_words(Duration d);
/// Decimal units: "4.0 GB".
std::string bytes_words(Bytes b);

/// "2 tasks", "1 task".
std::string count_words(std::int64_t n, const char* one, const char* many);

/// What happened, as a clause: "a task spilled 4.0 GB in 3 runs (2.0 GB in)".
std::string describe(const Event& event, const Names& names = {});

/// What the event is about: an output, else a node, else nothing.
std::string subject_of(const Event& event, const Names& names);

}  // namespace wavetank::engine
