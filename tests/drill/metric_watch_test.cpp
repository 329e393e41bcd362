// Figures of an attached platform while a run lasts: gaps, growth, and what stops the run.

#include "app/live/metric_watch.h"

#include <doctest/doctest.h>

#include "app/live/metric_report.h"
#include "app/live/played_resources.h"
#include "system/base/run.h"
#include "tests/live/awaited.h"
#include "tests/live/drill_web_server.h"

namespace wavetank::app {
namespace {

using live::Told;
using live::WebServer;

constexpr Duration second = whole_seconds(1);

Time at(std::int64_t s) { return Time{} + second * s; }

live::MetricTarget metric(const std::string& name, const std::string& stop = "") {
  live::MetricTarget one;
  one.name = name;
  one.stop = stop;
  return one;
}

MetricReadings readings(const std::string& name, const std::vector<std::pair<int, double>>& all) {
  MetricReadings one{metric(name), {}};
  for (const auto& [s, value] : all) one.points.push_back({at(s), value});
  return one;
}

/// A platform whose page says what it is told to.
struct Shop {
  explicit Shop(std::function<std::string(std::size_t)> page)
      : server([this, page = std::move(page)](const WebServer::Asked&) {
          return Told{200, page(++asked)};
        }) {
    target.platform = "attached";
  }
  void follow(live::MetricTarget one) {
    one.page = server.url();
    one.series = "orders";
    target.attach.metrics.push_back(std::move(one));
  }
  live::Target target;
  live::LiveClock clock;
  std::size_t asked = 0;
  WebServer server;
};

TEST_CASE("metric guard: out of bounds for long enough, and not while it is well") {
  MetricGuard at_once(metric("a", "> 90"), at(0));
  CHECK_FALSE(at_once.read(at(1), 90));
  CHECK(at_once.read(at(2), 97.5) == "stopped by the target's rule a > 90: it is 97.5");
  live::MetricTarget patient = metric("a", "> 90");
  patient.stop_after = whole_seconds(3);
  MetricGuard guard(patient, at(0));
  CHECK_FALSE(guard.read(at(1), 95));
  CHECK_FALSE(guard.read(at(3), 95));
  CHECK_FALSE(guard.read(at(4), 80));
  CHECK_FALSE(guard.read(at(5), 95));
  CHECK_FALSE(guard.read(at(7), 95));
  CHECK(guard.read(at(8), 95).has_value());
}

TEST_CASE("metric guard: what nobody tells for a minute stops the run, if it is to stop it") {
  MetricGuard guard(metric("a", "> 90"), at(0));
  CHECK_FALSE(guard.read(at(60), std::nullopt));
  CHECK_FALSE(guard.read(at(61), 5));
  CHECK_FALSE(guard.read(at(121), std::nullopt));
  CHECK(guard.read(at(122), std::nullopt).value_or("").find("unknown for 61 s") !=
        std::string::npos);
  MetricGuard nobody_minds(metric("a"), at(0));
  CHECK_FALSE(nobody_minds.read(at(999), std::nullopt));
}

TEST_CASE("metric watch: one that breaks its rule stops the run once") {
  Shop shop([](std::size_t) { return "orders 120\n"; });
  shop.follow(metric("orders.open", "> 90"));
  shop.follow(metric("orders.too", "> 90"));
  live::Awaited said;
  MetricWatch watch(shop.target, shop.clock, [&](const std::string& why) { said.come(why); });
  CHECK(said.wait().find("orders.open > 90: it is 120") != std::string::npos);
  const std::vector<MetricReadings> all = watch.taken();
  REQUIRE(all.size() == 2);
  CHECK(all[1].points.at(0).value == 120);
}

TEST_CASE("metric watch: growth is told a second, and a total that fell has begun anew") {
  const std::vector<std::string> pages = {"orders 100\n", "orders 350\n", "nothing\n", "orders 5\n",
                                          "orders 1\n", "orders 1\n"};
  live::Awaited seen;
  Shop shop([&](std::size_t n) {
    if (n == pages.size()) seen.come("");
    return pages[std::min(n, pages.size()) - 1];
  });
  live::MetricTarget grows = metric("orders.taken");
  grows.growth = true;
  shop.follow(grows);
  shop.follow(metric("orders.all"));
  MetricWatch watch(shop.target, shop.clock, [](const std::string&) {});
  seen.wait();
  const std::vector<MetricReadings> all = watch.taken();
  REQUIRE(all.size() == 2);
  REQUIRE(all[0].points.size() >= 2);
  CHECK(all[0].points[0].value > 0);
  CHECK(all[0].points[0].value <= 250);
  CHECK(all[0].points[1].value == 0);  // 1 to 1: what lies before is unknown
  REQUIRE(all[1].points.size() >= 5);
  CHECK(all[1].points[2].value == 5);  // the page that said nothing is no zero
}

TEST_CASE("metric watch: a run does not begin with a rule that is broken or blind") {
  Shop shop([](std::size_t) { return "orders 120\n"; });
  shop.follow(metric("a"));
  shop.follow(metric("b", "> 200"));
  CHECK(unfit_metrics(shop.target).empty());
  shop.follow(metric("c", "> 90"));
  shop.follow(metric("d", "> 90"));
  shop.target.attach.metrics.back().series = "nobody";
  const std::vector<std::string> wrong = unfit_metrics(shop.target);
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0] == "the target's rule c > 90 is broken already: it is 120");
  CHECK(wrong[1] == "the target's rule d > 90 cannot be judged: the page has no nobody");
}

