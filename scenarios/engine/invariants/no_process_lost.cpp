#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

/// Judged at the end, over the shared states: a process that the platform owes an outcome (it was
/// committed, or its caller was told 202) and whose newest state is not terminal is lost.
class NoProcessLost final : public Invariant {
 public:
  NoProcessLost() : Invariant("processes") {}
  std::span<const EventKind> kinds() const override { return {}; }
  void on_event(const Event&) override {}

 private:
  void at_end(bool settled, Time end) override {
    std::uint64_t processes = 0;
    std::uint64_t open = 0;
    states().processes().each([&](std::uint32_t, const ProcessFacts& process) {
      if (process.seen) ++processes;
      if (process.seen && !terminal(static_cast<ProcessState>(process.state))) ++open;
    });
    std::uint64_t outputs = 0;
    states().outputs().each([&](std::uint32_t output, const OutputState& state) {
      if (!state.known()) return;
      ++outputs;
      if (!settled || state.ended()) return;
      violated_at_end(OutputId{output}, end, clause(state));
    });
    saw(processes > outputs ? processes : outputs);
    // An output can hide a lost process behind another one that ended.
    if (settled && open > violations()) {
      const std::uint64_t hidden = open - violations();
      violated_at_end(hidden, end,
                      std::to_string(hidden) +
                          " more processes never ended, beside "
                          "others of the same output that did");
    }
  }

  static std::string clause(const OutputState& state) {
    const auto at = static_cast<ProcessState>(state.state);
    if (at == ProcessState::unknown) return "was answered 202 and never committed";
    return std::string("never ended: it is still ") + name_of(at);
  }

  bool decided(bool settled) const override { return settled && seen() > 0; }
};

}  // namespace

std::unique_ptr<Invariant> make_no_process_lost() { return std::make_unique<NoProcessLost>(); }

}  // namespace wavetank::engine
