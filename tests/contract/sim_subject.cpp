#include "tests/contract/sim_subject.h"

#include "sim/world/sim_world.h"

namespace wavetank::contract {
namespace {

sim::WorldSettings small_world() {
  sim::WorldSettings settings;
  settings.cluster.nodes = 2;
  settings.cluster.executors_per_node = 1;
  settings.cluster.executor_cores = 2;
  settings.cluster.job_start = milliseconds(100);
  settings.cluster.task_start = milliseconds(10);
  return settings;
}

class SimSubject final : public Subject {
 public:
  World& world() override { return world_; }
  void boot() override { world_.boot(); }
  bool run_until(const std::function<bool()>& done, Duration within) override {
    Loop& loop = world_.loop();
    const Time limit = loop.now() + within;
    // An instant at a time, so that time does not go on once it is done.
    while (!done()) {
      const Time next = loop.next_due();
      if (next > limit) {
        loop.advance(limit);
        return done();
      }
      loop.step(next);
    }
    return true;
  }

 private:
  sim::WorldSettings settings_ = small_world();
  sim::SimWorld world_{settings_, 42};
};

}  // namespace

std::unique_ptr<Subject> make_sim_subject() {
  return std::make_unique<SimSubject>();
}

}  // namespace wavetank::contract
