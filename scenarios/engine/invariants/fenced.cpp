#include "scenarios/engine/invariants/invariant.h"

namespace wavetank::engine {
namespace {

constexpr EventKind epoch_kinds[] = {EventKind::job_launched, EventKind::manifest_published,
                                     EventKind::manifest_refused};

/// A launch that was replaced by a later one of the same process is a zombie: it cannot publish.
class Fenced final : public Invariant {
 public:
  Fenced() : Invariant("publications by launches, and zombies refused") {}
  std::span<const EventKind> kinds() const override { return epoch_kinds; }

  void on_event(const Event& event) override {
    if (event.kind == EventKind::job_launched) {
      process_.at(event.job.value) = event.process.value + 1;
      std::uint32_t& newest = newest_.at(event.process.value);
      if (event.job.value > newest) newest = event.job.value;
      return;
    }
    saw();
    if (event.kind == EventKind::manifest_refused) return;
    const std::uint32_t process = process_.get(event.job.value);
    if (process == 0 || newest_.get(process - 1) == event.job.value) return;
    violated(event, "was published by a launch that a later one had replaced");
  }

 private:
  bool decided(bool) const override { return seen() > 0; }

  ByIndex<std::uint32_t> process_;  ///< by job: its process + 1
  ByIndex<std::uint32_t> newest_;   ///< by process: its newest job
};

}  // namespace

std::unique_ptr<Invariant> make_fenced() { return std::make_unique<Fenced>(); }

}  // namespace wavetank::engine
