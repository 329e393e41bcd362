#include "system/live/redis_keys.h"

#include <set>
#include <string_view>

namespace wavetank::live {
namespace {

constexpr Duration patience = whole_seconds(10);
constexpr const char* batch = "500";

/// The pattern of SCAN that matches exactly what starts with `prefix`.
std::string pattern_of(const std::string& prefix) {
  std::string pattern;
  for (const char c : prefix) {
    if (std::string_view("*?[]\\^-").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "*";
}

void need_run(const std::string& run) {
  if (!run.empty()) return;
  throw RedisError(Failure::invalid,
                   "keys are counted and deleted by their run, and none was named", false);
}

}  // namespace

std::string key_prefix(const CacheTarget& target, const std::string& run) {
  return target.prefix + run + ":";
}

std::string key_of(const std::string& prefix, CacheKey key) {
  const char* kind = key.kind == Cached::status ? "status:" : "output:";
  return prefix + kind + std::to_string(key.output.value);
}

void scan_keys(RedisSession& session, const std::string& prefix,
               const std::function<void(const std::vector<std::string>& keys)>& each) {
  const std::string pattern = pattern_of(prefix);
  std::string cursor = "0";
  do {
    const RedisAnswer page =
        session.ask({"SCAN", cursor, "MATCH", pattern, "COUNT", batch}, patience);
    if (page.items.size() != 2) {
      throw RedisError(Failure::invalid, "the cache answers SCAN in another shape", true);
    }
    std::vector<std::string> keys;
    for (const RedisAnswer& key : page.items[1].items) keys.push_back(key.text);
    if (!keys.empty()) each(keys);
    cursor = page.items[0].text;
  } while (cursor != "0");
}

std::int64_t unlink_keys(RedisSession& session, const std::string& prefix) {
  std::int64_t gone = 0;
  scan_keys(session, prefix, [&](const std::vector<std::string>& keys) {
    std::vector<std::string> words{"UNLINK"};
    words.insert(words.end(), keys.begin(), keys.end());
    gone += session.ask(words, patience).number;
  });
  return gone;
}

std::int64_t count_keys(const Target& target, const std::string& run) {
  need_run(run);
  RedisSession session(target.cache);
  std::set<std::string> all;
  scan_keys(session, key_prefix(target.cache, run),
            [&](const std::vector<std::string>& keys) { all.insert(keys.begin(), keys.end()); });
  return static_cast<std::int64_t>(all.size());
}

std::int64_t delete_keys(const Target& target, const std::string& run) {
  need_run(run);
  RedisSession session(target.cache);
  return unlink_keys(session, key_prefix(target.cache, run));
}

}  // namespace wavetank::live
