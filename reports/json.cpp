#include "reports/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/words.h"

namespace wavetank::reports {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }

/// The row of each element in a list; an empty list stays a list.
template <class All, class Row>
Json list(const All& all, Row row) {
  Json out = Json::array();
  for (const auto& one : all) out.push_back(row(one));
  return out;
}

Json numbers(const std::vector<double>& all) {
  return list(all, [](double value) { return number(value); });
}

Json jobs(const engine::JobCounts& jobs) {
  return {{"offered", jobs.offered},       {"rejected", jobs.rejected},
          {"accepted", jobs.accepted},     {"succeeded", jobs.succeeded},
          {"failed", jobs.failed},         {"dead_lettered", jobs.dead_lettered},
          {"unfinished", jobs.unfinished}, {"late", jobs.late},
          {"reads", jobs.reads}};
}

Json worst(const engine::WorstOutput& one) {
  return {{"entity_id", one.entity_id},
          {"data_version", one.data_version},
          {"from", number(one.from)},
          {"until", number(one.until)},
          {"why", one.why}};
}

Json on_time_by_priority(const std::vector<double>& shares) {
  Json out = Json::object();
  for (std::size_t i = 0; i < shares.size(); ++i) {
    out["P" + std::to_string(i)] = shares[i] < 0 ? Json(nullptr) : number(shares[i]);
  }
  return out;
}

/// The curve of outputs that could not be trusted, which the series has under its own name.
Json counts_over_time(const engine::Series& series) {
  for (const engine::Series::Track& track : series.tracks) {
    if (track.name != "outputs.untrusted") continue;
    Json values = list(track.values, [](const auto& value) { return number(value); });
    return {{"start_s", number(series.start_s)},
            {"step_s", number(series.step_s)},
            {"tracks", {{"untrusted", {{"unit", track.unit}, {"values", std::move(values)}}}}}};
  }
  return nullptr;
}

Json trust(const engine::RunReport& report) {
  const engine::TrustResult& trust = report.trust;
  Json out = {{"outputs", trust.outputs},
              {"trusted", trust.trusted},
              {"late", trust.late},
              {"wrong", trust.wrong},
              {"unknown", trust.unknown},
              {"falsely_trusted", trust.falsely_trusted},
              {"worst", list(trust.worst, worst)},
              {"failed", trust.failed},
              {"on_time", number(trust.on_time)},
              {"on_time_by_priority", on_time_by_priority(trust.on_time_by_priority)}};
  out["worst_moment"] = {{"at", number(trust.worst_moment)},
                         {"outputs", trust.worst_moment_outputs},
                         {"lasted", number(trust.worst_moment_lasted)}};
  if (Json curve = counts_over_time(report.series); !curve.is_null()) {
    out["counts_over_time"] = std::move(curve);
  }
  return out;
}

Json metric(const engine::MetricSummary& one) {
  const bool spread = (one.kind == "histogram" || one.kind == "gauge") && one.count > 0;
  const auto part = [spread](double value) { return spread ? number(value) : Json(nullptr); };
  return {{"count", one.count},
          {"mean", part(one.mean)},
          {"min", part(one.min)},
          {"max", part(one.max)},
          {"p50", part(one.p50)},
          {"p90", part(one.p90)},
          {"p95", part(one.p95)},
          {"p99", part(one.p99)},
          {"p999", part(one.p999)},
          {"value", one.kind == "histogram" ? Json(nullptr) : number(one.value)},
          {"unit", one.unit},
          {"kind", one.kind}};
}

Json metrics(const std::vector<engine::MetricSummary>& all) {
  Json out = Json::object();
  for (const engine::MetricSummary& one : all) out[one.name] = metric(one);
  return out;
}

Json series(const engine::Series& series) {
  Json tracks = Json::object();
  for (const engine::Series::Track& track : series.tracks) {
    tracks[track.name] = {
        {"unit", track.unit},
        {"values", list(track.values, [](const auto& value) { return number(value); })}};
  }
  return {{"start_s", number(series.start_s)},
          {"step_s", number(series.step_s)},
          {"tracks", std::move(tracks)}};
}

Json threshold(const engine::ThresholdResult& one) {
  return {{"expr", one.expr},
          {"observed", one.undecided ? Json(nullptr) : number(one.value)},
          {"holds", one.undecided ? Json(nullptr) : Json(one.holds)},
          {"observed_text", one.observed},
          {"window", one.window.empty() ? Json(nullptr) : Json(one.window)},
          {"since", number(one.since)},
          {"aborted", one.aborted}};
}

Json ids(const std::vector<std::uint64_t>& all) {
  Json out = Json::array();
  for (const std::uint64_t id : all) out.push_back(hex(id));
  return out;
}

Json evidence(const engine::Evidence& one) {
  return {{"at", number(one.at)}, {"what", one.what}, {"chain", ids(one.chain)}};
}

