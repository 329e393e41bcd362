#include <array>

#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind order_kinds[] = {EventKind::message_consumed, EventKind::message_redelivered};

/// Messages of one key in one topic are first handled in the order of the log. A message that was
/// handled before, by whomever, comes again: repeats have no order of their own.
class KeyOrder final : public Invariant {
 public:
  KeyOrder() : Invariant("messages behind another of their key") {}
  std::span<const EventKind> kinds() const override { return order_kinds; }

  void on_event(const Event& event) override {
    std::uint8_t& known = handled_.at(event.process.value);
    if (known != 0) return;
    known = 1;
    any_ = true;
    const std::uint32_t topic = event.attempt >> topic_shift;
    std::uint32_t& last = last_[topic % last_.size()].at(event.ticket.entity.value);
    const auto here = static_cast<std::uint32_t>(event.extra) + 1;  // 0 is none yet
    if (last != 0) saw();
    if (here < last) {
      // The older one may have been handled before, too, and this be its repeat.
      violated(event, "was handled before an older message of its key", ShownBy::absence);
      return;
    }
    last = here;
  }

 private:
  static constexpr unsigned topic_shift = 16;

  bool decided(bool) const override { return any_; }

  ByIndex<std::uint8_t> handled_;                     ///< by process
  std::array<ByIndex<std::uint32_t>, 3> last_;        ///< by topic and key: offset + 1
  bool any_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_key_order() { return std::make_unique<KeyOrder>(); }

}  // namespace wavetank::engine
