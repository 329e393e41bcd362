#pragma once
// The decisions of one run, as JSON Lines: what the gate's rules answered, and what the streams of
// the load drew. docs/determinism.md describes the format.
//
// Any line but the first may be taken out: what is not listed passes the gate, and what lies beyond
// the list is drawn as usual.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/text/problem.h"
#include "system/ports/gate.h"

namespace wavetank::engine {

/// Which run it was.
struct DecisionOrigin {
  std::string scenario, digest, load, version;
  std::uint64_t seed = 0;
  std::vector<std::string> sets;  ///< as --set takes them
};

struct Decision {
  std::uint64_t ask = 0;  ///< which of the questions to its fault, from 0
  Verdict verdict;
};

struct DecisionList {
  DecisionOrigin origin;
  std::vector<std::vector<Decision>> by_fault;  ///< by place in the file, in order of `ask`
  std::map<std::string, std::vector<std::uint64_t>> draws;  ///< by stream
  bool whole = false;                           ///< it has its last line
  std::vector<std::uint64_t> asked;             ///< where whole: all questions, by fault
  std::uint64_t fingerprint = 0;                ///< where whole
};

/// Every line that is none is a problem with its number.
DecisionList read_decisions(std::string_view text, const std::string& file, Problems& problems);

/// "pass", "delay" ... as the file says them.
const char* name_of(Verdict::Kind kind);

std::string header_line(const DecisionOrigin& origin);
std::string decision_line(int fault, const Decision& decision);
std::string draws_line(const std::string& stream, const std::vector<std::uint64_t>& values);
std::string end_line(const std::vector<std::uint64_t>& asked, std::uint64_t fingerprint);

}  // namespace wavetank::engine
