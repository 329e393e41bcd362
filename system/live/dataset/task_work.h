#pragma once
// TaskWork: what a task's verbs really do, on a thread, one verb at a time. It lives as long as its
// attempt or the verb that runs for it.

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "system/live/attempts.h"
#include "system/live/dataset/external_fold.h"
#include "system/live/dataset/input_data.h"
#include "system/ports/dataset.h"

namespace wavetank::live {

class TaskWork final : public Progress {
 public:
  TaskWork(const LiveAttempt& attempt, const Attempts& attempts, std::function<bool()> stopped);

  /// Runs `verb` unless it was done before: a copy of a call changes nothing.
  Result<Moved> once(Op op, const std::function<Result<Moved>()>& verb);

  /// Rows of the task's split, out of the object store onto local disk.
  Result<Moved> scan(ObjectClient& client, const InputData& input, Bytes bytes);
  /// The split's rows into shuffle files, `bytes` in all.
  Result<Moved> store(Bytes bytes);
  /// The task's slices of all map outputs, grouped within `limits`. executor_lost where one is
  /// gone.
  Result<Moved> fetch(const FoldLimits& limits);
  /// Merges what was spilled, and tells what it took.
  Result<Moved> spill();
  /// Encodes the output: `rows` are meant to be `bytes`.
  Result<Moved> encode(Bytes bytes, std::int64_t rows);

  /// Keeps a core busy until this thread has computed for so long since `began`, by its own clock.
  static Duration computed();
  Result<Done> compute(Duration began, Duration time) const;

  /// From any thread, once the verb is done.
  SpillPlan plan() const { return fold_ ? fold_->plan() : SpillPlan{}; }
  const std::vector<std::int64_t>& shuffled() const { return shuffled_; }
  bool stopped() const { return stopped_(); }
  Headway headway() const override;

 private:
  using Visit = std::function<Result<Done>(const Row&)>;
  Result<Done> visit_split(const Visit& visit) const;
  Result<Done> fold_map(std::uint32_t map);
  void so_far(std::int64_t rows, std::int64_t bytes);

  std::mutex busy_;
  std::map<Op, Moved> done_;
  TaskSpec task_;
  std::uint32_t handle_;
  std::shared_ptr<Scratch> scratch_;
  std::filesystem::path root_;
  std::filesystem::path shuffle_folder_;
  std::function<bool()> stopped_;
  std::int64_t split_rows_ = 0;
  std::vector<std::int64_t> shuffled_;
  std::unique_ptr<ExternalFold> fold_;
  std::atomic<int> step_{-1};  // an Op, once there is one
  std::atomic<std::int64_t> rows_{0}, bytes_{0};
};

}  // namespace wavetank::live
