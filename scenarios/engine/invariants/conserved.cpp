#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind flow_kinds[] = {EventKind::rows_counted, EventKind::request_sent,
                                    EventKind::request_done};

/// Three balances.
///
/// Rows, for each job: rows in = rows out + rows rejected.
/// Messages, at the end, one for each process however often it was published or delivered:
/// published = consumed or dead-lettered + still queued. Where the world cannot say how many are
/// queued, a rest leaves it undecided.
/// Requests: never more done than tries sent; at the end every request sent is done.
class Conserved final : public Invariant {
 public:
  Conserved() : Invariant("messages, rows counts and requests") {}
  std::span<const EventKind> kinds() const override { return flow_kinds; }

  void on_event(const Event& event) override {
    switch (event.kind) {
      case EventKind::rows_counted:
        rows(event);
        break;
      case EventKind::request_sent:
        ++tries_;
        if (event.attempt == 0) ++requests_;
        break;
      default:
        if (++done_ > tries_) violated(event, "was answered more often than it was asked for");
    }
  }

 private:
  void rows(const Event& event) {
    saw();
    if (event.value == event.extra + event.aux) return;
    violated(event, [&event] {
      return "has " + std::to_string(event.value) + " rows in, but " + std::to_string(event.extra) +
             " out and " + std::to_string(event.aux) + " rejected";
    });
  }

  void at_end(bool settled, Time end) override {
    saw(requests_);
    std::uint64_t published = 0;
    std::uint64_t rest = 0;
    states().processes().each([&](std::uint32_t, const ProcessFacts& process) {
      if (!process.published) return;
      ++published;
      if (!process.handled) ++rest;
    });
    saw(published);
    if (!settled) return;
    if (requests_ > done_) {
      violated_at_end(requests_ - done_, end,
                      std::to_string(requests_ - done_) + " requests were sent and never done");
    }
    const std::int64_t queued = bench().queued ? bench().queued().value_or(unknown) : unknown;
    unknown_rest_ = rest > 0 && queued == unknown;
    if (queued == unknown || static_cast<std::int64_t>(rest) <= queued) return;
    const std::uint64_t gone = rest - static_cast<std::uint64_t>(queued);
    violated_at_end(gone, end,
                    std::to_string(gone) +
                        " messages were published and neither "
                        "handled nor are they queued");
  }

  bool decided(bool settled) const override { return settled && seen() > 0 && !unknown_rest_; }

  static constexpr std::int64_t unknown = -1;

  std::uint64_t tries_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t done_ = 0;
  bool unknown_rest_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_conserved() { return std::make_unique<Conserved>(); }

}  // namespace wavetank::engine