TEST_CASE("metric report: a series with gaps, and a row that says how long it was unknown") {
  engine::RunReport report;
  report.series.step_s = 5;
  report.series.tracks.push_back({"errors", "ratio", std::vector<std::optional<double>>(4, 0.0)});
  add_readings({readings("orders.open", {{0, 4}, {1, 6}, {2, 8}, {12, 20}, {13, 22}}),
                readings("nobody.knows", {})},
               report);
  REQUIRE(report.series.tracks.size() == 3);
  const auto& values = report.series.tracks[1].values;
  REQUIRE(values.size() == 4);
  CHECK(values[0] == 6.0);
  CHECK_FALSE(values[1].has_value());
  CHECK(values[2] == 21.0);
  CHECK_FALSE(values[3].has_value());
  REQUIRE(report.readings.size() == 2);
  CHECK(report.readings[0].least == 4.0);
  CHECK(report.readings[0].mean == 12.0);
  CHECK(report.readings[0].most == 22.0);
  CHECK(report.readings[0].unknown_s == 17);  // 3 of 20 s lie between readings that are close
  CHECK_FALSE(report.readings[1].mean.has_value());
  CHECK(report.readings[1].unknown_s == 20);
}

TEST_CASE("metric rules: one that could not be told at the end is no rule that held") {
  MetricReadings told = readings("a", {{1, 5}, {25, 5}}), silent = readings("b", {{1, 5}, {12, 5}});
  CHECK(untold_rules({told, silent}, at(0), at(30)).empty());
  told.of.stop = silent.of.stop = "> 90";
  const auto untold = untold_rules({told, silent}, at(0), at(30));
  REQUIRE(untold.size() == 1);
  CHECK(untold[0] == "the target's rule b > 90 could not be told in the last 18 s");
}

TEST_CASE("metric report: what has a ceiling is a resource, used against it where it is known") {
  MetricReadings pool = readings("orders.pool", {{0, 20}, {1, 40}, {2, 40}, {20, 80}, {21, 80}});
  pool.of.ceiling = 80;
  CHECK(resources_of({readings("no.ceiling", {{0, 1}})}).empty());
  Run run{1};
  Loop loop{run};
  PlayedResources played(resources_of({pool}), loop);
  REQUIRE(played.resources() == std::vector<std::string>{"orders.pool"});
  const auto share = [&](std::int64_t s) -> std::optional<double> {
    loop.advance(at(s));
    const ResourceSample before = played.sample(0);
    loop.advance(at(s) + milliseconds(500));
    const ResourceSample after = played.sample(0);
    if (after.capacity == 0) return std::nullopt;
    const double there = 5e8 * static_cast<double>(after.capacity);
    return static_cast<double>(after.busy - before.busy) / there;
  };
  CHECK(share(1).value_or(-1) == doctest::Approx(0.5));
  CHECK_FALSE(share(10).has_value());
  CHECK(share(20).value_or(-1) == doctest::Approx(1.0));
}

}  // namespace
}  // namespace wavetank::app
