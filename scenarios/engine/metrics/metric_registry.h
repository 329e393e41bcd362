#pragma once
// The registry of metrics: name, unit, kind, labels, meaning and what other systems call it. The
// rows are in metrics.def; thresholds, reports and `list metrics` read nothing else.
//
// A metric without a phase label covers the run after its warm-up; {phase=warm_up} has the rest.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/ports/http.h"
#include "system/ports/messages.h"
#include "system/ports/op.h"

namespace wavetank::engine {

enum class Metric : std::uint8_t {
#define METRIC(id, name, unit, kind, labels, help, counterpart) id,
#include "scenarios/engine/metrics/metrics.def"
#undef METRIC
};

/// What a metric's integers stand for: ns, bytes, things, thousandths, millionths.
enum class MetricUnit : std::uint8_t { seconds, bytes, number, multiple, share };
enum class MetricKind : std::uint8_t { histogram, counter, gauge, ratio };
/// Which labels it is kept by. All but `call` have phase; `ticket` adds priority and action,
/// `request` these and route; `call` has op alone. `station` and `client`, of a queueing network,
/// have phase and the name of one.
enum class LabelSet : std::uint8_t { world, ticket, request, call, station, client };

/// The names that a queueing network gives to its stations and clients, by number.
struct PlaceNames {
  std::vector<std::string> stations;
  std::vector<std::string> clients;
  bool network() const { return !clients.empty(); }
};
constexpr bool placed(LabelSet set) { return set == LabelSet::station || set == LabelSet::client; }

struct MetricInfo {
  Metric id;
  const char* name;
  MetricUnit unit;
  MetricKind kind;
  LabelSet labels;
  const char* help;
  const char* counterpart;
};

inline constexpr MetricInfo metric_table[] = {
#define METRIC(id, name, unit, kind, labels, help, counterpart)                            \
  {Metric::id, name, MetricUnit::unit, MetricKind::kind, LabelSet::labels, help, counterpart},
#include "scenarios/engine/metrics/metrics.def"
#undef METRIC
};
inline constexpr std::size_t metric_count = sizeof(metric_table) / sizeof(metric_table[0]);

constexpr const MetricInfo& info_of(Metric metric) {
  return metric_table[static_cast<std::size_t>(metric)];
}
const MetricInfo* find_metric(std::string_view name);
std::vector<std::string> metric_names();

/// "s", "bytes", "1" or "ratio", as the journal writes it.
const char* name_of(MetricUnit unit);
const char* name_of(MetricKind kind);
/// From a metric's integers to its unit.
double in_unit(MetricUnit unit, double raw);
/// A value in its unit as people read it: 88 ms, 41m 3s, 8.8 TB, 99.6 %, 1.25x, 1,204.
std::string human(MetricUnit unit, double value);

enum class RunPhase : std::uint8_t { warm_up, chaos, settle };
inline constexpr int phase_count = 3;
const char* name_of(RunPhase phase);

/// Where an observation belongs.
struct Labels {
  RunPhase phase = RunPhase::warm_up;
  Priority priority = Priority::p1;
  Route route = Route::submit;
  Op op{};
  std::uint8_t action = 0;
  std::uint16_t place = 0;  ///< the number of a station or client
};

/// What a threshold selects; a label that is not set matches all, and all phases but the warm-up.
struct LabelFilter {
  std::optional<RunPhase> phase;
  std::optional<Priority> priority;
  std::optional<Route> route;
  std::optional<Op> op;
  std::optional<std::uint8_t> action;
  std::optional<std::uint16_t> place;
  std::string place_name = {};  ///< of a station or client, for its text
  bool operator==(const LabelFilter&) const = default;

  bool matches(const Labels& labels, LabelSet set) const {
    if (set == LabelSet::call) return !op || *op == labels.op;
    if (phase ? *phase != labels.phase : labels.phase == RunPhase::warm_up) return false;
    if (set == LabelSet::world) return true;
    if (placed(set)) return !place || *place == labels.place;
    if ((priority && *priority != labels.priority) || (action && *action != labels.action)) {
      return false;
    }
    return set == LabelSet::ticket || !route || *route == labels.route;
  }
};

/// The names of the labels that a metric has.
std::vector<std::string> label_names(LabelSet set);
/// The values that a label can take; empty for action, which takes any number from 0 to 255.
std::vector<std::string> label_values(std::string_view label, const PlaceNames& places = {});
/// Sets one label by its text. False where the value is none of its values.
bool set_label(LabelFilter& filter, std::string_view label, std::string_view value,
               const PlaceNames& places = {});
/// "{priority=P0, phase=chaos}", or nothing where nothing is set.
std::string text_of(const LabelFilter& filter, LabelSet set = LabelSet::request);

}  // namespace wavetank::engine
