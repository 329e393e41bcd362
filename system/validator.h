#pragma once
// The validate step: what was written is compared with what the tasks reported, and only then is
// the manifest published, last and once.

#include "system/dependency.h"
#include "system/ports/world.h"

namespace wavetank::service {

struct OutputSettings {
  bool validation = true;
  bool immutable = true;
  bool fencing = true;
  DependencySettings objects;

  OutputSettings();
  void describe(Fields& f);
  void disarm();
};

/// What a job's tasks say they wrote.
struct Tally {
  std::uint32_t parts = 0;
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::int64_t rows_rejected = 0;
  std::uint64_t digest = 0;
};

class Validator {
 public:
  Validator(World& world, Node& node, const OutputSettings& settings,
            const DependencySettings& database);

  /// Fails with invalid (validation refused it), fenced (a newer launch took over) or conflict (the
  /// version was published before).
  Task<Result<Done>> publish(ProcessRecord record, JobId job, std::uint32_t epoch, Tally tally,
                             EventId cause);

 private:
  Task<Result<Done>> still_ours(ProcessRecord record, std::uint32_t epoch, CallInfo info);
  void note(EventKind kind, const ProcessRecord& record, JobId job, std::uint32_t epoch,
            std::int64_t value, EventId cause,
            std::uint64_t digest = 0);

  World& world_;
  Node& node_;
  const OutputSettings& settings_;
  Dependency objects_;
  Dependency database_;
};

}  // namespace wavetank::service