Json invariant(const engine::InvariantResult& one) {
  return {{"name", one.name},
          {"verdict", one.verdict},
          {"violations", one.violations},
          {"evidence", list(one.evidence, evidence)},
          {"saw", saw_text(one)},
          {"situations", one.saw},
          {"protects", one.protects}};
}

Json probe(const engine::ProbeResult& one) {
  return {{"name", one.name}, {"hits", one.hits}};
}

Json recovery(const engine::Recovery& one) {
  const bool judged = one.verdict != "none" && !one.verdict.empty();
  return {{"verdict", judged ? Json(one.verdict) : Json(nullptr)},
          {"after_s", number(one.after_s)},
          {"why", one.why}};
}

Json around(const engine::Around& one) {
  return {{"freshness_p99", number(one.freshness_p99)},
          {"error_rate", number(one.error_rate)},
          {"oldest_age", number(one.oldest_age)},
          {"on_time", number(one.on_time)}};
}

Json fault(const engine::FaultResult& one) {
  const bool began = one.to > one.from;
  return {{"fault", one.fault},
          {"target", one.target},
          {"at", number(one.at)},
          {"for", number(one.for_s)},
          {"fired", one.fired},
          {"touched", one.touched},
          {"recovery", recovery(one.recovery)},
          {"name", name_of(one)},
          {"ratio", one.ratio},
          {"touched_what", one.touched_what},
          {"from", began ? number(one.from) : Json(nullptr)},
          {"to", began ? number(one.to) : Json(nullptr)},
          {"before", around(one.before)},
          {"during", around(one.during)},
          {"after", around(one.after)}};
}

/// Those with a ceiling under `resources`; queues without one, counted in messages, beside them.
Json resources(const std::vector<engine::ResourceResult>& all, bool limited) {
  Json out = Json::array();
  for (const engine::ResourceResult& one : all) {
    if ((one.unit == "ratio") != limited) continue;
    out.push_back({{"name", one.name},
                   {"peak", number(one.peak)},
                   {"at", number(one.at)},
                   {"cause", one.cause},
                   {"mean", number(one.mean)},
                   {"wait_p99", number(one.wait_p99)},
                   {"unit", one.unit}});
  }
  return out;
}

Json reading(const engine::ReadingResult& one) {
  return {{"name", one.name},
          {"unit", one.unit},
          {"least", number(one.least)},
          {"mean", number(one.mean)},
          {"most", number(one.most)},
          {"unknown_s", number(one.unknown_s)}};
}

Json setting(const engine::SettingRow& one) {
  return {{"path", one.path}, {"value", one.value}, {"kind", one.unit}, {"from", one.from}};
}

Json finding(const engine::Finding& one) {
  Json out = {{"what", one.what},           {"since", number(one.since_s)},
              {"cause", one.cause},         {"endangers", one.endangers},
              {"look_at", one.look_at},     {"protects", one.protects},
              {"cause_chain", ids(one.chain)}};
  if (!one.rescue.empty()) out["rescue"] = one.rescue;
  return out;
}

Json link(const engine::ChainEvent& one) {
  return {{"id", hex(one.id)},
          {"parent", one.parent == 0 ? Json(nullptr) : Json(hex(one.parent))},
          {"kind", one.kind},
          {"at", number(one.at)},
          {"entity", one.entity},
          {"what", one.what}};
}

Json attempt(const engine::GanttAttempt& one) {
  return {{"stage", one.stage},         {"task", one.task}, {"attempt", one.attempt},
          {"node", one.node},           {"from", number(one.from)},
          {"to", one.to < one.from ? Json(nullptr) : number(one.to)},
          {"outcome", one.outcome}};
}

Json gantt(const engine::GanttJob& one) {
  const auto reached = [](double at) { return at > 0 ? number(at) : Json(nullptr); };
  return {{"job", one.job},
          {"output", one.output},
          {"priority", one.priority},
          {"accepted", number(one.accepted)},
          {"started", reached(one.started)},
          {"finished", reached(one.finished)},
          {"terminal", reached(one.terminal)},
          {"late", one.late},
          {"why", one.why},
          {"attempts", list(one.attempts, attempt)}};
}

Json phase(const engine::Phase& one) {
  return {{"name", one.name}, {"from", number(one.from)}, {"to", number(one.to)}};
}

Json run(const engine::RunReport& report) {
  return {{"started_at", report.started_at},
          {"version", report.version},
          {"calibration", report.calibration.empty() ? Json("none") : Json(report.calibration)}};
}

/// The keys that the charts read, beside the contract's.
void add_extensions(const engine::RunReport& report, Json& out) {
  out["headline"] = report.headline;
  out["notes"] = report.notes;
  out["description"] = report.description;
  out["load_s"] = number(report.load_s);
  out["phases"] = list(report.phases, phase);
  out["findings"] = list(report.findings, finding);
  out["chain"] = list(report.chain, link);
  out["offered"] = {{"slot_hours", numbers(report.offered_slot_hours)},
                    {"slots", report.slots > 0 ? number(report.slots) : Json(nullptr)}};
  out["gantt"] = list(report.gantt, gantt);
  out["backlogs"] = resources(report.resources, false);
  out["breaks"] = report.breaks;
  if (!report.readings.empty()) out["readings"] = list(report.readings, reading);
}

