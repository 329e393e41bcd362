#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind validation_kinds[] = {EventKind::output_validated,
                                          EventKind::manifest_published};

/// Eight epochs of an output are remembered at a time, a bit each, by epoch modulo eight; an epoch
/// that is accepted forgets the one four before it.
class PublishedAfterValidated final : public Invariant {
 public:
  PublishedAfterValidated() : Invariant("manifests") {}
  std::span<const EventKind> kinds() const override { return validation_kinds; }

  void on_event(const Event& event) override {
    std::uint8_t& accepted = accepted_.at(event.ticket.output.value);
    const std::uint8_t epoch = bit(event.extra);
    if (event.kind == EventKind::manifest_published) {
      saw();
      if ((accepted & epoch) == 0) {
        violated(event, "published before validation accepted it", ShownBy::absence);
      }
      return;
    }
    accepted = static_cast<std::uint8_t>(accepted & ~bit(event.extra + 4) & ~epoch);
    if (event.value != 0) accepted |= epoch;
  }

 private:
  static std::uint8_t bit(std::int64_t epoch) {
    return static_cast<std::uint8_t>(1u << (static_cast<std::uint64_t>(epoch) & 7u));
  }
  bool decided(bool) const override { return seen() > 0; }

  ByIndex<std::uint8_t> accepted_;
};

}  // namespace

std::unique_ptr<Invariant> make_published_after_validated() {
  return std::make_unique<PublishedAfterValidated>();
}

}  // namespace wavetank::engine
