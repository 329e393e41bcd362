#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

#include "sim/world/models/fair_share.h"
#include "system/base/check.h"

using namespace wavetank;
using namespace wavetank::sim;

TEST_CASE("slots go round between equal jobs, and a newcomer catches up") {
  FairShare share;
  const auto a = share.add({7});
  const auto b = share.add({3});
  CHECK_FALSE(share.pick());
  share.want(a, 10);
  share.want(b, 10);
  CHECK(share.pick() == b);  // the lower id
  CHECK(share.pick() == a);
  CHECK(share.pick() == b);
  CHECK(share.pick() == a);
  const auto c = share.add({9});
  share.want(c, 2);
  CHECK(share.pick() == c);
  CHECK(share.pick() == c);
  share.finished(a);
  CHECK(share.pick() == a);
  CHECK(share.hungry() == 2);
}

TEST_CASE("of jobs that run on as few the one that names the earlier time comes first") {
  FairShare share;
  const auto at = [](std::int64_t s) { return Time{} + whole_seconds(s); };
  const auto old = share.add({9});
  share.want(old, 2, at(1));
  CHECK(share.pick() == old);
  const auto young = share.add({3});
  share.want(young, 2, at(2));
  CHECK(share.pick() == young);  // the other runs on one
  share.finished(old);
  share.finished(young);
  CHECK(share.pick() == old);
}

TEST_CASE("a job of twice the weight runs on twice the slots") {
  FairShare share;
  const auto light = share.add({1}, 1);
  const auto heavy = share.add({2}, 2);
  share.want(light, 100);
  share.want(heavy, 100);
  for (int i = 0; i < 30; ++i) share.pick();
  CHECK(share.running(light) == 10);
  CHECK(share.running(heavy) == 20);
}

TEST_CASE("a removed job is never picked, and its handle serves the next one") {
  FairShare share;
  const auto a = share.add({1});
  share.want(a, 5);
  share.take(a);
  share.remove(a);
  CHECK_FALSE(share.pick());
  const auto b = share.add({2});
  CHECK(b == a);
  CHECK(share.running(b) == 0);
  CHECK_THROWS_AS(share.finished(b), Broken);
  CHECK_THROWS_AS(share.take(b), Broken);
}

TEST_CASE("fair sharing agrees with a search through all jobs") {
  using Op = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
  struct Plain {
    FairShare::Handle handle;
    std::uint32_t id;
    std::uint32_t weight;
    std::int64_t waiting;
    std::int64_t running;
    std::uint64_t served;
    Time since;
  };
  CHECK(rc::check("picks", [](const std::vector<Op>& ops) {
    FairShare share;
    std::vector<Plain> jobs;
    std::uint64_t picks = 0;
    std::uint32_t ids = 0;
    const auto before = [](const Plain& a, const Plain& b) {
      const auto mine = a.running * b.weight;
      const auto other = b.running * a.weight;
      return std::tuple(mine, a.since, a.served, a.id) <
             std::tuple(other, b.since, b.served, b.id);
    };
    for (const auto& [op, who, arg] : ops) {
      Plain* job = jobs.empty() ? nullptr : &jobs[who % jobs.size()];
      if (op % 8 == 0 || !job) {
        const std::uint32_t weight = 1 + arg % 3;
        const std::uint32_t id = (ids++ * 37) % 256;
        jobs.push_back({share.add({id}, weight), id, weight, 0, 0, 0, {}});
      } else if (op % 8 == 1) {
        const Time since{arg % 16 / 4};
        if (job->waiting == 0) job->since = since;
        job->waiting += arg % 4;
        share.want(job->handle, arg % 4, since);
      } else if (op % 8 == 2 && job->running > 0) {
        --job->running;
        share.finished(job->handle);
      } else if (op % 8 == 3 && job->waiting > 0) {
        --job->waiting;
        share.withdraw(job->handle);
      } else if (op % 8 == 4 && arg % 4 == 0) {
        share.remove(job->handle);
        jobs.erase(jobs.begin() + who % static_cast<int>(jobs.size()));
      } else {
        // Every other pick is for a slot that suits only some jobs.
        const std::uint32_t modulus = 1 + arg % 2;
        const auto suits = [&](FairShare::Handle h) { return share.id(h).value % modulus == 0; };
        Plain* turn = nullptr;
        for (Plain& j : jobs) {
          if (j.waiting > 0 && suits(j.handle) && (!turn || before(j, *turn))) turn = &j;
        }
        const auto picked = modulus == 1 ? share.pick() : share.pick_where(suits);
        RC_ASSERT(picked.has_value() == (turn != nullptr));
        if (!turn) continue;
        RC_ASSERT(*picked == turn->handle);
        --turn->waiting;
        ++turn->running;
        turn->served = ++picks;
      }
    }
  }));
}
