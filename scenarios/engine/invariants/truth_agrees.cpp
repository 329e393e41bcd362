#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

/// Judged at the end, over the shared states. Rightness is the truth of the world (what was asked
/// for against what was written), which no service sees.
class TruthAgrees final : public Invariant {
 public:
  TruthAgrees() : Invariant("outputs") {}
  std::span<const EventKind> kinds() const override { return {}; }
  void on_event(const Event&) override {}

 private:
  void at_end(bool settled, Time end) override {
    states().outputs().each([&](std::uint32_t output, const OutputState& state) {
      if (!state.known()) return;
      saw();
      if (!settled) return;
      const bool succeeded = static_cast<ProcessState>(state.state) == ProcessState::succeeded;
      if (succeeded && !state.manifest) {
        violated_at_end(OutputId{output}, end, "succeeded, and no manifest stands");
      } else if (succeeded && !state.right) {
        violated_at_end(OutputId{output}, end, "succeeded, and what stands is wrong",
                        ShownBy::presence);
      } else if (!succeeded && state.manifest && state.right) {
        violated_at_end(OutputId{output}, end,
                        std::string("is complete, and its process says ") +
                            name_of(static_cast<ProcessState>(state.state)));
      }
    });
  }

  bool decided(bool settled) const override { return settled && seen() > 0; }
};

}  // namespace

std::unique_ptr<Invariant> make_truth_agrees() { return std::make_unique<TruthAgrees>(); }

}  // namespace wavetank::engine
