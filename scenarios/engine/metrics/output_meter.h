#pragma once
// Follows every output from its request to the moment when it can be trusted: freshness, the ends
// of processes, the outbox and the queue.

#include <array>
#include <map>

#include "scenarios/engine/metrics/arrived_work.h"
#include "scenarios/engine/metrics/due_index.h"
#include "scenarios/engine/metrics/metric_board.h"
#include "scenarios/engine/metrics/output_table.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::engine {

class OutputMeter final : public Observer {
 public:
  /// Tells `arrived` of each output. Both must outlive it.
  OutputMeter(MetricBoard& board, const Grid& grid, ArrivedWork& arrived);

  void subscribe(History& history);
  void on_event(const Event& event) override;

  /// A submit was sent for the first time.
  void offered(const Ticket& ticket);
  /// Counts what became overdue. Called at each tick's end.
  void end_tick(Time now);
  /// A complete run has ended: what can no longer become ready counts as not on time.
  void end_run();
  /// Samples the gauges of this area.
  void sample(Time now);

  std::optional<Duration> oldest_unfinished(Time now) { return unfinished_.oldest_age(now); }
  std::uint64_t unfinished() const { return unfinished_.count(); }
  /// Asked for, and neither ready nor overdue.
  std::uint64_t open() const;
  std::uint64_t untrusted() const;
  std::uint64_t overdue() const { return overdue_.overdue(); }
  std::uint64_t queue_lag() const { return in_log_.count(); }
  std::optional<Duration> queue_lag_age(Time now) { return in_log_.oldest_age(now); }
  JobCounts jobs() const;

 private:
  /// Outputs that are not ready yet, of one action and priority.
  struct Waiting {
    Labels labels;
    DueIndex due;
    std::uint64_t open = 0;  ///< neither ready nor overdue
  };

  void accepted(const Event& event, OutputMark& output);
  void published(const Event& event, OutputMark& output);
  void taken(const Event& event, OutputMark& output);
  void manifest(const Event& event, OutputMark& output);
  void terminal_state(const Event& event, OutputMark& output);
  void ready(const Ticket& ticket, Time now, OutputMark& output);
  Waiting& waiting(const Labels& labels);

  MetricBoard& board_;
  ArrivedWork& arrived_;
  Duration tick_;
  OutputTable outputs_;
  AgeIndex unfinished_;
  AgeIndex in_outbox_;
  AgeIndex in_log_;
  DueIndex overdue_;
  std::vector<Waiting> waiting_;
  /// Succeeded without a manifest that can be trusted: the event of one that comes late names its
  /// output, but not by when it was due.
  std::map<OutputId, Ticket> unpublished_;
  std::uint64_t offered_ = 0, accepted_ = 0, late_ = 0;
  std::array<std::uint64_t, 4> ends_{};  ///< by End
};

}  // namespace wavetank::engine
