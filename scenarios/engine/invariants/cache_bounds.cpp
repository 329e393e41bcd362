#include "scenarios/engine/chain/words.h"
#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind hit_kinds[] = {EventKind::cache_hit};

/// No answer comes from a cached fact older than the time to live, and none of the safety-critical
/// class comes from the cache at all.
class CacheBounds final : public Invariant {
 public:
  CacheBounds() : Invariant("cache hits") {}
  std::span<const EventKind> kinds() const override { return hit_kinds; }

  void on_event(const Event& event) override {
    saw();
    const Duration bound = bench().bounds.cache_age;
    if (event.ticket.critical) {
      violated(event, "is safety-critical and was answered from the cache");
    } else if (bound > Duration{} && event.value > bound.ns) {
      violated(event, [&event] {
        return "was answered from a fact " + duration_words({event.value}) + " old";
      });
    }
  }

 private:
  bool decided(bool) const override { return seen() > 0; }
};

}  // namespace

std::unique_ptr<Invariant> make_cache_bounds() { return std::make_unique<CacheBounds>(); }

}  // namespace wavetank::engine
