#include <array>

#include "scenarios/engine/invariants/invariant.h"
#include "system/clients.h"

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
/// Requests: never more done than tries sent; at the end every request is done that
/// was sent more than two minutes before.
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
        if (event.attempt == 0) sent(event.at);
        break;
      default:
        if (event.attempt == service::never_sent) break;
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

  void sent(Time at) {
    ++requests_;
    const std::int64_t second = at.ns / whole_seconds(1).ns;
    Second& slot = seconds_[static_cast<std::size_t>(second) % seconds_.size()];
    if (slot.second != second) slot = {second, 0};
    ++slot.sent;
  }

  std::uint64_t sent_since(Time from) const {
    std::uint64_t sent = 0;
    for (const Second& slot : seconds_) {
      if (slot.second >= from.ns / whole_seconds(1).ns) sent += slot.sent;
    }
    return sent;
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
    const std::uint64_t under_way = sent_since(end - under_way_for);
    if (requests_ > done_ + under_way) {
      const std::uint64_t lost = requests_ - done_ - under_way;
      // The load notes its requests itself: of those nothing is missing.
      violated_at_end(lost, end, std::to_string(lost) + " requests were sent and never done",
                      ShownBy::presence);
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

  struct Second {
    std::int64_t second = -1;
    std::uint64_t sent = 0;
  };
  static constexpr std::int64_t unknown = -1;
  static constexpr Duration under_way_for = minutes(2);

  std::array<Second, 128> seconds_{};  ///< first sends of the last two minutes

  std::uint64_t tries_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t done_ = 0;
  bool unknown_rest_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_conserved() { return std::make_unique<Conserved>(); }

}  // namespace wavetank::engine
