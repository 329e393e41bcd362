#pragma once
// A causal chain in words and as a picture.

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

/// One link: when, about what, and what happened.
struct ChainLine {
  std::string moment, entity, what;
};

/// The links of these ids that the report knows, root first.
std::vector<ChainLine> chain_lines(const engine::RunReport& report,
                                   const std::vector<std::uint64_t>& chain);

/// The chain as a Mermaid flow chart in a fenced block, which GitHub and GitLab draw.
std::string mermaid(const engine::RunReport& report, const std::vector<std::uint64_t>& chain);

}  // namespace wavetank::reports
