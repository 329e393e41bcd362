#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind effect_kinds[] = {EventKind::callback_applied, EventKind::callback_absorbed,
                                      EventKind::process_deduplicated};

/// A row counts its effects, so a second one on the same process says so itself. A first effect on
/// an output that had one already belongs to another process of it: the request took effect twice.
class EffectOnce final : public Invariant {
 public:
  EffectOnce() : Invariant("duplicates") {}
  std::span<const EventKind> kinds() const override { return effect_kinds; }

  void on_event(const Event& event) override {
    if (event.kind != EventKind::callback_applied) {
      saw();
      return;
    }
    std::uint8_t& applied = applied_.at(event.ticket.output.value);
    effects_ = true;
    if (event.extra <= 1 && applied == 0) {
      applied = 1;
      return;
    }
    saw();
    if (event.extra > 1) {
      violated(event,
               [&event] { return "was given terminal effect " + std::to_string(event.extra); });
    } else {
      violated(event, "took effect through a second process");
    }
  }

 private:
  bool decided(bool) const override { return effects_; }

  ByIndex<std::uint8_t> applied_;
  bool effects_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_effect_once() { return std::make_unique<EffectOnce>(); }

}  // namespace wavetank::engine
