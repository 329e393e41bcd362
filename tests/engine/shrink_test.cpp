// Shrinking, against oracles that are made up: what must be found is known.

#include "scenarios/engine/shrink/shrink.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "scenarios/engine/shrink/ddmin.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/layers.h"

namespace wavetank::engine {
namespace {

using Kept = std::vector<std::size_t>;

Node tree_of(const std::string& text) {
  Problems problems;
  auto root = parse_document(text, std::make_shared<Source>(), problems);
  INFO(problems.text());
  REQUIRE(root);
  return *root;
}

bool holds_all(const Kept& kept, const std::set<std::size_t>& culprits) {
  return std::includes(kept.begin(), kept.end(), culprits.begin(), culprits.end());
}

TEST_CASE("ddmin keeps exactly the parts that fail only together") {
  rc::check("any culprits among any parts", [] {
    const auto n = *rc::gen::inRange<std::size_t>(1, 70);
    const auto culprits = *rc::gen::container<std::set<std::size_t>>(
        rc::gen::inRange<std::size_t>(0, n));
    const Kept kept = ddmin(n, [&](const Kept& some) { return holds_all(some, culprits); });
    RC_ASSERT(kept == Kept(culprits.begin(), culprits.end()));
  });
}

TEST_CASE("ddmin's answer is 1-minimal where failing is not monotone") {
  rc::check("an oracle of any sort", [] {
    const auto salt = *rc::gen::arbitrary<std::uint64_t>();
    const std::size_t n = 12;
    const auto fails = [salt](const Kept& some) {
      std::uint64_t hash = salt;
      for (const std::size_t part : some) hash = (hash ^ (part + 1)) * 0x9e3779b97f4a7c15u;
      return some.size() == n || (!some.empty() && (hash >> 40) % 3 == 0);
    };
    const Kept kept = ddmin(n, fails);
    RC_ASSERT(fails(kept));
    for (std::size_t i = 0; i < kept.size(); ++i) {
      Kept less = kept;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      RC_ASSERT(!fails(less));
    }
  });
}

TEST_CASE("3 faults among 53 are found in at most 200 runs, wherever they stand") {
  std::size_t most = 0;
  for (std::size_t a = 0; a < 53; ++a) {
    for (std::size_t b = a + 1; b < 53; ++b) {
      for (std::size_t c = b + 1; c < 53; ++c) {
        std::size_t runs = 0;
        const Kept kept = ddmin(53, [&](const Kept& some) {
          ++runs;
          return holds_all(some, {a, b, c});
        });
        REQUIRE(kept == Kept{a, b, c});
        most = std::max(most, runs);
      }
    }
  }
  CHECK(most <= 200);
}

TEST_CASE("nothing is needed where nothing fails too, and everything where all of it is") {
  CHECK(ddmin(9, [](const Kept&) { return true; }).empty());
  CHECK(ddmin(0, [](const Kept&) { return true; }).empty());
  CHECK(ddmin(9, [](const Kept& some) { return some.size() == 9; }).size() == 9);
}

const char* const scenario = R"({
  "title": "T", "description": "D",
  "system": { "blueprint": "pipeline", "api": { "replicas": 2, "delivery": "dual_write" },
              "cluster": { "nodes": 4 } },
  "load": [ { "name": "jobs", "shape": "steady", "rate": "200/s", "for": "2m",
              "keys": { "count": "1M", "zipf": 1.1 } },
            { "name": "reads", "shape": "steady", "rate": "20/s", "for": "1m", "of": "jobs" } ],
  "faults": [ { "fault": "pause", "at": "5s", "for": "3s" },
              { "fault": "crash", "name": "mine", "at": "40s", "for": "30s", "ratio": "20%" },
              { "fault": "pause", "at": "9s" } ],
  "settle": "5m",
  "expect": { "thresholds": ["a b < 1"] },
  "breaks": ["x=1"]
})";

TEST_CASE("the parts of a scenario are named by their paths") {
  const Node root = tree_of(scenario);
  CHECK(entries_of(root, "faults") == Paths{"faults.0", "faults.1", "faults.2"});
  CHECK(settings_of(root) == Paths{"system.api.replicas", "system.api.delivery",
                                   "system.cluster.nodes", "settle"});
  CHECK(details_of(root) == Paths{"load.0.keys.count", "load.0.keys.zipf", "load.1.of",
                                  "faults.1.name"});
  CHECK(values_of(root) == Paths{"load.0.rate", "load.0.for", "load.1.rate", "load.1.for",
                                 "faults.0.for", "faults.0.at", "faults.1.for", "faults.1.ratio",
                                 "faults.1.at", "faults.2.at"});
}

