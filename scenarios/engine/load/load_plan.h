#pragma once
// The plan of all loads: which requests arrive when, and what each asks for. It is the same
// whatever the platform does, and knows nothing of a world.
//
// What belongs to a request is drawn from (seed, purpose, subject); the subject is made of the
// load's place in the file and the request's index in that load, so one load's draws do not depend
// on another's, nor on a scale or a spike that adds requests.

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/engine/load/load_entry.h"
#include "scenarios/engine/load/trace.h"
#include "sim/random/sampler.h"
#include "sim/random/zipf.h"
#include "system/ports/http.h"
#include "system/visits.h"

namespace wavetank::engine {

/// Where a request came from: one instant of a shape, or one row of a trace.
struct Arrival {
  Time at{};                      ///< planned, from the start of the run
  std::uint64_t index = 0;        ///< in its load; copies of a row have indices of their own
  bool extra = false;             ///< added by a spike while the run went on
  const TraceRow* row = nullptr;  ///< of a trace; lives until the next arrival is asked for
};

/// Names a request of a load for its draws.
std::uint64_t subject_of(std::size_t load, std::uint64_t index, bool extra);

/// What a request asks for, before it has an output. The ticket of a read is that of its output.
struct PlannedRequest {
  RequestKind kind = RequestKind::submit;
  std::uint8_t mix_class = 0;
  bool own_key = false;  ///< the entity follows from the output's id
  std::uint64_t subject = 0;
  Ticket ticket;
  Workload work;
};

/// One load of the plan, ready to draw from.
class PlannedLoad {
 public:
  PlannedLoad(const LoadEntry& entry, std::size_t place, std::uint64_t seed,
              std::optional<TraceSurvey> survey, std::shared_ptr<const sim::Zipf> keys);

  const LoadEntry& entry() const { return entry_; }
  std::size_t place() const { return place_; }
  bool submits() const { return submits_; }
  const std::optional<TraceSurvey>& survey() const { return survey_; }
  /// From the load's `at`.
  Duration length() const { return length_; }
  Time end() const { return Time{} + entry_.at + length_; }
  std::uint64_t seed() const { return seed_; }
  /// What its streams follow; null where nothing is.
  Draws* draws() const { return draws_; }
  /// How many entities its submits share, and the first of them: the most popular one. 0 where each
  /// request has its own.
  std::uint64_t keys() const;
  EntityId first_key() const { return {first_entity_}; }

  PlannedRequest request(const Arrival& arrival) const;
  /// The same for a queueing network: whose it is, and what it is about.
  service::VisitRequest visit(const Arrival& arrival) const;
  /// The ticket of a submit of this class that is planned then, without output and entity.
  Ticket ticket(std::uint8_t mix_class, Time planned) const;

 private:
  friend class LoadPlan;
  struct Mixed {
    RequestClass settings;
    sim::Sampler input, shuffle, output, compute;
    double weight_before = 0;  ///< of all classes up to this one, this one included
  };
  std::uint8_t choose_class(std::uint64_t subject, std::optional<Priority> priority) const;
  void choose_entity(const Arrival& arrival, PlannedRequest& request) const;
  Workload work(const Mixed& mixed, std::uint64_t subject, const TraceRow* row) const;

  LoadEntry entry_;
  std::size_t place_;
  std::uint64_t seed_;
  std::optional<TraceSurvey> survey_;
  std::shared_ptr<const sim::Zipf> zipf_;
  std::vector<Mixed> mix_;
  bool submits_ = true;
  Duration length_{};
  std::uint32_t first_entity_ = 0;
  Draws* draws_ = nullptr;
};

class LoadPlan {
 public:
  /// `entries` passed the checks of the scenario. `surveys` holds what is known of their traces, by
  /// place; a trace without one is surveyed here. `tables` may have served plans before; null makes
  /// new ones.
  LoadPlan(std::span<const LoadEntry> entries, std::uint64_t seed,
           std::vector<std::optional<TraceSurvey>> surveys = {},
           std::shared_ptr<sim::ZipfCache> tables = nullptr);

  /// Lets all of its streams follow `draws`, which must outlive the plan.
  void follow(Draws& draws);

  std::uint64_t seed() const { return seed_; }
  sim::ZipfCache& tables() const { return *tables_; }
  const std::vector<PlannedLoad>& loads() const { return loads_; }
  /// When the last load ends.
  Time end() const;
  /// The entity of an output whose request has a key of its own.
  EntityId own_entity(OutputId output) const { return {own_keys_from_ + output.value}; }
  /// The place of the load whose outputs a reading load reads.
  std::size_t read_from(std::size_t reader) const;

 private:
  std::uint64_t seed_;
  std::shared_ptr<sim::ZipfCache> tables_;
  std::vector<PlannedLoad> loads_;
  std::uint32_t own_keys_from_ = 0;
};

}  // namespace wavetank::engine
