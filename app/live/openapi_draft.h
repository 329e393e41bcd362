#pragma once
// Drafts a target from an OpenAPI 3 document: the operation that looks most like one that takes in
// work and calls back. What a document cannot tell is left as a placeholder {fill_in...}, which
// attach --check then names.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace wavetank::app {

/// The text of a target file, with comments. `source` is where the document came from: where it
/// names no server, one that was fetched is asked there. None, with `why`, where no operation takes
/// in work.
std::optional<std::string> draft_target(const nlohmann::json& document, const std::string& source,
                                        std::string& why);

}  // namespace wavetank::app
