#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "app/list_entries.h"
#include "reports/words.h"
#include "scenarios/engine/metrics/threshold.h"
#include "scenarios/engine/text/document.h"
#include "tests/app/program.h"

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

TEST_CASE("texts fit 80 columns, save what is there to be pasted") {
  for (const std::string& list : lists()) {
    const std::vector<Entry> entries = listed(list);
    std::istringstream lines(text_of(entries));
    for (std::string line; std::getline(lines, line);) {
      const bool snippet = std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
        return line == "    " + entry.snippet;
      });
      INFO(line);
      CHECK((snippet || reports::columns(line) <= 80));
    }
  }
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
