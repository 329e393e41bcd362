#include "sim/random/sampler.h"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <rapidcheck.h>

#include "system/base/check.h"

using namespace wavetank;
using sim::Entropy;
using sim::Sampler;
using Kind = Law::Kind;

namespace {

constexpr Purpose purpose("sampler_test");
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Case {
  const char* name;
  Law law;
  double mean;
  double variance;
  std::function<double(double)> distribution;
};

double erlang_cdf(double x, double mean, int phases) {
  const double t = x * phases / mean;
  double term = 1;
  double sum = 1;
  for (int i = 1; i < phases; ++i) {
    term *= t / i;
    sum += term;
  }
  return 1 - std::exp(-t) * sum;
}

std::vector<Case> continuous_cases() {
  const double e = std::exp(1.0);
  return {
      {"uniform", {Kind::uniform, 1, 5, 0, {}}, 3, 16.0 / 12, [](double x) { return (x - 1) / 4; }},
      {"exponential",
       {Kind::exponential, 20, 0, 0, {}},
       20,
       400,
       [](double x) { return 1 - std::exp(-x / 20); }},
      {"erlang",
       {Kind::erlang, 20, 4, 0, {}},
       20,
       100,
       [](double x) { return erlang_cdf(x, 20, 4); }},
      {"hyperexponential",
       {Kind::hyperexponential, 0.9, 0.5, 5, {}},
       0.95,
       2 * (0.9 * 0.25 + 0.1 * 25) - 0.95 * 0.95,
       [](double x) { return 1 - 0.9 * std::exp(-x / 0.5) - 0.1 * std::exp(-x / 5); }},
      {"lognormal",
       {Kind::lognormal, 10, 1, 0, {}},
       10 * std::sqrt(e),
       100 * e * (e - 1),
       [](double x) { return std::erfc(-std::log(x / 10) / std::sqrt(2.0)) / 2; }},
      {"pareto",
       {Kind::pareto, 1, 3.5, 0, {}},
       1.4,
       3.5 / (2.5 * 2.5 * 1.5),
       [](double x) { return 1 - std::pow(x, -3.5); }},
      {"weibull",
       {Kind::weibull, 10, 0.7, 0, {}},
       10 * std::tgamma(1 + 1 / 0.7),
       100 * (std::tgamma(1 + 2 / 0.7) - std::pow(std::tgamma(1 + 1 / 0.7), 2)),
       [](double x) { return 1 - std::exp(-std::pow(x / 10, 0.7)); }},
  };
}

std::vector<double> draw_many(const Law& law, std::uint64_t seed, std::size_t n) {
  const Sampler sampler(law);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(sampler.value(Entropy{seed, purpose, i}));
  return values;
}

/// The Kolmogorov-Smirnov distance times the square root of n; 1.95 is passed once in 1,000.
double kolmogorov_smirnov(std::vector<double> values, const std::function<double(double)>& cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double f = cdf(values[i]);
    distance = std::max(distance, std::abs(f - static_cast<double>(i) / n));
    distance = std::max(distance, std::abs(f - static_cast<double>(i + 1) / n));
  }
  return distance * std::sqrt(n);
}

}  // namespace

