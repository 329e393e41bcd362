#include "app/live/attached_side.h"

#include "app/live/stop_rules.h"
#include "scenarios/engine/metrics/metric_registry.h"
#include "scenarios/engine/text/quantity.h"
#include "system/live/attach_health.h"
#include "system/live/callback_receiver.h"

namespace wavetank::app {
namespace {

/// Made of when a state was seen, which may be long after it began.
constexpr engine::Metric of_states[] = {
    engine::Metric::process_latency,      engine::Metric::freshness,
    engine::Metric::freshness_on_time,    engine::Metric::goodput,
    engine::Metric::processes_unfinished, engine::Metric::processes_oldest,
    engine::Metric::processes_overdue,    engine::Metric::outputs_untrusted};

std::string tenths(Duration time) {
  constexpr std::int64_t tenth = 100'000'000;
  return engine::text_of(Duration{time.ns / tenth * tenth});
}

}  // namespace

std::vector<std::string> not_well(const live::Target& target, bool receiver) {
  std::vector<std::string> wrong = live::attached_unwell(target);
  if (receiver && !target.attach.receiver.listen.empty()) {
    if (auto trouble = live::callback_round_trip(target.attach.receiver)) wrong.push_back(*trouble);
  }
  return wrong;
}

void add_seen(const live::AttachedHttp& http, engine::Observed& observed) {
  using Much = live::Sight::Much;
  for (const live::Sight& one : http.sight()) {
    if (one.much == Much::all) continue;
    observed.blind.push_back({one.invariant, one.much == Much::part, one.why, one.outputs});
  }
  observed.lacking = http.lacking();
  observed.untold = untold_metrics();
  for (const std::string& note : http.notes()) observed.notes.push_back(note);
  const auto unseen = http.unseen();
  if (!unseen) return;
  for (const engine::Metric metric : of_states) {
    observed.late.push_back(engine::info_of(metric).name);
  }
  observed.late_why = "its status could not be read for " + tenths(unseen->lasted()) + ", from " +
                      tenths(unseen->from - Time{}) + " on";
}

}  // namespace wavetank::app
