#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind work_kinds[] = {EventKind::callback_sent, EventKind::job_launched};

/// Retries stay within their limits: a process is launched no more often than the platform allows,
/// and its callbacks are sent no more often than launches x tries.
class BoundedWork final : public Invariant {
 public:
  BoundedWork() : Invariant("repeated launches and callbacks") {}
  std::span<const EventKind> kinds() const override { return work_kinds; }

  void on_event(const Event& event) override {
    any_ = true;
    const service::Bounds& bounds = bench().bounds;
    Work& work = work_.at(event.process.value);
    if (event.kind == EventKind::job_launched) {
      count(event, work.launches, bounds.launches, "launches");
    } else {
      count(event, work.callbacks, bounds.launches * bounds.callback_tries, "callbacks");
    }
  }

 private:
  struct Work {
    std::uint16_t launches = 0;
    std::uint16_t callbacks = 0;
  };

  void count(const Event& event, std::uint16_t& so_far, std::int64_t most, const char* what) {
    if (so_far > 0) saw();
    if (so_far < 0xffff) ++so_far;
    if (most <= 0 || so_far <= most) return;
    violated(event, [&] {
      return "had " + std::to_string(so_far) + " " + what + ", and its limits allow " +
             std::to_string(most);
    });
  }

  bool decided(bool) const override { return any_ && bench().bounds.launches > 0; }

  ByIndex<Work> work_;  ///< by process
  bool any_ = false;
};

}  // namespace

std::unique_ptr<Invariant> make_bounded_work() { return std::make_unique<BoundedWork>(); }

}  // namespace wavetank::engine
