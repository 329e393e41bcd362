#include "scenarios/engine/fidelity/predicted_safety.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace wavetank::engine {
namespace {

constexpr EventKind sends[] = {EventKind::request_sent};

std::string number(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

bool aborts(const ThresholdResult& result, const Expectations& expect) {
  const auto about = [&](const ThresholdText& one) {
    return one.abort && one.expr == result.expr;
  };
  return std::any_of(expect.thresholds.begin(), expect.thresholds.end(), about);
}

bool stuck_expected(const Expectations& expect) {
  const auto& broken = expect.violates;
  return expect.recovery.verdict == ExpectedRecovery::Verdict::stuck ||
         std::find(broken.begin(), broken.end(), "recovery") != broken.end();
}

}  // namespace

void LoadMeter::subscribe(History& history) {
  history.subscribe(*this, sends);
  history.subscribe_calls(*this);
}

void LoadMeter::on_call(const Call& call, Duration) {
  if (call.repeated && call.op == Op::http_submit) count(call.sent, 1);
}

void LoadMeter::also_sent(std::uint64_t so_far, Time now) {
  if (so_far > others_) count(now, so_far - std::exchange(others_, so_far));
}

void LoadMeter::count(Time at, std::uint64_t n) {
  std::uint64_t& sent = windows_[at.ns / window.ns];
  sent += n;
  busiest_ = std::max(busiest_, sent);
}

std::optional<Breach> rate_breach(std::uint64_t busiest, double rate) {
  const double window_s = seconds(LoadMeter::window);
  const double most = rate * window_s;
  const auto sent = static_cast<double>(busiest);
  if (rate <= 0 || sent <= most + 3 * std::sqrt(most)) return std::nullopt;
  return Breach{"limits.max_rate " + number(rate) + "/s",
                number(sent / window_s) + "/s sent in the busiest " + number(window_s) +
                    " s, retries, polls, copies and looks included"};
}

std::vector<Breach> breaches_of(const RunReport& report, const PredictedStrain& strain,
                                const SafetyLimits& limits, const Expectations& expect) {
  std::vector<Breach> out;
  for (const ThresholdResult& one : report.thresholds) {
    const bool fails = one.aborted || (!one.holds && !one.undecided);
    if (!fails || !aborts(one, expect)) continue;
    out.push_back({"the threshold " + one.expr + ", which aborts", one.observed});
  }
  if (auto over = rate_breach(strain.busiest, limits.rate)) out.push_back(std::move(*over));
  if (limits.in_flight > 0 && strain.withheld > 0) {
    out.push_back({"limits.max_in_flight " + std::to_string(limits.in_flight),
                   std::to_string(strain.withheld) + " requests beyond it would not be sent"});
  }
  if (limits.duration_s > 0 && strain.duration_s > limits.duration_s) {
    out.push_back({"limits.max_duration " + number(limits.duration_s) + " s",
                   number(strain.duration_s) + " s"});
  }
  if (report.recovery.verdict == "stuck" && !stuck_expected(expect)) {
    const std::string& why = report.recovery.why;
    out.push_back(
        {"recovery, which the scenario expects", "stuck" + (why.empty() ? "" : ": " + why)});
  }
  return out;
}

void BreachTally::add(const std::vector<Breach>& breaches) {
  ++runs_;
  for (const Breach& breach : breaches) {
    auto found = std::find_if(rows_.begin(), rows_.end(),
                              [&](const Row& row) { return row.first.what == breach.what; });
    if (found == rows_.end()) found = rows_.insert(rows_.end(), {breach, 0});
    ++found->runs;
  }
}

std::vector<std::string> BreachTally::texts() const {
  std::vector<std::string> out;
  for (const Row& row : rows_) {
    out.push_back(row.first.what + ": " + row.first.value + " (in " + std::to_string(row.runs) +
                  " of " + std::to_string(runs_) + " simulated runs)");
  }
  return out;
}

}  // namespace wavetank::engine
