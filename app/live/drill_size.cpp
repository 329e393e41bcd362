#include "app/live/drill_size.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "app/live/link_strikes.h"
#include "app/live/platform_text.h"
#include "reports/figures.h"
#include "reports/words.h"
#include "scenarios/engine/text/quantity.h"
#include "system/live/attached_watch.h"
#include "system/live/dataset/input_data.h"

namespace wavetank::app {
namespace {

using nlohmann::json;
using engine::LoadSurge;

// Defaults of faults/load_spike.cpp and faults/memory_pressure.cpp.
constexpr double usual_factor = 3;
constexpr const char* usual_take = "50%";

bool is(const engine::Scenario& scenario, std::size_t index, std::string_view fault) {
  return scenario.faults[index].fault->name() == fault;
}

std::vector<LoadSurge> surges_of(const engine::Scenario& scenario,
                                 const std::vector<json>& faults) {
  std::vector<LoadSurge> surges;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    if (!is(scenario, i, "load_spike")) continue;
    const faults::FaultSpec& spec = scenario.faults[i].fault->spec();
    LoadSurge surge;
    surge.load = spec.target;
    surge.from = Time{} + spec.at;
    surge.to = spec.lasts > Duration{} ? surge.from + spec.lasts : time_max;
    surge.factor = faults[i].value("factor", usual_factor);
    surges.push_back(std::move(surge));
  }
  return surges;
}

/// A stretch in which a share of all submits is sent twice.
struct Again {
  Time from{}, to{};
  double share = 0;
};

std::vector<Again> again_of(const engine::Scenario& scenario) {
  std::vector<Again> all;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    if (!is(scenario, i, "duplicate_delivery")) continue;
    const faults::FaultSpec& spec = scenario.faults[i].fault->spec();
    const std::string service = service_of(spec.target);
    if (service != "api" && service != "http") continue;
    const Time from = Time{} + spec.at;
    const Time to = spec.lasts > Duration{} ? from + spec.lasts : time_max;
    all.push_back({from, to, spec.ratio.value});
  }
  return all;
}

/// The share of submits that come twice at some time of `one`: a request is copied once at most.
double share_in(const Again& one, const std::vector<Again>& all) {
  double share = 0;
  for (const Again& other : all) {
    if (other.from < one.to && one.from < other.to) share += other.share;
  }
  return std::min(1.0, share);
}

/// The fastest rate of all loads in a stretch, where `again` of its submits come twice.
double fastest(const engine::Scenario& scenario, const Again& stretch, double again,
               const std::vector<LoadSurge>& surges) {
  double rate = 0;
  for (const engine::LoadEntry& entry : scenario.load) {
    const double once = engine::fastest_rate(entry, stretch.from, stretch.to, surges);
    rate += once * (entry.submits() ? 1 + again : 1);
  }
  return rate;
}

std::int64_t touched(const std::vector<FaultPlan>& plans) {
  std::set<std::string> names;
  for (const FaultPlan& plan : plans) {
    names.insert(plan.kills.begin(), plan.kills.end());
    names.insert(plan.places.begin(), plan.places.end());
    for (const GatePlace& gate : plan.gates) names.insert(gate.process);
  }
  return static_cast<std::int64_t>(names.size());
}

/// Whether requests say how many bytes they want.
bool says_bytes(const live::RequestTarget& request) {
  const auto has = [](const std::string& text) { return text.find("{bytes}") != text.npos; };
  return has(request.url) || has(request.body) ||
         std::any_of(request.fields.begin(), request.fields.end(),
                     [&](const live::BodyField& field) { return has(field.value); });
}

Bytes times(Bytes one, double factor) {
  constexpr double most = 9e18;
  return {static_cast<std::int64_t>(std::min(most, static_cast<double>(one.count) * factor))};
}

/// What an attached platform is asked to read: each request the greatest data that it may name.
Bytes named_bytes(const engine::Scenario& scenario, const std::vector<json>& faults,
                  const live::Target& target, const engine::LoadForecast& load) {
  bool hot = false, big = false;
  double grown = 1;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    hot = hot || is(scenario, i, "key_skew");
    if (!is(scenario, i, "memory_pressure")) continue;
    big = true;
    const auto share = engine::parse_ratio(faults[i].value("take", usual_take)).value;
    if (share && share->value < 1) grown = std::max(grown, 1 / (1 - share->value));
  }
  Bytes most{};
  for (const live::InputTarget& one : target.attach.inputs) {
    if ((one.kind == "hot" && !hot) || (one.kind == "big" && !big)) continue;
    most = std::max(most, one.bytes);
  }
  const Bytes all = times(most, static_cast<double>(load.submits));
  if (!says_bytes(target.attach.request)) return all;
  return std::max(all, times(load.input, grown));
}

