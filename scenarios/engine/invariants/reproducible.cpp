#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind digest_kinds[] = {EventKind::output_validated};

/// The same inputs and version give the same digest, whichever launch computed it. Only outputs
/// that validation accepted count: the others never became an output.
class Reproducible final : public Invariant {
 public:
  Reproducible() : Invariant("outputs computed again") {}
  std::span<const EventKind> kinds() const override { return digest_kinds; }

  void on_event(const Event& event) override {
    if (event.value != 1) return;
    any_ = true;
    const auto bits = static_cast<std::uint64_t>(event.aux);
    const auto digest = static_cast<std::uint32_t>(mix64(bits) | 1);  // 0 is nothing yet
    std::uint32_t& first = digests_.at(event.ticket.output.value);
    if (first == 0) {
      first = digest;
      return;
    }
    saw();
    if (first != digest) violated(event, "was computed again with another digest");
  }

 private:
  bool decided(bool) const override { return any_; }

  ByIndex<std::uint32_t> digests_;  ///< 31 bits of each output's first accepted digest
  bool any_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_reproducible() { return std::make_unique<Reproducible>(); }

}  // namespace wavetank::engine
