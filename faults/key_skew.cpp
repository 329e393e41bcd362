// One hot key holds a large share of the rows of every job it hits, so that one partition carries
// them all. Fired counts the partitions it made hot, touched the tasks of the stages they
// belong to, whose partitions it resized; both by cause, since a job goes on after the fault ends.

#include <set>

#include "faults/fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

class KeySkew final : public Fault {
 public:
  std::unique_ptr<Fault> clone() const override { return std::make_unique<KeySkew>(*this); }
  const char* snippet() const override {
    return R"({"fault": "key_skew", "at": "2m", "for": "10m", "share": "30%", "ratio": "50%"})";
  }
  const char* touched_what() const override { return "tasks"; }

  void describe(Fields& f) override {
    Fault::describe(f);
    f.field("share", share_, {.help = "The hot key's share of a job's rows.", .max = 1});
    f.field("ratio", spec_.ratio, {.help = "The share of jobs that it hits.", .max = 1});
  }
  std::vector<Power> needs() const override { return {Power::keys}; }
  bool clashes(const Fault& other) const override {
    return dynamic_cast<const KeySkew*>(&other) != nullptr;
  }

  std::vector<EventKind> observes() const override { return {EventKind::partition_hot}; }
  void on_event(const Event& event) override {
    if (id() == 0 || event.cause != id()) return;
    ++tally_.fired;
    // A hot key resizes every partition of the stage: one is hot, the others are smaller.
    if (jobs_.insert(event.job).second) tally_.touched += static_cast<std::uint64_t>(event.aux);
  }

  void begin(World& world) override {
    jobs_.clear();
    world.controls().hot_key(share_.value, spec_.ratio.value, id());
  }
  void end(World& world) override { world.controls().hot_key(0, 0, 0); }

 private:
  Ratio share_{0.3};
  std::set<JobId> jobs_;
};

}  // namespace

std::unique_ptr<Fault> make_key_skew() { return std::make_unique<KeySkew>(); }

}  // namespace wavetank::faults
