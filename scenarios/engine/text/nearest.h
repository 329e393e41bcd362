#pragma once
// "Did you mean": the known name nearest to a misspelt one.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::engine {

/// Edits between two words: insert, delete, replace, or swap of two neighbours (Damerau, CACM'64,
/// in the restricted form that edits no place twice). Case, '_' and '-' cost nothing. Stops
/// counting beyond `limit` and then answers limit + 1.
std::size_t edits_between(std::string_view a, std::string_view b, std::size_t limit);

/// The name that is nearest and close enough to be meant: at most a third of its letters differ
/// (one in a short name). Of equally near ones, the first.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& names);
std::optional<std::string> nearest(std::string_view word, std::span<const char* const> names);

/// A hint sentence: `Did you mean "ratio"?` or, where nothing is near, `Known <plural>: a, b, c.`
std::string nearest_hint(std::string_view word, const std::vector<std::string>& names,
                         const char* plural);

}  // namespace wavetank::engine
