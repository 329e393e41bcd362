#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind letter_kinds[] = {EventKind::message_handled, EventKind::message_given_up,
                                      EventKind::message_parked};

/// What nobody will try again lies in the dead letter topic, and its process says so: a message
/// given up is parked or its process ended otherwise, and only parked ones are dead-lettered.
class DeadLetterComplete final : public Invariant {
 public:
  DeadLetterComplete() : Invariant("messages given up") {}
  std::span<const EventKind> kinds() const override { return letter_kinds; }

  void on_event(const Event& event) override {
    if (event.kind == EventKind::message_handled) {
      handled_any_ = true;
      return;
    }
    Letter& letter = letters_.at(event.process.value);
    letter.output = event.ticket.output;
    if (event.kind == EventKind::message_parked) {
      letter.parked = true;
    } else {
      saw();
      letter.given_up = true;
    }
  }

 private:
  struct Letter {
    OutputId output;
    bool given_up = false;
    bool parked = false;
  };

  void at_end(bool settled, Time end) override {
    if (!settled) return;
    states().processes().each([&](std::uint32_t process, const ProcessFacts& facts) {
      const Letter letter = letters_.get(process);
      const auto state = static_cast<ProcessState>(facts.state);
      if (state == ProcessState::dead_lettered && !letter.parked) {
        violated_at_end(letter.output, end, "is dead-lettered, and its message lies nowhere");
      } else if (letter.given_up && !letter.parked && !terminal(state)) {
        violated_at_end(letter.output, end, "was given up and never reached the dead letter topic");
      } else if (letter.parked && !terminal(state)) {
        violated_at_end(letter.output, end,
                        "lies in the dead letter topic, and its process is still open");
      }
    });
  }

  bool decided(bool settled) const override { return settled && handled_any_; }

  ByIndex<Letter> letters_;  ///< by process; chunks exist only where something was given up
  bool handled_any_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_dead_letter_complete() {
  return std::make_unique<DeadLetterComplete>();
}

}  // namespace wavetank::engine
