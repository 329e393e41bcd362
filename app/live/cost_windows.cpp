#include "app/live/cost_windows.h"

#include <algorithm>
#include <cmath>

namespace wavetank::app {
namespace {

double total(const std::map<std::string, double>& values) {
  double sum = 0;
  for (const auto& [name, value] : values) sum += value;
  return sum;
}

}  // namespace

CallTimes& CallTimes::operator+=(const CallTimes& other) {
  count += other.count;
  sum_s += other.sum_s;
  for (const auto& [bound, counted] : other.below) below[bound] += counted;
  return *this;
}

CallTimes CallTimes::operator-(const CallTimes& earlier) const {
  CallTimes left = *this;
  left.count -= earlier.count;
  left.sum_s -= earlier.sum_s;
  for (const auto& [bound, counted] : earlier.below) left.below[bound] -= counted;
  return left;
}

double CallTimes::quantile_s(double share) const {
  const double rank = share * count;
  double low = 0, before = 0;
  for (const auto& [bound, counted] : below) {
    if (counted >= rank && counted > before) {
      if (!std::isfinite(bound)) return low;
      const double part = (rank - before) / (counted - before);
      return low <= 0 ? bound * part : low * std::pow(bound / low, part);
    }
    low = bound;
    before = counted;
  }
  return low;
}

double Window::cores() const { return seconds > 0 ? total(cpu_s) / seconds : 0; }

std::vector<Window> windows_of(const CostSamples& run) {
  std::vector<Window> all;
  for (std::size_t i = 1; i < run.size(); ++i) {
    Window window;
    window.seconds = run[i].at_s - run[i - 1].at_s;
    bool restarted = window.seconds <= 0;
    const auto differ = [&](const auto& now, const auto& before, auto& out) {
      for (const auto& [name, value] : now) {
        const auto was = before.find(name);
        out[name] = value - (was == before.end() ? 0 : was->second);
        restarted = restarted || out[name] < 0;
      }
    };
    differ(run[i].cpu_s, run[i - 1].cpu_s, window.cpu_s);
    differ(run[i].requests, run[i - 1].requests, window.requests);
    window.late_s = run[i].late_s;
    if (!restarted) all.push_back(std::move(window));
  }
  return all;
}

CostSamples warmed_up(const CostSamples& run) {
  const auto answered = [](const CostSample& sample) {
    double sum = 0;
    for (const auto& [route, count] : sample.requests) sum += count;
    return sum;
  };
  std::size_t first = 1;
  while (first < run.size() && answered(run[first]) <= answered(run[first - 1])) ++first;
  if (first >= run.size()) return {};
  return {run.begin() + static_cast<std::ptrdiff_t>(first), run.end()};
}

double LoadUse::all_cores() const { return total(cores); }

LoadUse use_under_load(const CostSamples& run) {
  const std::vector<Window> windows = windows_of(run);
  double greatest = 0;
  for (const Window& window : windows) {
    greatest = std::max(greatest, total(window.requests) / window.seconds);
  }
  LoadUse use;
  double seconds = 0;
  for (const Window& window : windows) {
    if (total(window.requests) / window.seconds <= greatest / 2) continue;
    for (const auto& [name, count] : window.requests) use.asked_per_s[name] += count;
    for (const auto& [name, cpu_s] : window.cpu_s) use.cores[name] += cpu_s;
    use.late_s.insert(use.late_s.end(), window.late_s.begin(), window.late_s.end());
    seconds += window.seconds;
  }
  for (auto& [name, value] : use.asked_per_s) value /= seconds;
  for (auto& [name, value] : use.cores) value /= seconds;
  return use;
}

double cores_under_load(const CostSamples& run) { return use_under_load(run).all_cores(); }

double cores_idle(const CostSamples& run) {
  double least = 0;
  for (const Window& window : windows_of(run)) {
    if (total(window.requests) > 0) continue;
    const double cores = window.cores();
    least = least == 0 ? cores : std::min(least, cores);
  }
  return least;
}

}  // namespace wavetank::app
