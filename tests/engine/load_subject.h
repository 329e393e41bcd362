#pragma once
// Load entries for tests, from the JSON that a scenario would hold.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenarios/engine/load/load_entry.h"
#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/read_fields.h"

namespace wavetank::engine::test {

/// `list` is a JSON list. A trace's path is its file as written.
inline std::vector<LoadEntry> loads_of(const std::string& list) {
  Problems problems;
  Provenance provenance;
  std::vector<LoadEntry> entries;
  const auto root = load_text("{\"load\": " + list + "}", "x.json", {}, problems);
  REQUIRE(root.has_value());
  ReadFields reader(*root, problems, provenance);
  reader.items("load", entries, {});
  reader.finish();
  INFO(problems.text());
  REQUIRE(problems.empty());
  for (LoadEntry& entry : entries) {
    if (TraceSettings* trace = entry.trace()) trace->path = trace->file;
  }
  return entries;
}

}  // namespace wavetank::engine::test