TEST_CASE("what is taken away takes along what is then empty, and nothing else") {
  const Node root = tree_of(R"({"a": {"b": 1, "c": 2}, "d": [{"e": 1}, {"f": 2}, {"g": 3}]})");
  const auto left = [&](const Paths& paths) { return write_json_line(without(root, paths)); };
  CHECK(left({}) == write_json_line(root));
  CHECK(left({"a.b"}) == R"({"a":{"c":2},"d":[{"e":1},{"f":2},{"g":3}]})");
  CHECK(left({"a.b", "a.c", "d.0", "d.2"}) == R"({"d":[{"f":2}]})");
  CHECK(left({"a.c", "d.0", "d.1", "d.2"}) == R"({"a":{"b":1}})");
}

TEST_CASE("values get smaller in two figures, until they are nothing") {
  const auto half = [](const std::string& text) {
    const auto node = divided(text_node(text), 2);
    return node ? node->text : "none";
  };
  CHECK(half("45s") == "22s");
  CHECK(half("2m") == "1m");
  CHECK(half("1ns") == "none");
  CHECK(half("0s") == "none");
  CHECK(half("200/s") == "100/s");
  CHECK(half("5%") == "2.5%");
  CHECK(half("words") == "none");
  CHECK(divided(number_node("3"), 2)->text == "1.5");
  CHECK_FALSE(divided(flag_node(true), 2));
}

TEST_CASE("a fault is called by its place, so that it draws the same wherever it stands") {
  Node root = tree_of(scenario);
  name_faults(root);
  CHECK(find_path(root, "faults.0.name")->text == "0");
  CHECK(find_path(root, "faults.1.name")->text == "mine");
  CHECK(find_path(root, "faults.2.name")->text == "2");
}

/// Fails where one fault, one setting and enough of the load are there.
Answer needs_little(const Node& root) {
  const Node* rate = find_path(root, "load.0.rate");
  if (rate == nullptr) return Answer::refused;
  const Node* faults = root.find("faults");
  bool crash = false;
  for (const Node& fault : faults != nullptr ? faults->items : std::vector<Node>{}) {
    crash = crash || fault.find("fault")->text == "crash";
  }
  const double per_s = std::stod(rate->text) / (rate->text.ends_with("/m") ? 60 : 1);
  const bool written_twice = find_path(root, "system.api.delivery") != nullptr;
  return crash && written_twice && per_s >= 30 ? Answer::fails : Answer::passes;
}

TEST_CASE("a scenario shrinks to what its failure needs") {
  std::size_t asked = 0;
  const Oracle oracle = [&asked](const Node& root) {
    const Answer answer = needs_little(root);
    if (answer != Answer::refused) ++asked;
    return answer;
  };
  Shrinker shrinker(only_breaks(tree_of(scenario), "conserved"), oracle, 1000, {});
  const ShrinkResult result = shrinker.run();
  CHECK(result.minimal);
  CHECK(result.runs == asked);
  CHECK(result.rows[0].before == 3);
  CHECK(result.rows[0].after == 1);
  const Node& root = result.scenario;
  CHECK(find_path(root, "title")->text == "Shrunk to what breaks conserved: T");
  CHECK(root.find("description") == nullptr);
  CHECK(write_json_line(*root.find("system")) ==
        R"({"blueprint":"pipeline","api":{"delivery":"dual_write"}})");
  CHECK(write_json_line(*root.find("expect")) == R"({"invariants":["conserved"]})");
  REQUIRE(root.find("load")->items.size() == 1);
  const std::string rate = find_path(root, "load.0.rate")->text;
  CHECK(rate == "50/s");
  REQUIRE(root.find("faults")->items.size() == 1);
  CHECK(find_path(root, "faults.0.name") == nullptr);
  // 1-minimal: nothing that is left can go.
  for (const Paths& parts : {entries_of(root, "faults"), entries_of(root, "load"),
                             settings_of(root), details_of(root)}) {
    for (const std::string& part : parts) {
      CHECK(needs_little(without(root, Paths{part})) != Answer::fails);
    }
  }
}

TEST_CASE("a search that is stopped, or has no runs left, keeps what it has") {
  const Node start = tree_of(scenario);
  Shrinker poor(start, needs_little, 3, {});
  const ShrinkResult few = poor.run();
  CHECK_FALSE(few.minimal);
  CHECK(few.runs == 3);
  CHECK(needs_little(few.scenario) == Answer::fails);
  int left = 5;
  Shrinker stopped(
      start, [&](const Node& root) { return left-- > 0 ? needs_little(root) : Answer::stopped; },
      1000, {});
  const ShrinkResult early = stopped.run();
  CHECK_FALSE(early.minimal);
  CHECK(needs_little(early.scenario) == Answer::fails);
}

}  // namespace
}  // namespace wavetank::engine
