// A port call through the gate: to a server that answers at once, so that what is measured is the
// way there and back: the pooled call, the gate asked twice, deadline, history and fingerprint.

#include <benchmark/benchmark.h>

#include "system/base/task_group.h"
#include "system/ports/cache.h"

namespace wavetank::bench {
namespace {

/// Answers within submit().
class Prompt final : public Cache {
 public:
  using Cache::Cache;
  NodeId server() const override { return NodeId{7}; }

 private:
  void submit(Call& call) override {
    static_cast<CallOf<verb::CacheGet>&>(call).reply = verb::CacheGet::Reply();
    complete(call);
  }
};

/// A fault of 5 % of the calls, as faults/ has them: a draw a call, at the request only.
class FivePercent final : public Rule {
 public:
  Verdict ask(const Call& call, Moment moment) override {
    if (moment != Moment::before_request) return Verdict::pass();
    const std::uint64_t bits = draw(42, Purpose("bench"), call.info.subject, call.info.attempt);
    return hits(bits, 0.05) ? Verdict::refuse() : Verdict::pass();
  }
  void applied(const Call&, Verdict) override { ++applied_times; }
  std::uint64_t applied_times = 0;
};

constexpr int batch = 1'000;

// A batch of calls, one after the other, then a nap, at which the loop's step ends.
Task<void> caller(Loop& loop, Prompt& cache, Node& node) {
  for (std::uint64_t calls = 0;;) {
    for (int i = 0; i < batch; ++i) {
      CallInfo info;
      info.deadline = loop.now() + whole_seconds(1);
      info.subject = ++calls;
      const CacheKey key{Cached::status, OutputId{17}};
      auto reply = co_await cache.get(node, key, info);
      benchmark::DoNotOptimize(reply);
    }
    co_await sleep(loop, nanoseconds(1));
  }
}

void call(benchmark::State& state, OpMask armed) {
  Run run(42);
  Loop loop(run);
  Gate gate(loop);
  History history(loop);
  Node node(loop, NodeId{1}, "api/0");
  Prompt cache(loop, gate, history);
  FivePercent fault;
  if (armed != 0) gate.arm(fault, armed, 0);
  TaskGroup group(loop, node);
  group.spawn(caller(loop, cache, node));
  while (state.KeepRunningBatch(batch)) loop.step(time_max);
  state.counters["refused"] = benchmark::Counter(static_cast<double>(fault.applied_times),
                                                 benchmark::Counter::kAvgIterations);
}
BENCHMARK_CAPTURE(call, nothing_armed, OpMask{0})->Name("gate/call");
BENCHMARK_CAPTURE(call, armed_elsewhere, mask_of(Op::db_get))->Name("gate/call_armed_elsewhere");
BENCHMARK_CAPTURE(call, armed, mask_of(Op::cache_get))->Name("gate/call_armed");

}  // namespace
}  // namespace wavetank::bench
