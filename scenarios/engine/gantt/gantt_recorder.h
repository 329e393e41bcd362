#pragma once
// Follows every job through its task attempts, and keeps the few that are worth a look.
//
// It only reads the history. Memory follows what is in flight: a job holds KeptAttempts::most ended
// attempts and watched_at_once running ones at most, and what ends is dropped unless the shelf
// wants it. A running attempt beyond those is known from its end alone. An attempt of which no end
// is told (its stage had its result, or its driver died) ends as killed: with its stage, with its
// job, when the process was given up, or with the process, whichever is first.

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "scenarios/engine/chain/names.h"
#include "scenarios/engine/gantt/job_shelf.h"
#include "scenarios/engine/run_report.h"
#include "system/ports/history.h"

namespace wavetank::engine {

class GanttRecorder final : public Observer {
 public:
  static constexpr std::uint32_t watched_at_once = 2000;

  explicit GanttRecorder(Names names = {});

  /// The kinds that it needs to be subscribed to.
  static std::span<const EventKind> kinds();
  void on_event(const Event& event) override;

  /// The jobs to show, the most telling first; those in flight at `end` as unfinished.
  std::vector<GanttJob> rows(Time end) const;

  std::size_t in_flight() const { return by_process_.size(); }
  /// Attempts held for jobs in flight.
  std::size_t attempts_held() const;

 private:
  JobLife* life_of(ProcessId process);
  void on_milestone(JobLife& life, const Event& event);
  void accepted(const Event& event);
  void ended(const Event& event);
  void task_started(const Event& event, bool copy);
  void task_finished(const Event& event);
  void task_spilled(const Event& event);
  void given_up(JobLife& life, Time at);
  /// Ends open attempts of this job, or of all if it is invalid; of this stage, or of all if < 0.
  void kill_open(JobLife& life, JobId job, int stage, Time at);

  Names names_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_process_;  ///< in flight; never iterated
  std::vector<JobLife> lives_;
  std::vector<std::uint32_t> free_;
  OpenAttempts open_;
  JobShelf shelf_;
};

}  // namespace wavetank::engine
