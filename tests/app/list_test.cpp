#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "app/list_entries.h"
#include "reports/words.h"
#include "scenarios/engine/metrics/threshold.h"
#include "scenarios/engine/text/document.h"
#include "tests/support/program.h"

namespace wavetank::app {
namespace {

std::vector<Entry> listed(const std::string& list) {
  return entries_of(list, std::string(WAVETANK_SOURCE_DIR) + "/scenarios");
}

const Entry* find(const std::vector<Entry>& entries, const std::string& name) {
  for (const Entry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::string fact(const Entry& entry, const std::string& name) {
  for (const auto& [key, value] : entry.facts) {
    if (name == key) return value;
  }
  return "";
}

TEST_CASE("every list has something to say, with help and something to paste") {
  for (const std::string& list : lists()) {
    const std::vector<Entry> entries = listed(list);
    CHECK_FALSE(entries.empty());
    for (const Entry& entry : entries) {
      INFO(list << ": " << entry.name);
      CHECK_FALSE(entry.name.empty());
      CHECK_FALSE(entry.help.empty());
      CHECK_FALSE(entry.snippet.empty());
    }
  }
}

TEST_CASE("lists fit 80 columns, save commands that are there to be pasted") {
  for (const std::string& list : lists()) {
    std::istringstream lines(text_of(listed(list)));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK((line.starts_with("    wavetank run ") || reports::columns(line) <= 80));
    }
  }
}

TEST_CASE("JSON that is broken into lines is the same JSON") {
  Entry entry;
  entry.name = "long";
  entry.snippet = R"("a": { "b": ["one, two","three \" four","five","six"], "c": { "d": "a )" +
                  std::string(70, 'x') + R"( z" } })";
  const std::string text = text_of({entry});
  const auto parsed = nlohmann::json::parse('{' + text.substr(5) + '}');
  CHECK(parsed == nlohmann::json::parse('{' + entry.snippet + '}'));
  CHECK(std::count(text.begin(), text.end(), '\n') > 3);
}

TEST_CASE("a default that a trace changes is listed as it is without one") {
  for (const Entry& entry : matching(listed("settings"), "steady")) {
    if (entry.name != "steady") continue;
    CHECK(entry.snippet == R"("steady": true)");
    return;
  }
  FAIL("steady is not listed");
}

TEST_CASE("every list is JSON for programs") {
  for (const std::string& list : lists()) {
    const std::vector<Entry> entries = listed(list);
    const auto rows = nlohmann::json::parse(json_of(entries));
    CHECK(rows.size() == entries.size());
    CHECK(rows[0]["name"] == entries[0].name);
  }
}

TEST_CASE("settings are found by the vendor's own name") {
  const std::vector<Entry> found = matching(listed("settings"), "MAX.poll.interval.ms");
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "system.queue.max_poll_interval");
  CHECK(fact(found[0], "default") == "5m");
  CHECK(fact(found[0], "source") == "Kafka 3");
  CHECK(found[0].snippet == R"("system": { "queue": { "max_poll_interval": "5m" } })");
}

TEST_CASE("a setting of the blueprint is named as --set takes it") {
  const std::vector<Entry> settings = listed("settings");
  CHECK(find(settings, "system.api.replicas") != nullptr);
  CHECK(find(settings, "system.protections") != nullptr);
}

TEST_CASE("every metric's example is a threshold that can be parsed") {
  for (const Entry& entry : listed("metrics")) {
    const auto from = entry.snippet.find("[\"") + 2;
    const std::string expr = entry.snippet.substr(from, entry.snippet.find("\"]") - from);
    INFO(expr);
    CHECK(engine::parse_threshold(expr).value.has_value());
  }
}

TEST_CASE("every fault's example is JSON, and says its name") {
  for (const Entry& entry : listed("faults")) {
    INFO(entry.name);
    CHECK(nlohmann::json::parse(entry.snippet)["fault"] == entry.name);
  }
}

TEST_CASE("scenarios say what they expect to break") {
  const std::vector<Entry> scenarios = listed("scenarios");
  const Entry* one = find(scenarios, "without_idempotent_callbacks");
  REQUIRE(one != nullptr);
  CHECK_FALSE(fact(*one, "expects to break").empty());
}

}  // namespace
}  // namespace wavetank::app
