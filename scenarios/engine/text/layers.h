#pragma once
// A scenario as its layers make it: included files, then the scenario, then `--set path=value`.
//
// `include` is a list of files, relative to the file that names them. Objects merge, everything
// else (lists too) is replaced; a later include wins over an earlier one, the scenario over both.
// The result no longer holds `include`, nor `$schema`, which editors use. Every value keeps the
// place where it was written, so that a report can say where a setting came from.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/text/node.h"

namespace wavetank::engine {

/// Where documents come from; problems about one name it as `path`.
using ReadText =
    std::function<std::optional<std::string>(const std::string& path, Problems& problems)>;

/// Files on disk, paths relative to the working directory.
ReadText read_from_disk();

/// How the user names the option that overrides come from, and what could follow it.
struct OverrideOption {
  const char* name = "--set";
  const char* example = "system.api.replicas=4";
};

/// The tree of all layers. None where the scenario itself has no tree; otherwise reading goes on,
/// so that the caller must ask `problems`, too.
std::optional<Node> load(const std::string& path, const std::vector<std::string>& overrides,
                         Problems& problems, const ReadText& read = read_from_disk(),
                         const OverrideOption& option = {});

/// The same for a text in memory; `name` is how messages and includes see it.
std::optional<Node> load_text(std::string_view text, const std::string& name,
                              const std::vector<std::string>& overrides, Problems& problems,
                              const ReadText& read = read_from_disk(),
                              const OverrideOption& option = {});

/// Lays `upper` over `lower`.
Node merged(Node lower, Node upper);

/// Applies one `path=value`. Path: keys and list indexes with dots between. Value: JSON if it is,
/// else text. Objects on the way are made; list elements are not.
void set_path(Node& root, std::string_view assignment, Problems& problems,
              const OverrideOption& option = {});

}  // namespace wavetank::engine
