#pragma once
// Reads scenarios from texts, with a world whose one setting is system.cluster.nodes.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenarios/engine/scenario.h"
#include "scenarios/engine/text/layers.h"

namespace wavetank::engine::test {

struct Reading {
  Scenario scenario;
  Problems problems;
  std::int64_t nodes = 8;
  std::string text() const { return problems.text(); }
};

inline DescribeWorld one_setting(std::int64_t& nodes) {
  return [&nodes](Fields& f) {
    f.group("cluster", {.help = "Where jobs run."}, [&nodes](Fields& inner) {
      inner.field("nodes", nodes, {.help = "Machines.", .min = 1});
    });
  };
}

inline Reading read(const std::string& text, const std::vector<std::string>& overrides = {},
                    double load_factor = 1, const std::string& name = "x.json") {
  Reading out;
  auto root = load_text(text, name, overrides, out.problems);
  if (!root) return out;
  out.scenario = read_scenario(std::move(*root), name, load_factor, one_setting(out.nodes),
                               out.problems);
  return out;
}

inline Reading good(const std::string& text, const std::vector<std::string>& overrides = {},
                    double load_factor = 1) {
  Reading out = read(text, overrides, load_factor);
  INFO(out.text());
  REQUIRE(out.problems.empty());
  return out;
}

}  // namespace wavetank::engine::test
