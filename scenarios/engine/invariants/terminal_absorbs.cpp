#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind absorb_kinds[] = {EventKind::state_changed, EventKind::process_terminal,
                                      EventKind::callback_absorbed};

class TerminalAbsorbs final : public Invariant {
 public:
  TerminalAbsorbs() : Invariant("duplicate or late outcomes") {}
  std::span<const EventKind> kinds() const override { return absorb_kinds; }

  void on_event(const Event& event) override {
    switch (event.kind) {
      case EventKind::callback_absorbed:
        saw();
        break;
      case EventKind::state_changed:
        moved(event);
        break;
      default:
        ended(event);
    }
  }

 private:
  void moved(const Event& event) {
    const auto from = static_cast<ProcessState>(event.value >> 8);
    if (!terminal(from)) return;
    saw();
    violated(event, [&event, from] {
      const auto to = static_cast<ProcessState>(event.value & 0xff);
      return std::string("went from ") + name_of(from) + " to " + name_of(to);
    });
  }

  void ended(const Event& event) {
    ended_ = true;
    // A move out of a terminal state was counted where it happened; it starts the count anew.
    if (!event.process.valid() || states().of(event.process).terminals < 2) return;
    saw();
    violated(event, [&event] {
      return std::string("ended a second time, as ") +
             name_of(static_cast<ProcessState>(event.value));
    });
  }

  bool decided(bool) const override { return ended_; }

  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_terminal_absorbs() { return std::make_unique<TerminalAbsorbs>(); }

}  // namespace wavetank::engine
