#pragma once
// The pipeline's own language: what crosses the ports. Plain values, no vendor types, no wire
// format.

#include <cstdint>

#include "system/base/ids.h"
#include "system/base/time.h"
#include "system/base/units.h"

namespace wavetank {

/// The work that one request asks for. It belongs to the request: drawn or read once, by the load.
struct Workload {
  Bytes input{};
  Bytes shuffle{};
  Bytes output{};
  Duration compute{};          ///< extra compute, spread over the tasks of the first stage
  std::uint32_t executors = 0; ///< most executors at a time; 0 is as many as are free
  std::uint8_t action = 0;
};

/// Who asks, for what, and by when. Travels with the process through every stage.
struct Ticket {
  OutputId output{};
  EntityId entity{};
  Priority priority = Priority::p1;
  bool critical = false;   ///< the safety-critical class, never served through the cache
  std::uint8_t action = 0; ///< Workload::action again: metrics are kept by it too
  Time planned{};          ///< when the request was due to arrive
  Time fresh_by{};         ///< planned + fresh_within: ready later is late
  Duration fresh_for{};    ///< how long a ready output stays fresh; 0 is for ever
};

enum class ProcessState : std::uint8_t {
  unknown,
  accepted,
  published,
  launched,
  running,
  succeeded,
  failed,
  dead_lettered,
};
inline constexpr int process_state_count = 8;
const char* name_of(ProcessState state);
constexpr bool terminal(ProcessState s) { return s >= ProcessState::succeeded; }

enum class Trust : std::uint8_t { unknown, yes, no };
const char* name_of(Trust trust);

enum class TrustReason : std::uint8_t {
  none,
  in_progress,    ///< not due yet
  overdue,        ///< past its window and not ready
  late,           ///< ready, but after its window
  stale,          ///< it was fresh and is no longer
  failed,
  no_manifest,    ///< the process says succeeded, the store does not
  not_validated,
  unreachable,    ///< a dependency needed for the answer did not answer
};
const char* name_of(TrustReason reason);

struct TrustAnswer {
  Trust trust = Trust::unknown;
  TrustReason reason = TrustReason::none;
  Time fresh_until{};
};

/// What is known of an output at some moment. The answer is derived from it when it is asked for,
/// so that a cached fact cannot outlive a freshness window.
struct OutputFacts {
  ProcessState state = ProcessState::unknown;
  bool manifest = false;
  bool validated = false;
  Time ready{};       ///< when it could first be read as succeeded and published
  Time fresh_by{};
  Duration fresh_for{};
};

/// What is published last, and only after validation. Rows and digest are what was written.
struct Manifest {
  OutputId output{};
  JobId job{};
  std::uint32_t epoch = 0;           ///< which launch of the process wrote it
  std::uint16_t code_version = 1;
  std::uint16_t schema_version = 1;
  bool validated = false;
  std::uint32_t parts = 0;
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::int64_t rows_rejected = 0;
  std::uint64_t digest = 0;          ///< over the parts, order-free
  bool right = true;                 ///< rows and digest are those that the plan asked for
  Time published{};
};

/// The digest that partition `part` of an output contributes when it is written once and right.
std::uint64_t part_digest(OutputId output, std::uint32_t part, std::int64_t rows);

/// One row of the process table as a reader sees it.
struct ProcessView {
  ProcessId process{};
  Ticket ticket{};
  ProcessState state = ProcessState::unknown;
  std::uint32_t epoch = 0;
  std::uint32_t effects = 0;  ///< terminal effects committed: more than one is a double effect
  Time accepted{};
  Time changed{};
};

}  // namespace wavetank
