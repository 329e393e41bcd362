#include "scenarios/engine/metrics/metric_store.h"

namespace wavetank::engine {

void MetricStore::grow(std::vector<std::unique_ptr<Histogram>>& all, std::size_t cell) {
  if (cell >= all.size()) all.resize(cell + 1);
  all[cell] = std::make_unique<Histogram>();
}

void MetricStore::sample(Metric gauge, std::int64_t value, const Labels& labels) {
  const std::size_t cell = cell_of(labels, info_of(gauge).labels);
  histogram(gauge, cell).record(value);
  auto& tallies = cells_[static_cast<std::size_t>(gauge)].tallies;
  if (cell >= tallies.size()) tallies.resize(cell + 1);
  tallies[cell] = {value, tallies[cell].b + 1};
  for (Watch* watch : watches_[static_cast<std::size_t>(gauge)]) watch->sample(value, labels);
}

Labels MetricStore::labels_of(std::size_t cell, LabelSet set) {
  Labels labels;
  if (set == LabelSet::call) {
    labels.op = static_cast<Op>(cell);
    return labels;
  }
  if (set == LabelSet::request) {
    labels.route = static_cast<Route>(cell % routes);
    cell /= routes;
  }
  labels.phase = static_cast<RunPhase>(cell % phases);
  cell /= phases;
  if (placed(set)) {
    labels.place = static_cast<std::uint16_t>(cell);
    return labels;
  }
  labels.priority = static_cast<Priority>(cell % priorities);
  labels.action = static_cast<std::uint8_t>(cell / priorities);
  return labels;
}

Accumulator MetricStore::collect(Metric metric, const LabelFilter& filter) const {
  const MetricInfo& info = info_of(metric);
  const Cells& cells = cells_[static_cast<std::size_t>(metric)];
  Accumulator out;
  for (std::size_t i = 0; i < cells.histograms.size(); ++i) {
    if (cells.histograms[i] == nullptr) continue;
    if (filter.matches(labels_of(i, info.labels), info.labels)) {
      out.histogram.merge(*cells.histograms[i]);
    }
  }
  for (std::size_t i = 0; i < cells.tallies.size(); ++i) {
    const Tally& tally = cells.tallies[i];
    if (!filter.matches(labels_of(i, info.labels), info.labels)) continue;
    const bool last = info.kind == MetricKind::gauge && tally.b > 0;
    out.tally.a = last ? tally.a : out.tally.a + tally.a;
    out.tally.b += tally.b;
  }
  return out;
}

std::vector<std::uint8_t> MetricStore::actions() const {
  std::array<bool, 256> seen{};
  const auto mark = [&seen](std::size_t cell, LabelSet set) {
    if (set == LabelSet::request || set == LabelSet::ticket) {
      seen[labels_of(cell, set).action] = true;
    }
  };
  for (const MetricInfo& info : metric_table) {
    const Cells& cells = cells_[static_cast<std::size_t>(info.id)];
    for (std::size_t i = 0; i < cells.histograms.size(); ++i) {
      if (cells.histograms[i] != nullptr) mark(i, info.labels);
    }
    for (std::size_t i = 0; i < cells.tallies.size(); ++i) {
      if (cells.tallies[i].a != 0 || cells.tallies[i].b != 0) mark(i, info.labels);
    }
  }
  std::vector<std::uint8_t> out;
  for (int i = 0; i < 256; ++i) {
    if (seen[static_cast<std::size_t>(i)]) out.push_back(static_cast<std::uint8_t>(i));
  }
  return out;
}

Watch& MetricStore::watch(const MetricInfo& metric, const LabelFilter& filter, Duration length) {
  auto& all = watches_[static_cast<std::size_t>(metric.id)];
  for (Watch* watch : all) {
    if (watch->filter() == filter && watch->length() == length) return *watch;
  }
  all.push_back(&owned_.emplace_back(metric, filter, length));
  return *all.back();
}

}  // namespace wavetank::engine