Json generator(const engine::GeneratorResult& one) {
  return {{"planned", one.planned},
          {"sent", one.sent},
          {"offered_per_s", number(one.offered_per_s)},
          {"sent_per_s", number(one.sent_per_s)},
          {"achieved_per_s", number(one.achieved_per_s)},
          {"ratio", number(one.ratio)},
          {"lag_p50_s", number(one.lag_p50)},
          {"lag_p99_s", number(one.lag_p99)},
          {"lag_p999_s", number(one.lag_p999)},
          {"lag_max_s", number(one.lag_max)},
          {"machine_busy", one.machine_busy ? number(*one.machine_busy) : Json(nullptr)},
          {"cpu", number(one.cpu)}};
}

Json replicated(const engine::ReplicatedMetric& one) {
  const auto bound = [&one](double sign) {
    return one.half ? number(one.mean + sign * *one.half) : Json(nullptr);
  };
  return {{"n", one.n},         {"mean", number(one.mean)}, {"sd", number(one.sd)},
          {"low", bound(-1)},   {"high", bound(1)},         {"unit", one.unit},
          {"observations", one.observations},               {"few", one.few}};
}

Json seen_in(const std::map<std::string, engine::SeenIn>& all) {
  Json out = Json::object();
  for (const auto& [name, one] : all) out[name] = {{"runs", one.runs}, {"seen", one.seen}};
  return out;
}

/// Only where there are many seeds; all other keys are then about the first of them.
Json replications(const engine::ReplicationResult& all) {
  Json figures = Json::object();
  for (const engine::ReplicatedMetric& one : all.metrics) figures[one.name] = replicated(one);
  return {{"first_seed", all.first_seed},
          {"count", all.count},
          {"batch_s", number(all.batch_s)},
          {"confidence", 0.95},
          {"failed", all.failed},
          {"failures", list(all.failures,
                            [](const auto& one) {
                              return Json{{"seed", one.first}, {"headline", one.second}};
                            })},
          {"warm_up", {{"cut_s", number(all.warm_up_s)},
                       {"by", all.warm_up_by},
                       {"mser5_s", number(all.mser5_s)}}},
          {"precision", {{"wanted", number(all.precision)},
                         {"reached", all.precision ? Json(all.precise) : Json(nullptr)}}},
          {"faults", seen_in(all.faults)},
          {"probes", seen_in(all.probes)},
          {"figures", std::move(figures)}};
}

std::string compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One line a key, and below it one line an element: what differs between two runs shows in a diff,
/// and a series of a day is still one line.
std::string laid_out(const Json& journal) {
  std::string out = "{";
  const char* comma = "\n";
  for (const auto& [key, value] : journal.items()) {
    out += comma + compact(key) + ": ";
    comma = ",\n";
    if (!value.is_structured() || value.empty()) {
      out += compact(value);
      continue;
    }
    const char* inner = "\n ";
    out += value.is_array() ? '[' : '{';
    for (const auto& [name, element] : value.items()) {
      out += inner + (value.is_array() ? "" : compact(name) + ": ") + compact(element);
      inner = ",\n ";
    }
    out += value.is_array() ? ']' : '}';
  }
  return out + "\n}\n";
}

}  // namespace

std::string journal(const engine::RunReport& report) {
  Json out = Json::object();
  out["verdict"] = report.verdict;
  out["exit_code"] = report.exit_code;
  out["title"] = report.title;
  out["scenario"] = report.scenario;
  out["seed"] = report.seed;
  out["fingerprint"] = fingerprint_of(report);
  out["world"] = report.world;
  out["virtual_s"] = number(report.virtual_s);
  out["wall_s"] = number(report.wall_s);
  out["events"] = report.events;
  out["run"] = run(report);
  out["jobs"] = jobs(report.jobs);
  if (report.jobs.requests > 0) out["requests"] = report.jobs.requests;
  out["trust"] = trust(report);
  out["metrics"] = metrics(report.metrics);
  out["series"] = series(report.series);
  out["thresholds"] = list(report.thresholds, threshold);
  out["invariants"] = list(report.invariants, invariant);
  out["probes"] = list(report.probes, probe);
  out["faults"] = list(report.faults, fault);
  out["recovery"] = recovery(report.recovery);
  out["resources"] = resources(report.resources, true);
  out["settings"] = list(report.settings, setting);
  out["repro"] = report.repro;
  add_extensions(report, out);
  if (report.generator) out["generator"] = generator(*report.generator);
  if (report.replications) {
    const char* key = report.replications->batch_s ? "batches" : "replications";
    out[key] = replications(*report.replications);
  }
  return laid_out(out);
}

}  // namespace wavetank::reports
