#pragma once
// The store of metrics: one cell for each combination of labels that occurred, so that an
// observation is recorded once; what a single label covers is added up when it is asked for.
//
// A watch follows one metric under one filter while the run goes on: thresholds need that.

#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "scenarios/engine/metrics/accumulator.h"

namespace wavetank::engine {

class Watch {
 public:
  Watch(const MetricInfo& metric, LabelFilter filter, Duration length)
      : metric_(metric), filter_(filter), length_(length) {}

  const MetricInfo& metric() const { return metric_; }
  const LabelFilter& filter() const { return filter_; }
  /// Of its windows; zero where it has none.
  Duration length() const { return length_; }
  const Accumulator& whole() const { return whole_; }
  const Accumulator& window() const { return window_; }
  void next_window() { window_.clear(); }

  void record(std::int64_t value, const Labels& labels) {
    if (!filter_.matches(labels, metric_.labels)) return;
    whole_.histogram.record(value);
    if (length_.ns != 0) window_.histogram.record(value);
  }
  void add(std::int64_t a, std::int64_t b, const Labels& labels) {
    if (!filter_.matches(labels, metric_.labels)) return;
    whole_.tally = {whole_.tally.a + a, whole_.tally.b + b};
    if (length_.ns != 0) window_.tally = {window_.tally.a + a, window_.tally.b + b};
  }
  void sample(std::int64_t value, const Labels& labels) {
    if (!filter_.matches(labels, metric_.labels)) return;
    record(value, labels);
    whole_.tally = {value, whole_.tally.b + 1};
    window_.tally = {value, window_.tally.b + 1};
  }

 private:
  const MetricInfo& metric_;
  LabelFilter filter_;
  Duration length_;
  Accumulator whole_;
  Accumulator window_;
};

class MetricStore {
 public:
  /// One observation of a histogram.
  template <Metric M>
  void record(std::int64_t value, const Labels& labels) {
    constexpr const MetricInfo& info = info_of(M);
    static_assert(info.kind == MetricKind::histogram);
    histogram(M, cell_of(labels, info.labels)).record(value);
    for (Watch* watch : watches_[static_cast<std::size_t>(M)]) watch->record(value, labels);
  }
  /// `n` more of a counter.
  template <Metric M>
  void count(const Labels& labels, std::int64_t n = 1) {
    static_assert(info_of(M).kind == MetricKind::counter);
    add(M, n, 0, labels);
  }
  /// `a` more above and `b` more below the line of a ratio.
  template <Metric M>
  void ratio(std::int64_t a, std::int64_t b, const Labels& labels) {
    static_assert(info_of(M).kind == MetricKind::ratio);
    add(M, a, b, labels);
  }
  /// One sample of a gauge.
  void sample(Metric gauge, std::int64_t value, const Labels& labels);

  /// What a filter covers. A gauge's last sample is that of the latest phase.
  Accumulator collect(Metric metric, const LabelFilter& filter) const;
  /// The actions that occurred, ascending.
  std::vector<std::uint8_t> actions() const;

  /// Watches from now on; the store owns the watch. The same one again where it exists.
  Watch& watch(const MetricInfo& metric, const LabelFilter& filter, Duration length);

 private:
  struct Cells {
    std::vector<std::unique_ptr<Histogram>> histograms;
    std::vector<Tally> tallies;
  };
  static constexpr std::size_t priorities = priority_count;
  static constexpr std::size_t phases = phase_count;
  static constexpr std::size_t routes = 4;

  static constexpr std::size_t cell_of(const Labels& l, LabelSet set) {
    const auto phase = static_cast<std::size_t>(l.phase);
    if (set == LabelSet::call) return static_cast<std::size_t>(l.op);
    if (set == LabelSet::world) return phase;
    if (placed(set)) return std::size_t{l.place} * phases + phase;
    const std::size_t cell =
        (l.action * priorities + static_cast<std::size_t>(l.priority)) * phases + phase;
    return set == LabelSet::ticket ? cell : cell * routes + static_cast<std::size_t>(l.route);
  }
  static Labels labels_of(std::size_t cell, LabelSet set);

  Histogram& histogram(Metric metric, std::size_t cell) {
    auto& all = cells_[static_cast<std::size_t>(metric)].histograms;
    if (cell >= all.size() || all[cell] == nullptr) [[unlikely]] grow(all, cell);
    return *all[cell];
  }
  void add(Metric metric, std::int64_t a, std::int64_t b, const Labels& labels) {
    const std::size_t cell = cell_of(labels, info_of(metric).labels);
    auto& all = cells_[static_cast<std::size_t>(metric)].tallies;
    if (cell >= all.size()) [[unlikely]] all.resize(cell + 1);
    all[cell].a += a;
    all[cell].b += b;
    for (Watch* watch : watches_[static_cast<std::size_t>(metric)]) watch->add(a, b, labels);
  }
  static void grow(std::vector<std::unique_ptr<Histogram>>& all, std::size_t cell);

  std::array<Cells, metric_count> cells_;
  std::array<std::vector<Watch*>, metric_count> watches_;
  std::deque<Watch> owned_;
};

}  // namespace wavetank::engine
