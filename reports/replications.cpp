#include "reports/replications.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/figures.h"
#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using engine::ReplicatedMetric;
using engine::ReplicationResult;

/// What tells most, where it was observed.
constexpr const char* telling[] = {
    "api.latency avg",          "api.latency p(99)",          "api.errors value",
    "process.latency avg",      "freshness avg",              "freshness p(99)",
    "freshness.on_time value",  "retries.amplification value", "cache.hit_ratio value",
    "queue.wait p(99)",         "workers.utilisation avg",    "client.latency avg",
    "client.latency p(99)",     "station.wait avg",           "station.utilisation avg",
};

template <class All>
auto find(const All& all, const std::string& name) {
  return std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
}

bool unlabelled(const std::string& name) { return name.find('{') == name.npos; }

/// The names to show: those asked for, or thresholds and what tells most; verbose, all others too.
template <class All>
std::vector<std::string> shown_of(const All& all, const std::vector<std::string>& thresholds,
                                  const ReplicationsPage& page) {
  std::vector<std::string> names = page.metrics;
  const auto add = [&](const std::string& name) {
    const bool there = find(all, name) != all.end();
    if (there && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  if (names.empty()) {
    for (const std::string& name : thresholds) add(name);
    for (const char* name : telling) add(name);
  }
  if (!page.verbose) return names;
  for (const auto& one : all) {
    if (unlabelled(one.name)) add(one.name);
  }
  return names;
}

void add_metric(Page& page, const ReplicatedMetric& one) {
  const Figures figures(one.unit, one.mean);
  std::string interval = "-", relative = "-";
  if (one.half) {
    interval = figures.number(one.mean - *one.half) + " .. " + figures.number(one.mean + *one.half);
    const double size = std::abs(one.mean);
    relative = *one.half == 0 ? "0 %" : size > 0 ? relative_text(*one.half / size) : "-";
  }
  const std::string name = "  " + left(cut(one.name, 34), 34);
  page.line(name + right(figures.with_unit(one.mean), 12) + right(interval, 20) +
            right(relative, 8) + (one.few ? " ~" : ""));
}

/// "lost_reply in 20 of 20 runs, breaker_opened in 3".
std::string seen_text(const std::map<std::string, engine::SeenIn>& all) {
  std::string text;
  for (const auto& [name, one] : all) {
    text += (text.empty() ? "" : ", ") + name + " in " + grouped(one.seen) + " of " +
            count_of(one.runs, "run", "runs");
  }
  return text;
}

std::string warm_up_text(const ReplicationResult& all) {
  if (all.batch_s) {
    return count_of(all.count, "batch", "batches") + " of " + span(*all.batch_s) +
           " after a warm-up of " + span(all.warm_up_s);
  }
  const char* by = all.warm_up_by == "mser5"   ? "found by MSER-5"
                   : all.warm_up_by == "given" ? "as asked for"
                                               : "as the file says";
  std::string text = "warm-up " + span(all.warm_up_s) + ", " + by;
  if (all.warm_up_by == "mser5") return text;
  return text + (all.mser5_s ? "; MSER-5 would cut " + span(*all.mser5_s)
                             : "; MSER-5 finds no steady state");
}

Ink ink_of(int exit_code) {
  return exit_code == 0 ? Ink::good : exit_code == 4 ? Ink::unsure : Ink::bad;
}

}  // namespace

std::string console_replications(const engine::RunReport& report, const ReplicationsPage& text) {
  const ReplicationResult& all = *report.replications;
  Page page(text.colors);
  page.line(page.in(Ink::strong, cut(name_of(report), 30)) + "  " + standing_of(report, true));
  if (!report.title.empty()) page.paragraph(Ink::plain, report.title, 0);
  page.parts({text.facts, warm_up_text(all)});
  page.line();
  page.paragraph(ink_of(report.exit_code), report.headline);
  for (std::size_t i = 0; i < all.failures.size() && i < 4; ++i) {
    page.labelled("seed " + std::to_string(all.failures[i].first), all.failures[i].second);
  }
  if (all.precision) {
    page.labelled("precision", relative_text(*all.precision) +
                                   (all.precise ? " reached" : " NOT reached") + " with " +
                                   count_of(all.count, "run", "runs"));
  }
  if (!all.faults.empty()) page.labelled("fired", seen_text(all.faults));
  if (!all.probes.empty()) page.labelled("happened", seen_text(all.probes));
  const std::string nothing = untested(report);
  if (!nothing.empty()) page.labelled("saw nothing", nothing);
  page.line();
  page.line(page.in(Ink::faint, "  " + left(all.batch_s ? "mean of the batches, 95 % interval"
                                                      : "mean of the runs, 95 % interval", 34) +
                                    right("mean", 12) + right("interval", 20) + right("+-", 8)));
  std::vector<std::string> thresholds;
  for (const auto& one : report.thresholds) {
    thresholds.push_back(engine::observable_of(one.expr));
  }
  bool few = false;
  for (const std::string& name : shown_of(all.metrics, thresholds, text)) {
    const auto found = find(all.metrics, name);
    if (found == all.metrics.end()) continue;
    add_metric(page, *found);
    few = few || found->few;
  }
  if (few) {
    page.paragraph(Ink::faint,
                   all.batch_s ? "~ fewer than 20,000 observations in a batch: batches that are "
                                 "alike give intervals that are too narrow"
                               : "~ a quantile of fewer than 20,000 observations a run: its mean "
                                 "may be biased", 2);
  }
  if (!text.verbose) {
    page.line(page.in(Ink::faint, "  others: --verbose, --metric, or the journal"));
  }
  page.line();
  if (!text.report_path.empty()) {
    const std::string of = all.batch_s ? "" : "  (seed " + std::to_string(all.first_seed) + ")";
    page.line("report   " + text.report_path + of);
  }
  if (!text.journal_path.empty()) page.line("journal  " + text.journal_path);
  page.line("repeat   " + report.repro);
  return page.text();
}

namespace {

void add_difference(Page& page, const engine::Difference& one) {
  const engine::PairedDifference& paired = one.paired;
  const Figures figures(one.unit, std::max(std::abs(paired.a.mean), std::abs(paired.b.mean)));
  const engine::Estimate& d = paired.difference;
  std::string change = "0, exactly", ratio = "-";
  if (!paired.identical) {
    const Figures fine = Figures(figures).resolving(d.half);
    change = (d.mean > 0 ? "+" : "") + fine.number(d.mean);
    if (d.has_interval()) change += " +- " + fine.number(d.half);
    if (paired.variance_ratio) {
      const double x = *paired.variance_ratio;
      ratio = "x" + (x < 9999.5 ? Figures("1", x).number(x).substr(0, 5) : ">9999");
      if (ratio.ends_with('.')) ratio.pop_back();
    }
  }
  const bool apart = d.has_interval() && !paired.identical && !d.covers(0);
  page.line((apart ? "* " : "  ") + left(cut(one.name, 25), 25) +
            right(figures.with_unit(paired.a.mean), 11) +
            right(figures.with_unit(paired.b.mean), 11) + right(change, 23) + right(ratio, 8));
}

}  // namespace

std::string console_comparison(const Comparison& all, const ReplicationsPage& text) {
  Page page(text.colors);
  page.labelled("A", all.a, 3);
  page.labelled("B", all.b, 3);
  page.parts({text.facts, "common random numbers: seeds " + std::to_string(all.first_seed) + "-" +
                              std::to_string(all.first_seed + all.pairs - 1)});
  page.line();
  const auto failed = [&](std::uint64_t n) {
    return n == 0 ? std::string("all pass")
                  : grouped(n) + " of " + count_of(all.pairs, "seed fails", "seeds fail");
  };
  page.line("  A: " + failed(all.failed_a) + "   B: " + failed(all.failed_b));
  page.line();
  page.line(page.in(Ink::faint, "  " + left("", 25) + right("A", 11) + right("B", 11) +
                                    right("B - A, 95 %", 23) + right("var", 8)));
  for (const std::string& name : shown_of(all.differences, all.thresholds, text)) {
    const auto found = find(all.differences, name);
    if (found != all.differences.end()) add_difference(page, *found);
  }
  const auto same = std::count_if(all.differences.begin(), all.differences.end(),
                                  [](const auto& one) { return one.paired.identical; });
  page.line();
  page.paragraph(Ink::plain, grouped(static_cast<std::uint64_t>(same)) + " of " +
                                 count_of(all.differences.size(), "figure is", "figures are") +
                                 " equal in every pair, exactly.", 0);
  page.paragraph(Ink::faint, "* the interval leaves out 0.  var: how many times the variance of "
                             "independent runs' difference would be larger; below 1, pairing did "
                             "harm.", 0);
  if (!text.journal_path.empty()) page.line("figures  " + text.journal_path);
  return page.text();
}

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(const engine::Estimate& e) {
  return {{"mean", number(e.mean)},
          {"sd", number(e.sd)},
          {"half", e.has_interval() ? number(e.half) : Json(nullptr)}};
}

}  // namespace

std::string comparison_json(const Comparison& all) {
  Json figures = Json::object();
  for (const engine::Difference& one : all.differences) {
    const engine::PairedDifference& paired = one.paired;
    figures[one.name] = {
        {"unit", one.unit},
        {"pairs", paired.difference.n},
        {"a", json_of(paired.a)},
        {"b", json_of(paired.b)},
        {"difference", json_of(paired.difference)},
        {"identical", paired.identical},
        {"variance_ratio", paired.variance_ratio ? number(*paired.variance_ratio) : Json(nullptr)}};
  }
  const Json out = {{"a", all.a},
                    {"b", all.b},
                    {"first_seed", all.first_seed},
                    {"pairs", all.pairs},
                    {"confidence", 0.95},
                    {"failed", {{"a", all.failed_a}, {"b", all.failed_b}}},
                    {"figures", std::move(figures)}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wavetank::reports
