#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind answer_kinds[] = {EventKind::output_answered};

/// Every answer is held against what is true. Whether an output is ready and was in time is asked
/// at the moment the answer arrives; whether it is still fresh, at the moment the read was sent, as
/// the answer may have aged on its way. An output that nobody validated is not fresh either.
class FreshOrFlagged final : public Invariant {
 public:
  FreshOrFlagged() : Invariant("answers about outputs that were not fresh") {}
  std::span<const EventKind> kinds() const override { return answer_kinds; }

  void on_event(const Event& event) override {
    answered_ = true;
    const OutputState state = states().of(event.ticket.output);
    TrustAnswer truth = states().trust(state, event.at, Duration{});
    if (truth.trust == Trust::yes && event.ticket.fresh_for > Duration{}) {
      const Time sent = event.aux > 0 ? Time{event.aux} : event.at;
      truth = states().trust(state, sent, event.ticket.fresh_for);
    }
    if (truth.trust == Trust::yes) return;
    saw();
    if (event.value != static_cast<std::int64_t>(Trust::yes)) return;
    violated(event, [&truth] { return clause(truth.reason); }, ShownBy::absence);
  }

 private:
  static std::string clause(TrustReason reason) {
    switch (reason) {
      case TrustReason::in_progress:
        return "was answered yes before it was ready";
      case TrustReason::overdue:
        return "was answered yes while it was overdue";
      case TrustReason::late:
        return "was answered yes though it came after its window";
      case TrustReason::stale:
        return "was answered yes though it is no longer fresh";
      case TrustReason::failed:
        return "was answered yes though it failed";
      case TrustReason::no_manifest:
        return "was answered yes and no manifest stands";
      case TrustReason::not_validated:
        return "was answered yes and nobody validated it";
      default:
        return "was answered yes without being ready";
    }
  }

  bool decided(bool) const override { return answered_; }

  bool answered_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_fresh_or_flagged() { return std::make_unique<FreshOrFlagged>(); }

}  // namespace wavetank::engine
