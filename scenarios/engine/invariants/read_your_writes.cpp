#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind read_kinds[] = {EventKind::process_answered, EventKind::process_deduplicated,
                                    EventKind::status_answered};

/// A read counts only if it was sent after what it must know had reached a client: reads that
/// overlap may say either. Times are kept in milliseconds, rounded up, so that rounding can only
/// excuse a read, never accuse one.
class ReadYourWrites final : public Invariant {
 public:
  ReadYourWrites() : Invariant("reads after the answer") {}
  std::span<const EventKind> kinds() const override { return read_kinds; }

  void on_event(const Event& event) override {
    Promise& promise = promises_.at(event.ticket.output.value);
    if (event.kind == EventKind::status_answered) {
      read(event, promise);
    } else if (promise.said == nothing) {
      promise = {accepted, stamp(event.at)};
    }
  }

 private:
  enum Said : std::uint32_t { nothing, accepted, ended };
  struct Promise {
    std::uint32_t said : 2 = nothing;
    std::uint32_t since_ms : 30 = 0;  ///< saturates after twelve days
  };
  static_assert(sizeof(Promise) == 4);
  static constexpr std::int64_t stamp_max = (1 << 30) - 1;

  static std::uint32_t stamp(Time at) {
    const std::int64_t ms = at.ns / 1'000'000 + 1;
    return static_cast<std::uint32_t>(ms < stamp_max ? ms : stamp_max) & 0x3fffffffu;
  }

  void read(const Event& event, Promise& promise) {
    const auto state = static_cast<ProcessState>(event.value);
    const bool after = promise.said != nothing &&
                       event.extra / 1'000'000 >= static_cast<std::int64_t>(promise.since_ms);
    if (after) {
      saw();
      if (state == ProcessState::unknown) {
        violated(event, "was accepted, and a later read knew nothing of it");
      } else if (promise.said == ended && !terminal(state)) {
        violated(event, [state] {
          return std::string("had been read as ended, and a later read said ") + name_of(state);
        });
      }
    }
    if (terminal(state) && promise.said != ended) promise = {ended, stamp(event.at)};
  }

  bool decided(bool) const override { return seen() > 0; }

  ByIndex<Promise> promises_;
};

}  // namespace

std::unique_ptr<Invariant> make_read_your_writes() { return std::make_unique<ReadYourWrites>(); }

}  // namespace wavetank::engine
