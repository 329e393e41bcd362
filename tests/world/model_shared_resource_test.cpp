#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memory>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

#include "sim/world/models/shared_resource.h"
#include "system/base/check.h"

using namespace wavetank;
using namespace wavetank::sim;

namespace {

Time s(std::int64_t n) { return Time{} + whole_seconds(n); }

/// Runs to the next completion and takes it.
Flow* complete_next(SharedResource& disk, Time& now) {
  now = disk.next_completion();
  return disk.pop_completed(now);
}

bool within_us(Time a, Time b) { return std::llabs(a.ns - b.ns) <= 1000; }

/// The same by stepping every flow from event to event in long double.
struct PlainSharing {
  struct PlainFlow {
    long double left;
    long double weight;
    int id;
  };
  std::vector<PlainFlow> flows;  // in order of start
  long double rate = 0;
  long double clock = 0;
  std::vector<std::pair<int, long double>> completed;

  void run_until(long double t) {
    while (clock < t) {
      long double weights = 0;
      for (const PlainFlow& f : flows) weights += f.weight;
      long double step = t - clock;
      for (const PlainFlow& f : flows) {
        if (rate > 0) step = std::min(step, f.left * weights / (rate * f.weight));
      }
      for (PlainFlow& f : flows) f.left -= step * rate * f.weight / weights;
      clock += step;
      std::erase_if(flows, [&](const PlainFlow& f) {
        if (f.left > 1e-7L) return false;
        completed.emplace_back(f.id, clock);
        return true;
      });
      if (flows.empty()) clock = t;
    }
  }
};

}  // namespace

