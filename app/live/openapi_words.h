#pragma once
// The words by which a draft recognises what a field, a page or a state is, and how it writes its
// own.

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace wavetank::app::openapi {

using Words = std::initializer_list<const char*>;

inline constexpr Words callback_words = {"callback", "webhook", "hook", "notify", "notification"};
inline constexpr Words key_words = {"reference",   "idempotency", "external", "client_id",
                                    "correlation", "request_id",  "dedup"};
inline constexpr Words version_words = {"version", "edition", "revision", "tag", "label"};
inline constexpr Words input_words = {"dataset", "entity", "input", "source",
                                      "subject", "table",  "path"};
inline constexpr Words priority_words = {"priority", "urgency", "importance", "class"};
inline constexpr Words bytes_words = {"bytes", "size"};
inline constexpr Words state_words = {"status", "state", "phase"};
inline constexpr Words change_words = {"revision", "version", "generation", "sequence"};
inline constexpr Words health_words = {"ready", "health", "live", "ping"};
inline constexpr Words begins_words = {"begin", "start", "prefix"};
inline constexpr Words total_words = {"total", "count", "total_count"};

struct KnownWords {
  const char* list;  ///< of `words` in a target
  Words words;
};
std::span<const KnownWords> known_states();

/// Whether a name contains one of the words, in either case; or is one.
bool says(const std::string& name, Words words);
bool is_one_of(const std::string& name, Words words);

std::string lower(std::string text);
std::string in_json(const std::string& text);
std::string list_of(const std::vector<std::string>& words);
/// A placeholder that nobody fills in, which says what belongs there.
std::string fill_in(const std::string& what);

}  // namespace wavetank::app::openapi
