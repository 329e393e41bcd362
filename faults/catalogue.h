#pragma once
// The catalogue: every fault by its word in the scenario file, from faults.def.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "faults/fault.h"

namespace wavetank::faults {

struct FaultType {
  const char* name;
  const char* help;                  ///< one sentence
  std::unique_ptr<Fault> (*make)();  ///< with its defaults
};

/// In the order of faults.def.
std::span<const FaultType> fault_types();
/// With its defaults; null if there is no such fault.
std::unique_ptr<Fault> make_fault(std::string_view name);

/// One entry of a scenario's `faults`: the word, then the fields of that fault. Copying it copies
/// its settings.
struct FaultEntry {
  std::string name;
  std::unique_ptr<Fault> fault;  ///< null until a known word was read

  FaultEntry() = default;
  FaultEntry(const FaultEntry& other);
  FaultEntry& operator=(const FaultEntry& other);
  FaultEntry(FaultEntry&&) = default;
  FaultEntry& operator=(FaultEntry&&) = default;

  void describe(Fields& f);
};

/// Fresh faults for one run, in file order. The entries were read without a problem.
std::vector<std::unique_ptr<Fault>> faults_of(std::span<const FaultEntry> entries);

}  // namespace wavetank::faults
