#pragma once
// A stage: its tasks over partitions, with attempts, speculation and failure classes.
//
// A task exists only from the grant of its slot to its end; what waits is a number. Each class of
// failure has its own policy: a lost executor costs nothing and is tried elsewhere, an OOM kill, a
// full disk or a throttled store count towards max_failures, bad data ends the job.

#include <map>
#include <memory>
#include <vector>

#include "system/base/fields.h"
#include "system/base/running_median.h"
#include "system/base/signal.h"
#include "system/ports/world.h"

namespace wavetank::service {

struct SpeculationSettings {
  bool enabled = true;
  double quantile = 0.75;
  double multiplier = 1.5;
  Duration interval = milliseconds(100);

  void describe(Fields& f);
};

/// Which job a free slot goes to, of those that run on as few for their weight.
enum class SlotOrder : std::uint8_t {
  oldest,   ///< whose process was accepted first: what is begun is finished
  in_turn,  ///< that was served longest ago: a new job goes before all that have begun
};

struct TaskSettings {
  std::int64_t max_failures = 4;
  double hot_at = 3;
  Duration timeout = hours(24);
  SlotOrder slot_order = SlotOrder::oldest;
  SpeculationSettings speculation;

  void describe(Fields& f);
  void disarm();
};

/// Where a map task left its shuffle files.
struct MapOutput {
  std::uint32_t executor = 0;
  std::uint32_t incarnation = 0;
};

struct StagePlan {
  JobId job;
  ProcessRecord record;
  std::uint32_t epoch = 0;
  std::uint16_t stage = 0;
  bool last = false;
  bool immutable_parts = true;
  std::uint32_t tasks = 0;
  std::uint32_t most_running = 0;  ///< 0 is no cap
  Bytes shuffle_out{}, output{};
  Duration compute{};
  Bytes row{100};
  JobShape shape;
  const Partitioning* input = nullptr;
};

class Stage {
 public:
  enum class Outcome : std::uint8_t { finished, failed, inputs_lost };

  /// `outputs` is where maps record and reduces look: one entry a map task.
  Stage(World& world, Node& node, const TaskSettings& settings, const StagePlan& plan,
        std::vector<MapOutput>& outputs);

  /// Runs until every task is done, one has failed for good, or inputs are lost: then run again
  /// once they are back.
  Task<Outcome> run();
  /// Runs these tasks again, however they ended before.
  void redo(const std::vector<std::uint32_t>& tasks);

  Failure failure() const { return failure_; }
  std::int64_t rows_in() const { return rows_in_; }
  std::int64_t rows_out() const { return rows_out_; }
  std::int64_t rows_rejected() const { return rows_rejected_; }
  std::uint64_t digest() const { return digest_; }

 private:
  struct Attempt : Link {
    std::uint32_t partition = 0;
    std::uint16_t number = 0;
    bool speculated = false;
    Time started{};
    Slot slot{};
  };
  struct Pick {
    std::uint32_t partition = 0;
    bool copy = false;
    bool found = false;
  };

  Task<void> dispatch();
  Task<void> attempt(Pick pick, Slot slot, Duration waited);
  CallAwaiter<verb::AcquireSlot> ask_slot();
  CallAwaiter<verb::RunAttempt> send(const Attempt& attempt);
  Task<void> speculate();
  Pick pick();
  /// Where `partition` runs: a copy of it is wanted elsewhere.
  NodeId node_of(std::uint32_t partition) const;
  bool work_waits() const;
  TaskSpec spec(std::uint32_t partition, std::uint16_t number) const;
  void started(const Attempt& attempt, Duration waited, bool copy);
  void ended(const Attempt& attempt, const Result<TaskReport>& report);
  void succeeded(const Attempt& attempt, const TaskReport& report);
  void failed(const Attempt& attempt, Failure failure);
  void kill_running(std::uint32_t partition, std::uint16_t except);
  void find_hot();
  bool inputs_lost();
  void finish();
  std::size_t mature_at() const;
  Event event(EventKind kind, std::uint32_t partition) const;

  World& world_;
  Node& node_;
  const TaskSettings& settings_;
  StagePlan plan_;
  std::vector<MapOutput>& outputs_;
  Signal over_;    ///< for run(): done, broken or starved
  Signal work_;    ///< for the dispatcher: there may be something to start
  Signal mature_;  ///< for speculation: the quantile has finished
  Time began_{};
  std::uint32_t fresh_ = 0;                       ///< the first partition never tried
  std::vector<std::uint32_t> again_;              ///< partitions to try again
  std::vector<std::uint32_t> copies_;             ///< partitions to copy
  std::vector<bool> done_;
  std::map<std::uint32_t, std::uint16_t> tries_;  ///< beyond the first
  std::map<std::uint32_t, std::uint16_t> failures_;
  std::uint32_t remaining_ = 0;
  LinkList running_;
  std::uint32_t running_count_ = 0;
  RunningMedian<Duration> durations_;  ///< of those that succeeded
  Duration longest_{};
  bool broken_ = false;
  bool starved_ = false;
  Failure failure_ = Failure::invalid;
  std::uint64_t losses_seen_ = 0;  ///< none yet: inputs may be gone before their reduce begins
  std::uint32_t hot_ = 0xffffffffu;
  EventId hot_cause_ = 0;
  std::int64_t rows_in_ = 0, rows_out_ = 0, rows_rejected_ = 0;
  std::uint64_t digest_ = 0;
  TaskGroup attempts_;    // dies before what its tasks use
  TaskGroup dispatcher_;
};

}  // namespace wavetank::service
