#include "app/live/metric_watch.h"

#include <cstdio>

namespace wavetank::app {
namespace {

constexpr Duration patience = whole_seconds(1);
/// How long one that is to stop the run may be unknown: a fault may have cut the link to it.
constexpr Duration blind_most = minutes(1);
/// Looks that may be missed before the end: what a slow answer costs.
constexpr Duration untold_most = whole_seconds(10);

std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string rule_of(const live::MetricTarget& metric) {
  return "the target's rule " + metric.name + " " + metric.stop;
}

}  // namespace

MetricGuard::MetricGuard(const live::MetricTarget& of, Time from)
    : of_(of), bound_(live::parse_bound(of.stop)), known_(from) {}

std::optional<std::string> MetricGuard::read(Time now, std::optional<double> value) {
  if (!bound_) return std::nullopt;
  if (!value) {
    if (now - known_ <= blind_most) return std::nullopt;
    return "stopped by " + rule_of(of_) + ": it was unknown for " +
           figure(seconds(now - known_)) + " s";
  }
  known_ = now;
  if (!bound_->holds(*value)) {
    since_.reset();
    return std::nullopt;
  }
  if (!since_) since_ = now;
  if (now - *since_ < of_.stop_after) return std::nullopt;
  return "stopped by " + rule_of(of_) + ": it is " + figure(*value);
}

std::vector<std::string> untold_rules(const std::vector<MetricReadings>& all, Time begin,
                                      Time end) {
  std::vector<std::string> untold;
  for (const MetricReadings& one : all) {
    if (one.of.stop.empty()) continue;
    const Time told = one.points.empty() ? begin : one.points.back().at;
    if (end - told <= untold_most) continue;
    untold.push_back(rule_of(one.of) + " could not be told in the last " +
                     figure(seconds(end - told)) + " s");
  }
  return untold;
}

MetricWatch::MetricWatch(const live::Target& target, const live::LiveClock& clock,
                         std::function<void(const std::string&)> stop)
    : target_(target), clock_(clock), stop_(std::move(stop)) {
  const std::vector<live::MetricTarget>& metrics = target_.attach.metrics;
  std::map<std::string, std::vector<std::size_t>> pages;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    all_.push_back({{metrics[i], {}}, MetricGuard(metrics[i], clock_.now()), {}});
    if (!metrics[i].page.empty()) pages[metrics[i].page].push_back(i);
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].promql.empty()) continue;
    looks_.add([this, i] {
      keep(i, live::ask_prometheus(target_.attach.prometheus, target_.attach.metrics[i], patience));
    });
  }
  for (const auto& [url, which] : pages) {
    looks_.add([this, url = url, which = which] { look_at_page(url, which); });
  }
}

void MetricWatch::look_at_page(const std::string& url, const std::vector<std::size_t>& which) {
  std::vector<const live::MetricTarget*> metrics;
  for (const std::size_t i : which) metrics.push_back(&target_.attach.metrics[i]);
  const std::vector<live::MetricAnswer> answers = live::read_page(url, metrics, patience);
  for (std::size_t k = 0; k < which.size(); ++k) keep(which[k], answers[k]);
}

void MetricWatch::keep(std::size_t which, const live::MetricAnswer& answer) {
  const Time now = clock_.now();
  std::optional<std::string> why;
  {
    const std::lock_guard lock(mutex_);
    Followed& one = all_[which];
    std::optional<double> value = answer.value;
    if (one.readings.of.growth) {
      const std::optional<MetricPoint> before = one.total;
      one.total = answer.value ? std::optional(MetricPoint{now, *answer.value}) : std::nullopt;
      value.reset();
      // A total that fell has begun anew.
      if (before && one.total && one.total->value >= before->value && now > before->at) {
        value = (one.total->value - before->value) / seconds(now - before->at);
      }
    }
    if (value) one.readings.points.push_back({now, *value});
    why = one.guard.read(now, value);
    if (!why || said_) return;
    said_ = true;
  }
  stop_(*why);
}

std::vector<MetricReadings> MetricWatch::taken() {
  looks_.stop();
  std::vector<MetricReadings> all;
  for (Followed& one : all_) all.push_back(std::move(one.readings));
  return all;
}

std::vector<std::string> unfit_metrics(const live::Target& target) {
  std::vector<std::string> wrong;
  for (const live::MetricTarget& metric : target.attach.metrics) {
    const auto bound = live::parse_bound(metric.stop);
    if (!bound) continue;
    const live::MetricAnswer answer =
        metric.page.empty() ? live::ask_prometheus(target.attach.prometheus, metric, patience)
                            : live::read_page(metric.page, {&metric}, patience).front();
    if (!answer.value) {
      wrong.push_back(rule_of(metric) + " cannot be judged: " + answer.why);
    } else if (!metric.growth && bound->holds(*answer.value)) {
      wrong.push_back(rule_of(metric) + " is broken already: it is " + figure(*answer.value));
    }
  }
  return wrong;
}

}  // namespace wavetank::app
