// Where two sequences part: found whatever their length, in few plays and little memory.

#include "scenarios/engine/diverge/divergence.h"

#include <doctest/doctest.h>

namespace wavetank::engine {
namespace {

/// Steps 0, 1, 2 ..., some of them replaced.
class Counted final : public Playable {
 public:
  explicit Counted(std::uint64_t steps, std::vector<std::uint64_t> changed = {})
      : steps_(steps), changed_(std::move(changed)) {}

  void play(const See& see) override {
    ++plays;
    for (std::uint64_t n = 0; n < steps_; ++n) {
      bool changed = false;
      for (const std::uint64_t one : changed_) changed = changed || one == n;
      const auto words = [&] {
        ++told;
        return (changed ? "other " : "step ") + std::to_string(n);
      };
      if (!see(changed ? ~n : n, words)) return;
    }
  }
  int plays = 0, told = 0;

 private:
  std::uint64_t steps_;
  std::vector<std::uint64_t> changed_;
};

TEST_CASE("equal sequences have no divergence") {
  for (const std::uint64_t steps : {0, 1, 7, 100, 10'000}) {
    Counted a(steps), b(steps);
    const StepComparison same = compare_steps(a, b, 3, 8);
    CHECK_FALSE(same.divergence.has_value());
    CHECK(same.steps == steps);
    CHECK(a.plays == 1);
  }
}

TEST_CASE("the first step that differs is found, with what stands around it") {
  for (const std::size_t marks : {4, 6, 64, 4096}) {
    for (const std::uint64_t at : {0, 1, 63, 64, 65, 4'999, 9'999}) {
      CAPTURE(marks);
      CAPTURE(at);
      Counted a(10'000), b(10'000, {at, at + 2, 9'998});
      const StepComparison found = compare_steps(a, b, 3, marks);
      REQUIRE(found.divergence.has_value());
      const Divergence& d = *found.divergence;
      const std::uint64_t first = std::min<std::uint64_t>(at, 9'998);
      CHECK(d.step == first);
      CHECK(d.a == "step " + std::to_string(first));
      CHECK(d.b == "other " + std::to_string(first));
      CHECK(d.before.size() == std::min<std::uint64_t>(first, 3));
      if (first > 0) CHECK(d.before.back() == "step " + std::to_string(first - 1));
      CHECK(d.after_a.size() == std::min<std::uint64_t>(3, 9'999 - first));
      CHECK(a.told <= 64 + 6);
    }
  }
}

TEST_CASE("a sequence that ends before the other differs where it ends") {
  for (const std::uint64_t steps : {0, 1, 1'000, 9'999}) {
    CAPTURE(steps);
    Counted a(steps), b(10'000);
    const StepComparison found = compare_steps(a, b, 2, 16);
    REQUIRE(found.divergence.has_value());
    CHECK(found.divergence->step == steps);
    CHECK_FALSE(found.divergence->a.has_value());
    CHECK(found.divergence->after_a.empty());
    CHECK(found.divergence->b == "step " + std::to_string(steps));
  }
}

TEST_CASE("long sequences take few plays") {
  Counted a(3'000'000), b(3'000'000, {2'345'678});
  const StepComparison found = compare_steps(a, b);
  REQUIRE(found.divergence.has_value());
  CHECK(found.divergence->step == 2'345'678);
  CHECK(a.plays <= 4);
}

}  // namespace
}  // namespace wavetank::engine