TEST_CASE("at 100 MB/s two 1 GB transfers started 5 s apart end at 15 and 20 s") {
  SharedResource disk({100'000'000});
  Flow a, b;
  disk.start(s(0), a, gigabytes(1));
  CHECK(disk.next_completion() == s(10));
  disk.start(s(5), b, gigabytes(1));
  Time now{};
  CHECK(complete_next(disk, now) == &a);
  CHECK(within_us(now, s(15)));
  CHECK(complete_next(disk, now) == &b);
  CHECK(within_us(now, s(20)));
  CHECK(disk.next_completion() == time_max);
  const SharedUsage& usage = disk.usage(s(30));
  CHECK(within_us(Time{} + usage.busy, s(20)));
  CHECK(usage.bytes_moved() / 1000 == 2'000'000);
  CHECK(static_cast<std::int64_t>(usage.flow_ns / 1'000'000) == 30'000);
}

TEST_CASE("a 4 GB spill on a 200 MB/s disk shared by 4 tasks takes 80 s a task") {
  SharedResource disk({200'000'000});
  std::array<Flow, 4> spills;
  for (Flow& flow : spills) disk.start(s(0), flow, gigabytes(4));
  Time now{};
  for (Flow& flow : spills) {
    CHECK(complete_next(disk, now) == &flow);  // ties in order of start
    CHECK(within_us(now, s(80)));
  }
}

TEST_CASE("capacity may change under way, and at zero everything stalls") {
  SharedResource nic({100});
  Flow a;
  nic.start(s(0), a, {1000});
  nic.set_capacity(s(2), 0);
  CHECK(nic.next_completion() == time_max);
  CHECK(nic.remaining(s(5), a).count == 800);
  nic.set_capacity(s(6), 400);
  CHECK(nic.next_completion() == s(8));
  CHECK(nic.usage(s(6)).stalled == whole_seconds(4));
  CHECK(nic.pop_completed(Time{s(8).ns - 1}) == nullptr);
  CHECK(nic.pop_completed(s(8)) == &a);
}

TEST_CASE("a cancelled flow gives its share back and tells what it lacked") {
  SharedResource nic({100});
  Flow a, b;
  nic.start(s(0), a, {1000});
  nic.start(s(0), b, {1000});
  CHECK(nic.cancel(s(4), a).count == 800);
  CHECK_FALSE(a.in_progress());
  CHECK(nic.next_completion() == s(12));
  CHECK_THROWS_AS(nic.start(s(4), b, {1}), Broken);
  CHECK(nic.cancel(s(12), b).count == 0);
}

TEST_CASE("weights share in proportion, and no bytes take no time") {
  SharedResource nic({300});
  Flow light, heavy, empty;
  nic.start(s(0), light, {1000}, 1);
  nic.start(s(0), heavy, {2000}, 2);
  nic.start(s(1), empty, {0});
  CHECK(nic.next_completion() == s(1));
  CHECK(nic.pop_completed(s(1)) == &empty);
  Time now{};
  CHECK(complete_next(nic, now) == &light);
  CHECK(now == s(10));
  CHECK(complete_next(nic, now) == &heavy);
  CHECK(now == s(10));
}

TEST_CASE("long runs do not drift: a million short flows beside one that lasts") {
  SharedResource disk({333'333'333});
  Flow longest;
  disk.start(Time{}, longest, gigabytes(100));
  Time now{};
  std::int64_t others = 0;
  Flow brief;
  for (int i = 0; i < 200'000; ++i) {
    disk.start(now, brief, {997 + i % 7});
    others += 997 + i % 7;
    CHECK(complete_next(disk, now) == &brief);
  }
  // All bytes that the resource served went to one of the two.
  const std::int64_t left = disk.remaining(now, longest).count;
  const std::int64_t moved = disk.usage(now).bytes_moved();
  CHECK(std::llabs(moved - others - (100'000'000'000 - left)) < 200'000);
}

TEST_CASE("processor sharing agrees with stepping every flow, to within 1 us") {
  using Op = std::tuple<std::uint8_t, std::uint32_t, std::uint16_t>;
  CHECK(rc::check("virtual service time against fluid steps", [](const std::vector<Op>& ops) {
    SharedResource disk({50'000'000});
    PlainSharing plain;
    plain.rate = 0.05L;  // bytes a nanosecond
    std::vector<std::unique_ptr<Flow>> flows;
    std::vector<std::pair<int, Time>> completed;
    const auto run_until = [&](Time t) {
      for (Time next = disk.next_completion(); next <= t; next = disk.next_completion()) {
        const Flow* done = disk.pop_completed(next);
        RC_ASSERT(done != nullptr);
        for (std::size_t i = 0; i < flows.size(); ++i) {
          if (flows[i].get() == done) completed.emplace_back(static_cast<int>(i), next);
        }
      }
      plain.run_until(static_cast<long double>(t.ns));
    };
    Time now{};
    for (const auto& [op, arg, wait] : ops) {
      now += microseconds(wait * 10);
      run_until(now);
      if (op % 8 < 6) {
        const std::int64_t bytes = 1 + arg % 20'000'000;
        const std::uint32_t weight = 1 + op % 3;
        flows.push_back(std::make_unique<Flow>());
        disk.start(now, *flows.back(), {bytes}, weight);
        plain.flows.push_back({static_cast<long double>(bytes), static_cast<long double>(weight),
                               static_cast<int>(flows.size()) - 1});
      } else if (op % 8 == 6) {
        const std::int64_t rate = 10'000'000 * (1 + arg % 9);
        disk.set_capacity(now, rate);
        plain.rate = static_cast<long double>(rate) / 1e9L;
      } else if (!flows.empty()) {
        const std::size_t who = arg % flows.size();
        if (!flows[who]->in_progress()) continue;
        disk.cancel(now, *flows[who]);
        std::erase_if(plain.flows, [&](auto& f) { return f.id == static_cast<int>(who); });
      }
    }
    run_until(now + hours(1));
    RC_ASSERT(disk.flows() == 0u);
    RC_ASSERT(completed.size() == plain.completed.size());
    std::vector<Time> end(flows.size());
    for (const auto& [id, t] : completed) end[static_cast<std::size_t>(id)] = t;
    for (const auto& [id, t] : plain.completed) {
      RC_ASSERT(within_us(end[static_cast<std::size_t>(id)], Time{static_cast<std::int64_t>(t)}));
    }
  }));
}
