#include "sim/world/machine.h"

#include <doctest/doctest.h>

#include <vector>

#include "sim/kernel/simulation.h"
#include "system/ports/database.h"

namespace wavetank::sim {
namespace {

DurationLaw always(Duration d) {
  DurationLaw law;
  law.law.a = seconds(d);
  return law;
}

MachineSettings machine_of(std::int64_t cores, Duration cpu, Duration delay) {
  MachineSettings settings;
  settings.cores = cores;
  settings.operations.push_back({"database", cpu, always(delay)});
  return settings;
}

struct Shore {
  explicit Shore(MachineSettings of) : settings(std::move(of)) {}
  MachineSettings settings;
  Simulation simulation{7};
  Machine machine{simulation.loop(), simulation.root(), settings, 7};
  std::vector<std::int64_t> ends;  ///< microseconds, in order

  template <class V>
  Task<void> one(Duration after) {
    Loop& loop = simulation.loop();
    co_await sleep(loop, after);
    Taken<V> call = take<V>();
    co_await machine.spend(*call, 1);
    ends.push_back(loop.now().ns / 1'000);
  }
  template <class V>
  void at(Duration after) {
    simulation.root().spawn(one<V>(after));
  }
  void run() { simulation.run_until(Time{} + whole_seconds(60), nullptr); }

 private:
  struct Nowhere final : Port {
    using Port::Port;
    void submit(Call&) override {}
  };
  Nowhere nowhere{simulation.loop(), simulation.gate(), simulation.history()};
  template <class V>
  Taken<V> take() {
    CallOf<V>* call = CallOf<V>::make({});
    return Taken<V>(nowhere, *call);
  }
};

using Read = verb::GetProcess;
using Write = verb::Advance;

TEST_CASE("machine: calls share its cores, one core a call at most") {
  Shore two(machine_of(2, milliseconds(10), {}));
  two.at<Read>({});
  two.run();
  CHECK(two.ends == std::vector<std::int64_t>{10'000});

  Shore four(machine_of(2, milliseconds(10), {}));
  for (int i = 0; i < 4; ++i) four.at<Read>({});
  four.run();
  CHECK(four.ends == std::vector<std::int64_t>{20'000, 20'000, 20'000, 20'000});
}

TEST_CASE("machine: one that comes later is slowed by those that are there, and slows them") {
  Shore shore(machine_of(1, milliseconds(10), {}));
  shore.at<Read>({});
  shore.at<Read>(milliseconds(5));
  shore.run();
  // Alone for 5 ms, then both at half speed: 10 ms more for the first, and 5 alone for the second.
  CHECK(shore.ends == std::vector<std::int64_t>{15'000, 20'000});
}

TEST_CASE("machine: what is busy without requests is not there for them") {
  MachineSettings settings = machine_of(2, milliseconds(10), {});
  settings.background = 1;
  Shore shore(settings);
  shore.at<Read>({});
  shore.at<Read>({});
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{20'000, 20'000});
}

TEST_CASE("machine: a slower machine takes longer") {
  MachineSettings settings = machine_of(1, milliseconds(10), milliseconds(1));
  settings.demand = 1.3;
  Shore shore(settings);
  shore.at<Read>({});
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{14'000});
}

TEST_CASE("machine: a call costs less where more of the cores are busy when it comes") {
  MachineSettings settings = machine_of(2, milliseconds(10), {});
  settings.operations[0].economy = Ratio{0.4};
  Shore shore(settings);
  shore.at<Read>({});
  shore.at<Read>(milliseconds(2));  // one of two cores is busy: a fifth less
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{10'000, 10'000});
}

TEST_CASE("machine: who is woken while all cores are busy waits for each that is ahead") {
  MachineSettings settings = machine_of(2, milliseconds(10), {});
  settings.run_queue = always(milliseconds(1));
  settings.operations[0].wakeups = 4;
  Shore shore(settings);
  for (int i = 0; i < 4; ++i) shore.at<Read>({});
  shore.run();
  // Four share two cores for 20 ms. Two found a core free; then 4 ms, and twice as much.
  CHECK(shore.ends == std::vector<std::int64_t>{20'000, 20'000, 24'000, 28'000});
}

TEST_CASE("machine: waiting is beside the cores, not on them") {
  Shore shore(machine_of(1, milliseconds(1), milliseconds(50)));
  for (int i = 0; i < 3; ++i) shore.at<Read>({});
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{53'000, 53'000, 53'000});
}

TEST_CASE("machine: what is spent aside takes a core from others, and nobody waits for it") {
  MachineSettings settings = machine_of(1, milliseconds(10), {});
  settings.operations[0].aside = milliseconds(20);
  Shore shore(settings);
  shore.at<Read>({});
  shore.at<Read>(milliseconds(100));
  shore.at<Read>(milliseconds(115));
  shore.run();
  // Half the core; then a quarter, with the third and what it spends aside, and then a third.
  CHECK(shore.ends == std::vector<std::int64_t>{20'000, 125'000, 147'500});
}

TEST_CASE("machine: changes that come during a flush of the disk share the next") {
  MachineSettings settings = machine_of(8, nanoseconds(1), {});
  settings.commit = always(milliseconds(10));
  Shore shore(settings);
  shore.at<Write>({});
  for (int i = 1; i <= 3; ++i) shore.at<Write>(milliseconds(i));
  shore.at<Read>(milliseconds(4));
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{4'000, 10'000, 20'000, 20'000, 20'000});
}

TEST_CASE("machine: all stands still in a pause, and goes on") {
  MachineSettings settings = machine_of(1, whole_seconds(1), {});
  settings.pause_every = milliseconds(100);
  settings.pause = always(milliseconds(100));
  Shore shore(settings);
  shore.at<Read>({});
  shore.run();
  REQUIRE(shore.ends.size() == 1);
  // A second of work, and about ten pauses of a tenth of a second.
  CHECK(shore.ends[0] > 1'400'000);
  CHECK(shore.ends[0] < 3'000'000);
  CHECK((shore.ends[0] - 1'000'000) % 100'000 == 0);
}

TEST_CASE("machine: a call whose frame is destroyed gives back what it lacked") {
  Shore shore(machine_of(1, milliseconds(10), {}));
  shore.at<Read>({});
  {
    TaskGroup doomed(shore.simulation.loop(), shore.simulation.loop().root());
    doomed.spawn(shore.one<Read>({}));
    shore.simulation.run_until(Time{} + milliseconds(4), nullptr);
  }
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{12'000});
}

TEST_CASE("machine: what it does not cover costs nothing, and none costs nothing") {
  Shore shore(machine_of(0, milliseconds(10), milliseconds(10)));
  CHECK_FALSE(shore.machine.exists());
  CHECK_FALSE(shore.machine.covers(Op::db_get));
  shore.at<Read>(milliseconds(3));
  shore.run();
  CHECK(shore.ends == std::vector<std::int64_t>{3'000});
  Shore other(machine_of(2, milliseconds(10), {}));
  CHECK_FALSE(other.machine.covers(Op::cache_get));
}

TEST_CASE("machine: processor sharing keeps M/G/1-PS: T = S / (1 - rho), whatever the law") {
  // Each call needs 10 ms; 60 arrivals a second on one core.
  Shore shore(machine_of(1, milliseconds(10), {}));
  struct Source {
    static Task<void> offer(Shore& shore, double& total) {
      Loop& loop = shore.simulation.loop();
      Law law;
      law.kind = Law::Kind::exponential;
      law.a = 1.0 / 60;
      const Sampler gaps(law);
      constexpr Purpose purpose("test.arrivals");
      for (std::uint64_t n = 0; n < 60'000; ++n) {
        const Duration gap = gaps.duration(Entropy{11, purpose, n});
        co_await sleep(loop, gap);
        shore.simulation.root().spawn(visit(shore, total));
      }
    }
    static Task<void> visit(Shore& shore, double& total) {
      const Time began = shore.simulation.loop().now();
      const Duration at_once{};
      co_await shore.one<Read>(at_once);
      total += seconds(shore.simulation.loop().now() - began);
    }
  };
  double total = 0;
  shore.simulation.root().spawn(Source::offer(shore, total));
  shore.simulation.run_until(Time{} + whole_seconds(3'000), nullptr);
  REQUIRE(shore.ends.size() == 60'000);
  CHECK(total / 60'000 == doctest::Approx(0.010 / (1 - 0.6)).epsilon(0.03));
}

}  // namespace
}  // namespace wavetank::sim