/// What our own pipeline makes. All jobs read the beginning of the same endless data; a hot key
/// makes data of its own.
void add_made(const engine::Scenario& scenario, DrillForecast& forecast) {
  const live::InputData input("", work_shape(scenario).input);
  std::int64_t kinds = 1;
  std::uint64_t copies = 1;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    if (is(scenario, i, "key_skew")) ++kinds;
    if (is(scenario, i, "duplicate_delivery")) copies = 2;
  }
  const engine::Setting* keys = engine::find_setting(scenario.settings, "system.api.idempotent");
  const bool keyed = keys == nullptr || keys->value != "false";
  forecast.processes = keyed ? forecast.load.submits : forecast.load.submit_tries * copies;
  forecast.inputs = {kinds * input.made_for(forecast.load.input_most).count};
  forecast.outputs = forecast.load.output;
  forecast.shuffle = forecast.load.shuffle;
  const double all = static_cast<double>(forecast.inputs.count) +
                     static_cast<double>(forecast.outputs.count) +
                     static_cast<double>(forecast.shuffle.count);
  forecast.size.bytes = times({1}, all);
}

std::string bytes_text(Bytes bytes) {
  const auto value = static_cast<double>(bytes.count);
  return bytes.count == 0 ? "0 B" : reports::Figures("bytes", value).with_unit(value);
}

std::string rate_text(double per_s) {
  char text[40];
  std::snprintf(text, sizeof text, "%.4g/s", per_s);
  return text;
}

void tell_looks(const DrillForecast& forecast, const live::Target& target, std::ostream& out) {
  const double wanted = forecast.looks_per_s;
  if (wanted <= 0) return;
  out << "\nlooks     at most " << rate_text(wanted) << " at its pages";
  const Rate most = target.limits.max_rate;
  const double left = live::LookPace::left(most, forecast.size.rate.per_s);
  if (most.per_s <= 0 || left >= wanted) return;
  out << "; beside the load at its fastest limits.max_rate leaves "
      << (left > 0 ? rate_text(left) : "none") << ", and what is more waits";
}

}  // namespace

DrillForecast drill_forecast(const engine::Scenario& scenario, const std::vector<FaultPlan>& plans,
                             const std::vector<json>& faults, const live::Target& target) {
  DrillForecast out;
  const Time from = Time{} + scenario.starts, to = Time{} + scenario.stops;
  const std::vector<LoadSurge> surges = surges_of(scenario, faults);
  out.size.duration = scenario.load_ends - scenario.starts + scenario.settle;
  out.size.in_flight = scenario.in_flight_most;
  out.size.targets = touched(plans);
  std::vector<Again> again = again_of(scenario);
  for (Again& one : again) one = {std::max(from, one.from), std::min(to, one.to), one.share};
  std::erase_if(again, [](const Again& one) { return one.from >= one.to; });
  out.size.rate.per_s = fastest(scenario, {from, to, 0}, 0, surges);
  for (const Again& one : again) {
    const double then = fastest(scenario, one, share_in(one, again), surges);
    out.size.rate.per_s = std::max(out.size.rate.per_s, then);
  }
  // A load that is far beyond its limits is not counted request by request.
  if (!live::over_limits(out.size, target.limits).empty()) return out;
  const engine::LoadPlan plan(scenario.load, static_cast<std::uint64_t>(scenario.seed),
                              scenario.surveys);
  out.load = engine::forecast(plan, from, to, surges);
  double twice = 0;  // of what a trace sends in its busiest stretch
  for (const Again& one : again) {
    twice = std::max(twice, share_in(one, again));
    const auto tries = engine::forecast(plan, one.from, one.to, surges).submit_tries;
    out.copies += one.share * static_cast<double>(tries);
  }
  out.size.rate.per_s += out.load.trace_rate_per_s * (1 + twice);
  if (target.platform == "attached") {
    out.named = out.size.bytes = named_bytes(scenario, faults, target, out.load);
    out.looks_per_s = live::AttachedWatch::pages_per_s(target.attach);
  } else {
    add_made(scenario, out);
  }
  return out;
}

void tell_forecast(const DrillForecast& forecast, const live::Target& target, std::ostream& out) {
  using reports::count_of;
  const engine::LoadForecast& load = forecast.load;
  out << "requests  " << count_of(load.submits, "submit", "submits");
  if (load.status_reads > 0) {
    out << ", " << count_of(load.status_reads, "status read", "status reads");
  }
  if (load.output_reads > 0) {
    out << ", " << count_of(load.output_reads, "output read", "output reads");
  }
  if (load.polls > 0) out << ", at most " << count_of(load.polls, "poll", "polls");
  if (load.tries > load.requests()) {
    out << "; with retries at most " << reports::grouped(load.tries + load.polls) << " sent";
  }
  if (forecast.copies > 0) {
    const auto copies = static_cast<std::uint64_t>(std::ceil(forecast.copies));
    out << "; and some " << count_of(copies, "copy", "copies");
  }
  tell_looks(forecast, target, out);
  if (target.platform == "attached") {
    out << "\nbytes     at most " << bytes_text(forecast.named)
        << " of data named by its requests; what it makes of them only its owner knows\n"
        << "rows      of " << count_of(load.submits, "request", "requests")
        << " at most, in tables of its own\n";
    return;
  }
  out << "\nbytes     at most " << bytes_text(forecast.size.bytes) << ", each job done once: "
      << bytes_text(forecast.inputs) << " of inputs and " << bytes_text(forecast.outputs)
      << " of outputs in the object store, " << bytes_text(forecast.shuffle)
      << " of shuffle files on workers' disks\n"
      << "rows      at most " << reports::grouped(forecast.processes)
      << " in processes, which hold their effects, and as many in outbox; schema "
      << target.database.schema << '\n';
}

}  // namespace wavetank::app