// The seeds below were chosen before the first run.
TEST_CASE("each continuous law has its distribution, and mean() is its mean") {
  for (const Case& c : continuous_cases()) {
    CAPTURE(c.name);
    CHECK(Sampler(c.law).mean() == doctest::Approx(c.mean).epsilon(1e-12));
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      CAPTURE(seed);
      const std::vector<double> values = draw_many(c.law, seed, 20'000);
      CHECK(kolmogorov_smirnov(values, c.distribution) < 1.95);
      double sum = 0;
      for (const double value : values) sum += value;
      const double standard_error = std::sqrt(c.variance / 20'000);
      CHECK(std::abs(sum / 20'000 - c.mean) < 4.5 * standard_error);
    }
  }
}

TEST_CASE("a stream draws from the same distribution") {
  const Case exponential = continuous_cases()[1];
  const Sampler sampler(exponential.law);
  Stream stream(1, "sampler_test", "values");
  std::vector<double> values;
  for (int i = 0; i < 20'000; ++i) values.push_back(sampler.value(stream));
  CHECK(kolmogorov_smirnov(values, exponential.distribution) < 1.95);
}

TEST_CASE("the distance test would notice a law that is five per cent off") {
  const std::vector<double> values = draw_many({Kind::exponential, 21, 0, 0, {}}, 1, 20'000);
  CHECK(kolmogorov_smirnov(values, continuous_cases()[1].distribution) > 1.95);
}

TEST_CASE("an empirical law gives its values equally often") {
  const Sampler sampler(Law{Kind::empirical, 0, 0, 0, {8, 1, 2, 2}});
  CHECK(sampler.mean() == 3.25);
  int twos = 0;
  for (std::uint64_t i = 0; i < 40'000; ++i) {
    const double value = sampler.value(Entropy{1, purpose, i});
    CHECK((value == 8 || value == 1 || value == 2));
    if (value == 2) ++twos;
  }
  CHECK(std::abs(twos - 20'000) < 450);
}

TEST_CASE("a constant takes no entropy, other laws one word or as many as they need") {
  const auto words_taken = [](const Law& law) {
    const Sampler sampler(law);
    sim::Words taken(Entropy{1, purpose, 1});
    sampler.value(taken);
    const std::uint64_t next = taken.next();
    sim::Words words(Entropy{1, purpose, 1});
    int count = 0;
    while (words.next() != next) ++count;
    return count;
  };
  CHECK(words_taken({Kind::constant, 5, 0, 0, {}}) == 0);
  CHECK(words_taken({Kind::erlang, 5, 7, 0, {}}) == 7);
  CHECK(words_taken({Kind::hyperexponential, 0.5, 1, 2, {}}) == 2);
  for (const Kind kind : {Kind::uniform, Kind::exponential, Kind::lognormal, Kind::pareto,
                          Kind::weibull, Kind::empirical})
    CHECK(words_taken({kind, 1, 2, 0, {1.0}}) == 1);
}

TEST_CASE("the first word is draw() itself, and no two words agree") {
  sim::Words words(Entropy{3, purpose, 4, 5});
  const std::uint64_t first = words.next();
  const std::uint64_t second = words.next();
  const std::uint64_t third = words.next();
  CHECK(first == draw(3, purpose, 4, 5));
  CHECK(first != second);
  CHECK(second != third);
}

TEST_CASE("a law of one word grows with the word, and scales with its first parameter") {
  CHECK(rc::check([](std::uint64_t entity, std::uint64_t other) {
    const std::uint64_t a = draw(1, purpose, entity);
    const std::uint64_t b = draw(1, purpose, other);
    for (const Case& c : continuous_cases()) {
      if (c.law.kind == Kind::erlang || c.law.kind == Kind::hyperexponential) continue;
      const double x = Sampler(c.law).value(Entropy{1, purpose, entity});
      const double y = Sampler(c.law).value(Entropy{1, purpose, other});
      RC_ASSERT((a <= b ? x <= y : x >= y));
      if (c.law.kind == Kind::uniform) continue;
      Law twice = c.law;
      twice.a *= 2;
      RC_ASSERT(Sampler(twice).value(Entropy{1, purpose, entity}) == 2 * x);
    }
  }));
}

TEST_CASE("durations and sizes are rounded to the nearest unit and saturate") {
  const Entropy entropy{1, purpose, 9};
  CHECK(Sampler(DurationLaw{{Kind::constant, 0.02, 0, 0, {}}}).duration(entropy) ==
        milliseconds(20));
  CHECK(Sampler(DurationLaw{{Kind::constant, 1.6e-9, 0, 0, {}}}).duration(entropy) ==
        nanoseconds(2));
  CHECK(Sampler(DurationLaw{{Kind::constant, 1e11, 0, 0, {}}}).duration(entropy) == duration_max);
  CHECK(Sampler(SizeLaw{{Kind::constant, 1e6, 0, 0, {}}}).bytes(entropy) == megabytes(1));
  CHECK(Sampler(SizeLaw{{Kind::constant, 0.4, 0, 0, {}}}).bytes(entropy) == Bytes{0});
  const Sampler wild(DurationLaw{{Kind::pareto, 1, 0.01, 0, {}}});
  Duration longest{0};
  for (std::uint64_t i = 0; i < 1000; ++i)
    longest = std::max(longest, wild.duration(Entropy{1, purpose, i}));
  CHECK(longest == duration_max);
  CHECK(Sampler(Law{Kind::pareto, 0, 0.001, 0, {}}).value(entropy) == 0);
}

TEST_CASE("a pareto with alpha of at most 1 has no mean") {
  CHECK(Sampler(Law{Kind::pareto, 1, 1, 0, {}}).mean() == infinity);
  CHECK(Sampler(Law{Kind::pareto, 1, 1.5, 0, {}}).mean() == doctest::Approx(3));
}

TEST_CASE("an unusable law is named by its fault and refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Law> unusable = {{Kind::constant, -1, 0, 0, {}},
                                     {Kind::constant, nan, 0, 0, {}},
                                     {Kind::constant, infinity, 0, 0, {}},
                                     {Kind::uniform, 5, 1, 0, {}},
                                     {Kind::uniform, 1, infinity, 0, {}},
                                     {Kind::erlang, 1, 0, 0, {}},
                                     {Kind::erlang, 1, 2.5, 0, {}},
                                     {Kind::erlang, 1, 1e9, 0, {}},
                                     {Kind::erlang, 1, nan, 0, {}},
                                     {Kind::hyperexponential, 1.1, 1, 1, {}},
                                     {Kind::hyperexponential, 0.5, -1, 1, {}},
                                     {Kind::lognormal, 1, -1, 0, {}},
                                     {Kind::pareto, 1, 0, 0, {}},
                                     {Kind::weibull, 1, nan, 0, {}},
                                     {Kind::empirical, 0, 0, 0, {}},
                                     {Kind::empirical, 0, 0, 0, {1, -1}}};
  for (const Law& law : unusable) {
    CHECK_FALSE(sim::law_problem(law).empty());
    CHECK_THROWS_AS(Sampler{law}, Broken);
  }
  for (const Case& c : continuous_cases()) CHECK(sim::law_problem(c.law).empty());
}
