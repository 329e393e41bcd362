#include "app/live/openapi_words.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace wavetank::app::openapi {

using nlohmann::json;

std::span<const KnownWords> known_states() {
  static const KnownWords all[] = {
      {"accepted", {"queued", "pending", "new", "accepted", "created", "submitted", "received"}},
      {"launched", {"scheduled", "planned", "launched", "starting", "assigned"}},
      {"running", {"running", "processing", "in_progress", "active", "working", "started"}},
      {"succeeded", {"done", "ready", "succeeded", "success", "completed", "complete", "finished"}},
      {"failed",
       {"failed", "failure", "error", "broken", "cancelled", "canceled", "aborted", "withdrawn",
        "rejected", "expired"}},
      {"dead_lettered", {"dead", "parked", "dead_lettered", "quarantined"}},
  };
  return all;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

bool says(const std::string& name, Words words) {
  const std::string small = lower(name);
  return std::any_of(words.begin(), words.end(), [&small](const char* word) {
    return small.find(word) != std::string::npos;
  });
}

bool is_one_of(const std::string& name, Words words) {
  return std::any_of(words.begin(), words.end(),
                     [&name](const char* word) { return lower(name) == word; });
}

std::string in_json(const std::string& text) { return json(text).dump(); }

std::string list_of(const std::vector<std::string>& words) { return json(words).dump(); }

std::string fill_in(const std::string& what) {
  std::string name = "{fill_in_";
  for (const char c : lower(what)) name += c >= 'a' && c <= 'z' ? c : '_';
  return name + "}";
}

}  // namespace wavetank::app::openapi
