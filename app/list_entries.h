#pragma once
// What `wavetank list` can list, as plain rows.

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wavetank::app {

struct Entry {
  std::string name;
  std::string help;
  /// What else is known, in order: {"unit", "duration"}. Empty values are left out.
  std::vector<std::pair<const char*, std::string>> facts;
  std::string snippet;  ///< to paste into a scenario
};

/// "faults", "scenarios" ...
const std::vector<std::string>& lists();

/// The rows of one of lists(). `folder`: where scenarios are looked for.
std::vector<Entry> entries_of(const std::string& list, const std::string& folder);

/// Those that say `word` anywhere, in any case. An empty word is said by all.
std::vector<Entry> matching(std::vector<Entry> entries, const std::string& word);

/// For people, in 80 columns; snippets are never cut.
std::string text_of(const std::vector<Entry>& entries);
/// For programs: a list of objects.
std::string json_of(const std::vector<Entry>& entries);

}  // namespace wavetank::app
