// The kernel: PHOLD on the loop beside PHOLD on a heap, and a queue with one server.

#include <benchmark/benchmark.h>
#include <vector>

#include "bench/heap_kernel.h"
#include "sim/random/sampler.h"
#include "system/base/loop.h"
#include "system/base/semaphore.h"
#include "system/base/task_group.h"

namespace wavetank::bench {
namespace {

/// Exponential times of mean 1 ms, drawn beforehand: what is measured is the kernel.
class Delays {
 public:
  Delays() {
    const sim::Sampler law(Law{Law::Kind::exponential, 1e-3, 0, 0, {}});
    Stream words(42, "bench", "delays");
    for (Duration& delay : delays_) delay = law.duration(words);
  }
  Duration next() { return delays_[at_++ & (count - 1)]; }

 private:
  // Prime to no number of processes: a process meets its delays in ever another order.
  static constexpr std::size_t count = 8'192;
  Duration delays_[count];
  std::size_t at_ = 0;
};

/// The places that PHOLD's jobs move between (Fujimoto 1990), each with a counter of visits.
class Places {
 public:
  explicit Places(std::size_t count) : visits_(count) {}
  void visit() {
    word_ = word_ * 6364136223846793005u + 1442695040888963407u;
    ++visits_[below(word_, visits_.size())];
  }

 private:
  std::vector<std::uint32_t> visits_;
  std::uint64_t word_ = 42;
};

// One process: holds, goes elsewhere, holds again. The same source for both kernels.
template <class Kernel>
Task<void> process(Kernel& kernel, Delays& delays, Places& places) {
  for (;;) {
    const Duration hold = delays.next();
    co_await sleep(kernel, hold);
    places.visit();
  }
}

void phold_loop(benchmark::State& state) {
  Run run(42);
  Loop loop(run);
  TaskGroup processes(loop, loop.root());
  Delays delays;
  Places places(static_cast<std::size_t>(state.range(0)));
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    processes.start(process(loop, delays, places));
  }
  for (auto _ : state) loop.step(time_max);
}

void phold_heap(benchmark::State& state) {
  Run run(42);
  HeapKernel kernel(run);
  Delays delays;
  Places places(static_cast<std::size_t>(state.range(0)));
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    kernel.start(process(kernel, delays, places));
  }
  for (auto _ : state) kernel.step();
}

// An iteration is one hold. Before it is measured every process has held some times.
BENCHMARK(phold_loop)->Name("phold/loop")->Arg(100)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(phold_heap)->Name("phold/heap")->Arg(100)->Arg(10'000)->Arg(1'000'000);

// M/M/1, process-oriented: every customer is a coroutine that waits, is served and leaves.
struct Counter {
  Loop& loop;
  Semaphore server;
  Delays arrivals;
  Delays services;
  std::uint64_t served = 0;
  std::uint64_t wanted = 0;
  TaskGroup customers{loop, loop.root()};
};

Task<void> customer(Counter& counter) {
  co_await counter.server.acquire();
  const Duration work = counter.services.next();
  const Duration shorter = work * 4 / 5;
  co_await sleep(counter.loop, shorter);
  counter.server.release();
  ++counter.served;
}

Task<void> arrivals(Counter& counter) {
  for (;;) {
    const Duration gap = counter.arrivals.next();
    co_await sleep(counter.loop, gap);
    counter.customers.spawn(customer(counter));
  }
}

void mm1(benchmark::State& state) {
  Run run(42);
  Loop loop(run);
  Counter counter{loop, Semaphore(loop, 1), {}, {}};
  counter.services.next();  // Arrivals and services must not be the same numbers.
  TaskGroup source(loop, loop.root());
  source.spawn(arrivals(counter));
  for (auto _ : state) {
    ++counter.wanted;
    while (counter.served < counter.wanted) loop.step(time_max);
  }
  state.counters["events_a_customer"] =
      static_cast<double>(loop.events()) / static_cast<double>(counter.served);
}
BENCHMARK(mm1)->Name("mm1/customer");

}  // namespace
}  // namespace wavetank::bench
