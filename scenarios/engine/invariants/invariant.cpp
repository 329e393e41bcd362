#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {

#define INVARIANT(name, help, protects) std::unique_ptr<Invariant> make_##name();
#include "scenarios/engine/invariants/invariants.def"
#undef INVARIANT

namespace {

constexpr InvariantType types[] = {
#define INVARIANT(name, help, protects) {#name, help, protects, make_##name},
#include "scenarios/engine/invariants/invariants.def"
#undef INVARIANT
};

}  // namespace

std::span<const InvariantType> invariant_types() { return types; }

const InvariantType* find_invariant(std::string_view name) {
  for (const InvariantType& type : types) {
    if (name == type.name) return &type;
  }
  return nullptr;
}

void Invariant::at_end(bool, Time) {}

/// Whether there is room for its evidence.
bool Invariant::counted(std::uint64_t n, ShownBy by) {
  violations_ += n;
  if (by == ShownBy::absence) absences_ += n;
  return n > 0 && kept_.size() < evidence_max;
}

void Invariant::violated(const Event& event, const char* clause, ShownBy by) {
  violated(event, [clause] { return std::string(clause); }, by);
}

void Invariant::violated(const Event& event, const std::function<std::string()>& clause,
                         ShownBy by) {
  if (!counted(1, by)) return;
  Kept kept;
  kept.evidence.at = seconds(event.at);
  kept.evidence.output = event.ticket.output;
  kept.evidence.what = output_name(event.ticket) + " " + clause();
  kept.evidence.absence = by == ShownBy::absence;
  if (bench_.recorder != nullptr) kept.id = bench_.recorder->keep(event);
  kept_.push_back(std::move(kept));
}

void Invariant::violated_at_end(OutputId output, Time end, const std::string& clause, ShownBy by) {
  if (!counted(1, by)) return;
  Kept kept;
  kept.evidence.at = seconds(end);
  kept.evidence.output = output;
  kept.evidence.what = output_name(EntityId{states().of(output).entity}, output) + " " + clause;
  kept.evidence.absence = by == ShownBy::absence;
  if (bench_.recorder != nullptr) kept.id = bench_.recorder->keep_newest_of(output);
  kept_.push_back(std::move(kept));
}

void Invariant::violated_at_end(std::uint64_t n, Time end, const std::string& sentence,
                                ShownBy by) {
  if (!counted(n, by)) return;
  kept_.push_back({{seconds(end), sentence, {}, {}, by == ShownBy::absence}, 0});
}

InvariantResult Invariant::judge(bool settled, Time end) {
  at_end(settled, end);
  InvariantResult result;
  result.violations = violations_;
  result.absences = absences_;
  result.saw = saw_;
  result.saw_what = saw_what_;
  result.verdict = violations_ > 0 ? "broken" : decided(settled) ? "holds" : "undecided";
  for (Kept& kept : kept_) {
    if (kept.id != 0) kept.evidence.chain = bench_.recorder->chain_of(kept.id);
    result.evidence.push_back(std::move(kept.evidence));
  }
  return result;
}

}  // namespace wavetank::engine
