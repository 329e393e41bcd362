#include "faults/catalogue.h"

namespace wavetank::faults {

#define FAULT(name, help) std::unique_ptr<Fault> make_##name();
#include "faults/faults.def"
#undef FAULT

std::unique_ptr<Fault> named(std::unique_ptr<Fault> fault, const char* name) {
  fault->name_ = name;
  return fault;
}

namespace {

constexpr FaultType types[] = {
#define FAULT(name, help) {#name, help, [] { return named(make_##name(), #name); }},
#include "faults/faults.def"
#undef FAULT
};

constexpr const char* names[] = {
#define FAULT(name, help) #name,
#include "faults/faults.def"
#undef FAULT
};

}  // namespace

std::span<const FaultType> fault_types() { return types; }

std::unique_ptr<Fault> make_fault(std::string_view name) {
  for (const FaultType& type : types) {
    if (name == type.name) return type.make();
  }
  return nullptr;
}

FaultEntry::FaultEntry(const FaultEntry& other)
    : name(other.name), fault(other.fault ? other.fault->clone() : nullptr) {}

FaultEntry& FaultEntry::operator=(const FaultEntry& other) { return *this = FaultEntry(other); }

void FaultEntry::describe(Fields& f) {
  f.variant("fault", name, names, {.help = "What goes wrong.", .required = true},
            [this](const std::string& word, Fields& inner) {
              if (fault == nullptr || word != fault->name()) fault = make_fault(word);
              if (fault != nullptr) fault->describe(inner);
            });
}

std::vector<std::unique_ptr<Fault>> faults_of(std::span<const FaultEntry> entries) {
  std::vector<std::unique_ptr<Fault>> faults;
  for (const FaultEntry& entry : entries) {
    WAVETANK_CHECK(entry.fault != nullptr, "a scenario with problems does not run");
    faults.push_back(entry.fault->clone());
  }
  return faults;
}

}  // namespace wavetank::faults
