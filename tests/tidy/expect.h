#pragma once

#include <doctest/doctest.h>

#include "tests/tidy/rules.h"

namespace wavetank::tidy {

/// Runs a rule over the whole tree; every complaint is printed.
template <class Rule>
void expect_clean_tree(const Rule& rule) {
  std::vector<Complaint> complaints;
  for (const auto& source : tree()) {
    const auto found = rule(source);
    complaints.insert(complaints.end(), found.begin(), found.end());
  }
  const auto text = join(complaints);
  CHECK_MESSAGE(complaints.empty(), text);
}

/// How often a rule complains of a snippet that stands in a file of that path.
template <class Rule>
std::size_t complaints_of(const Rule& rule, const std::string& path, const std::string& snippet) {
  return rule(parse(path, snippet)).size();
}

}  // namespace wavetank::tidy
