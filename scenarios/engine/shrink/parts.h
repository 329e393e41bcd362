#pragma once
// What a scenario is made of, for a search that takes parts of it away: faults, loads, settings,
// and values that can be made smaller. Parts are named by paths, as --set does.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/text/node.h"

namespace wavetank::engine {

using Paths = std::vector<std::string>;

/// "faults.0", "faults.1": the entries of a list of the scenario.
Paths entries_of(const Node& root, std::string_view list);
/// Every value below `system` but the blueprint, and those beside it that have a default.
Paths settings_of(const Node& root);
/// What single faults and loads say beyond what they must.
Paths details_of(const Node& root);
/// Rates and durations of loads, windows and ratios of faults.
Paths values_of(const Node& root);

/// The tree without what stands at these paths, nor what is then empty. They must be in document
/// order.
Node without(Node root, std::span<const std::string> paths);

/// Gives each fault that has no name its place as a name: its draws are then the same wherever it
/// stands.
void name_faults(Node& root);

/// The value divided by `by`, in two figures; none where it is no quantity, or not smaller.
std::optional<Node> divided(const Node& value, double by);

}  // namespace wavetank::engine
