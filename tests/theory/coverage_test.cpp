// Do intervals of 95 % cover the truth as often as they say? Known queue, many meta-replications.
// The parts marked "whole" take minutes and run by ./dev theory; the others are the same with fewer
// meta-replications and a band that is 4.5 standard errors wider.

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <span>

#include "scenarios/engine/statistics/estimate.h"
#include "scenarios/engine/statistics/warm_up.h"
#include "tests/theory/lindley.h"

namespace wavetank::theory {
namespace {

using engine::Estimate;

constexpr double rho = 0.8;
constexpr double mean_sojourn = 5;            // 1 / (1 - rho)
constexpr double p95 = 14.978661367769954;    // -ln(1 - q) times that
constexpr double p99 = 23.025850929940457;
constexpr std::size_t customers = 20'000;
constexpr std::size_t replications = 20;
constexpr std::size_t fixed_cut = 900;        // 10 / (1 - sqrt(rho))^2 service times

struct Covered {
  std::size_t fixed = 0, mser = 0, p95 = 0, p99 = 0, raw = 0;
};

/// Order statistics over one run's sojourns, as if they were independent: the wrong way.
bool raw_order_statistics_cover(std::vector<double>& run) {
  const auto n = static_cast<double>(run.size());
  const double reach = 1.96 * std::sqrt(0.95 * 0.05 / n);
  const double low = engine::quantile(run, 0.95 - reach);
  return low <= p95 && p95 <= engine::quantile(run, 0.95 + reach);
}

void meta_replication(std::uint64_t meta, Covered& covered) {
  std::vector<std::vector<double>> runs;
  for (std::uint64_t r = 0; r < replications; ++r) {
    runs.push_back(sojourns(Lindley(1'000'000 + meta * replications + r, rho), customers));
  }
  const std::size_t cut = engine::mser5(engine::mean_over(runs)).length;
  std::array<std::vector<double>, 4> values;
  for (std::vector<double>& run : runs) {
    const std::span<double> all(run);
    values[0].push_back(engine::estimate(all.subspan(fixed_cut)).mean);
    values[1].push_back(engine::estimate(all.subspan(cut)).mean);
    values[2].push_back(engine::quantile(all.subspan(fixed_cut), 0.95));
    values[3].push_back(engine::quantile(all, 0.99));
  }
  covered.fixed += engine::estimate(values[0]).covers(mean_sojourn) ? 1 : 0;
  covered.mser += engine::estimate(values[1]).covers(mean_sojourn) ? 1 : 0;
  covered.p95 += engine::estimate(values[2]).covers(p95) ? 1 : 0;
  covered.p99 += engine::estimate(values[3]).covers(p99) ? 1 : 0;
  covered.raw += raw_order_statistics_cover(runs[0]) ? 1 : 0;
}

double share(std::size_t n, std::size_t of) {
  return static_cast<double>(n) / static_cast<double>(of);
}

/// By how much fewer meta-replications widen the band: 4.5 standard errors of a coverage of .95.
double slack(std::size_t metas) {
  return metas >= 1'000 ? 0 : 4.5 * std::sqrt(0.95 * 0.05 / static_cast<double>(metas));
}

void check_replications(std::size_t metas) {
  Covered covered;
  for (std::size_t m = 0; m < metas; ++m) meta_replication(m, covered);
  const double more = slack(metas);
  const double fixed = share(covered.fixed, metas), mser = share(covered.mser, metas);
  MESSAGE("coverage over ", metas, ": fixed cut ", fixed, ", MSER-5 ", mser, ", p95 ",
          share(covered.p95, metas), ", p99 ", share(covered.p99, metas),
          ", raw order statistics ", share(covered.raw, metas));
  CHECK(fixed >= 0.93 - more);
  CHECK(fixed <= 0.97 + more);
  CHECK(mser >= 0.93 - more);
  CHECK(mser <= 0.97 + more);
  CHECK(share(covered.p95, metas) >= 0.90 - more);
  CHECK(share(covered.p99, metas) >= 0.90 - more);
  CHECK(share(covered.raw, metas) < 0.35);
}

TEST_CASE("intervals over replications cover the truth; order statistics of one run do not") {
  check_replications(100);
}
TEST_CASE("whole: intervals over 1,000 x 20 replications" * doctest::skip()) {
  check_replications(1'000);
}

/// Started with a hundred customers waiting, and nothing deleted: this must fail.
void check_backlog(std::size_t metas) {
  std::size_t covered = 0;
  for (std::size_t m = 0; m < metas; ++m) {
    std::vector<double> means;
    for (std::uint64_t r = 0; r < replications; ++r) {
      const Lindley queue(3'000'000 + m * replications + r, rho, 1, 100);
      means.push_back(engine::estimate(sojourns(queue, customers)).mean);
    }
    covered += engine::estimate(means).covers(mean_sojourn) ? 1 : 0;
  }
  MESSAGE("coverage with a backlog and no deletion: ", share(covered, metas));
  CHECK(share(covered, metas) < 0.10);
}

TEST_CASE("without deletion a backlog ruins the interval") { check_backlog(30); }
TEST_CASE("whole: without deletion a backlog ruins the interval" * doctest::skip()) {
  check_backlog(1'000);
}

/// MSER-5 sees that backlog, and deletes it.
TEST_CASE("MSER-5 on the mean of replications deletes a backlog") {
  std::vector<std::vector<double>> runs;
  for (std::uint64_t r = 0; r < replications; ++r) {
    runs.push_back(sojourns(Lindley(4'000'000 + r, rho, 1, 100), customers));
  }
  const engine::WarmUpCut cut = engine::mser5(engine::mean_over(runs));
  CHECK(cut.steady);
  CHECK(cut.length >= 300);  // the backlog drains at 1 - rho: 100 / .2 service times, 400 arrivals
  CHECK(cut.length < 3'000);
}

void check_batches(std::size_t metas) {
  std::size_t covered = 0, tail = 0;
  for (std::size_t m = 0; m < metas; ++m) {
    std::vector<double> run = sojourns(Lindley(5'000'000 + m, rho), fixed_cut + 20 * customers);
    const std::span<double> kept = std::span<double>(run).subspan(fixed_cut);
    covered += engine::estimate(engine::batch_means(kept, 20)).covers(mean_sojourn) ? 1 : 0;
    std::vector<double> quantiles;
    for (std::size_t b = 0; b < 20; ++b) {
      quantiles.push_back(engine::quantile(kept.subspan(b * customers, customers), 0.95));
    }
    tail += engine::estimate(quantiles).covers(p95) ? 1 : 0;
  }
  MESSAGE("coverage of batch means over ", metas, ": ", share(covered, metas), ", of p95 ",
          share(tail, metas));
  CHECK(share(covered, metas) >= 0.90 - slack(metas));
  CHECK(share(tail, metas) >= 0.90 - slack(metas));
}

TEST_CASE("batch means cover the truth") { check_batches(100); }
TEST_CASE("whole: batch means over 1,000 runs" * doctest::skip()) { check_batches(1'000); }

void check_stopping(std::size_t metas, double precision) {
  std::size_t covered = 0, taken = 0;
  const engine::StoppingRule rule{precision};
  for (std::size_t m = 0; m < metas; ++m) {
    std::vector<double> means;
    Estimate e;
    do {
      const Lindley queue(6'000'000 + m * 1'000 + means.size(), rho);
      const std::vector<double> run = sojourns(queue, customers);
      means.push_back(engine::estimate(std::span(run).subspan(fixed_cut)).mean);
      e = engine::estimate(means);
    } while (!rule.enough(e));
    taken += means.size();
    covered += e.covers(mean_sojourn) ? 1 : 0;
  }
  MESSAGE("coverage of sequential stopping at ", precision, ": ", share(covered, metas),
          " with ", share(taken, metas), " replications");
  CHECK(share(covered, metas) >= 0.90 - slack(metas));
}

TEST_CASE("sequential stopping covers the truth") { check_stopping(100, 0.03); }
TEST_CASE("whole: sequential stopping at 2 % over 1,000" * doctest::skip()) {
  check_stopping(1'000, 0.02);
}

TEST_CASE("common random numbers: service 5 % slower, the difference varies five times less") {
  std::vector<double> a, b;
  for (std::uint64_t seed = 7'000'000; seed < 7'000'200; ++seed) {
    a.push_back(engine::estimate(sojourns(Lindley(seed, rho, 1), customers)).mean);
    b.push_back(engine::estimate(sojourns(Lindley(seed, rho, 1.05), customers)).mean);
  }
  const engine::PairedDifference paired = engine::paired_difference(a, b);
  REQUIRE(paired.variance_ratio.has_value());
  MESSAGE("variance ratio ", *paired.variance_ratio, ", difference ", paired.difference.mean,
          " +- ", paired.difference.half);
  CHECK(*paired.variance_ratio > 5);
  // 1.05 / (1 - .84) - 1 / (1 - .8)
  CHECK(std::abs(paired.difference.mean - 1.5625) < 4.5 * paired.difference.half / 1.96);
}

}  // namespace
}  // namespace wavetank::theory
