#pragma once
// A canary is a planted bug: the pipeline with one service swapped for a broken twin. It names the
// invariant that must catch it. An invariant without a canary is not trusted.

#include <memory>
#include <string>

#include "scenarios/engine/run_report.h"
#include "system/blueprints/pipeline.h"

namespace wavetank::canaries {

using Make = std::unique_ptr<service::Blueprint> (*)();

template <class Twin>
std::unique_ptr<service::Blueprint> make() {
  return std::make_unique<Twin>();
}

/// Runs a hundred small jobs, polled and read, on the platform that `make` wires.
engine::RunReport run(Make make);

/// holds, broken or undecided.
std::string verdict_of(const engine::RunReport& report, const std::string& invariant);

/// Checks that the invariant catches the twin, and that the honest pipeline keeps it.
void check_caught(Make twin, const std::string& invariant);

}  // namespace wavetank::canaries
