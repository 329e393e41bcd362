#pragma once
// What tests of compute share: a target on free ports, processes of the pipeline that really are
// processes, and workers whose tasks leave word of what became of them.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "system/live/process_compute.h"
#include "tests/live/fixture.h"

namespace wavetank::live {

/// A folder that goes with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string path(const std::string& name) const { return (root_ / name).string(); }
  /// Adds a line; from any process.
  void write(const std::string& name, const std::string& line) const;
  int lines(const std::string& name) const;

 private:
  std::filesystem::path root_;
};

/// Processes drivers/0 and so on, workers/0 and so on, each on a free port.
Target compute_target(int drivers, int workers, std::int64_t slots = 2);
ProcessTarget& process_of(Target& target, const std::string& name);

/// A core with nothing but compute on it.
class Place {
 public:
  using Report = std::shared_ptr<std::optional<Result<TaskReport>>>;

  Place(const Target& target, const Folder& folder, const std::vector<std::string>& here);
  ~Place();

  Result<JobId> start(std::uint32_t process, std::uint32_t epoch = 1);
  Result<JobStatus> observe(std::uint32_t process, std::uint32_t epoch = 1);
  Slot slot(JobId job, NodeId avoid = NodeId());
  /// An attempt under way. Its answer is empty until it comes.
  Report run(JobId job, Slot slot, std::int64_t rows, std::uint32_t partition = 0);
  Result<TaskReport> finish(const Report& report);
  /// A driver whose jobs last until they are killed.
  void drive(const std::string& name);

  Bench bench;
  Attempts attempts;
  ProcessCompute compute;

 private:
  TaskGroup callers_;
};

/// What tasks do, by their rows: none is to wait until they are ended, one is to wait until a file
/// "go" is there, more is to report at once. They write a line to "begun" and one to "left".
WorkerHandler worker(const Folder& folder);

/// A process of its own. It is killed at the end of the test at the latest.
class Forked {
 public:
  explicit Forked(const std::function<void()>& body);
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;
  ~Forked() { kill(); }
  void signal(int number) const;
  /// SIGKILL, and waits until it is gone.
  void kill();

 private:
  int pid_;
};

}  // namespace wavetank::live
