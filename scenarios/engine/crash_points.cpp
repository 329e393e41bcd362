#include "scenarios/engine/crash_points.h"

#include <algorithm>

#include "faults/durable_step.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

bool any(const CrashSearch& search, bool (*holds)(const CrashRun&)) {
  return std::any_of(search.points.begin(), search.points.end(), holds) ||
         std::any_of(search.pairs.begin(), search.pairs.end(), holds);
}

}  // namespace

std::string CrashPoint::words() const {
  return caller + (after ? " after " : " before ") + verb + (step.empty() ? "" : ' ' + step);
}

Node CrashPoint::fault(Duration from, Duration restart_after) const {
  Node fault = object_node();
  add_member(fault, "fault", text_node("crash_point"));
  add_member(fault, "name", text_node(words()));
  add_member(fault, "at", text_node(text_of(from)));
  add_member(fault, "target", text_node(caller + "->" + verb));
  if (!step.empty()) add_member(fault, "step", text_node(step));
  add_member(fault, "moment", text_node(after ? "after" : "before"));
  if (nth > 1) add_member(fault, "nth", number_node(std::to_string(nth)));
  add_member(fault, "restart_after", text_node(text_of(restart_after)));
  return fault;
}

const CrashRun* CrashSearch::first_broken() const {
  for (const auto* runs : {&points, &pairs}) {
    for (const CrashRun& one : *runs) {
      if (!one.broken.empty()) return &one;
    }
  }
  return nullptr;
}

int CrashSearch::exit_code() const {
  if (any(*this, [](const CrashRun& one) { return !one.error.empty(); })) return 1;
  if (first_broken() != nullptr) return 3;
  const bool all = std::all_of(points.begin(), points.end(),
                               [](const CrashRun& one) { return one.struck; });
  return points.empty() || !all || !broken_anyway.empty() ? 4 : 0;
}

std::vector<Node> crash_faults(const CrashRun& run, Duration from, Duration restart_after) {
  std::vector<Node> faults;
  for (const CrashPoint& point : run.crashes) {
    faults.push_back(point.fault(from, restart_after));
    from = point.at - Time{};
  }
  return faults;
}

void DurableSteps::listen(World& world) {
  world_ = &world;
  world.gate().arm(*this, faults::durable_ops(), -1);
}

Verdict DurableSteps::ask(const Call& call, Moment moment) {
  const Time now = world_->loop().now();
  if (call.repeated || now <= from_ || now >= to_) return Verdict::pass();
  const std::string& node = world_->name(call.caller->id());
  Seen& seen = seen_[{node.substr(0, node.find('/')), call.op, faults::step_of(call)}];
  if (seen.found) return Verdict::pass();
  const Name name{call.sent, call.caller->id(), call.info.subject, call.info.attempt};
  if (moment == Moment::before_request) {
    seen.under_way[name] = ++seen.requests;
    return Verdict::pass();
  }
  ++seen.replies;
  const auto request = seen.under_way.find(name);
  if (request == seen.under_way.end()) return Verdict::pass();
  seen.found = faults::took_effect(call);
  seen.nth_request = request->second;
  seen.nth_reply = seen.replies;
  seen.sent = call.sent;
  seen.replied = now;
  seen.under_way.erase(request);
  return Verdict::pass();
}

std::vector<CrashPoint> DurableSteps::points() const {
  std::vector<CrashPoint> all;
  for (const auto& [key, seen] : seen_) {
    if (!seen.found) continue;
    const auto& [caller, op, step] = key;
    all.push_back({caller, name_of(op), step, false, seen.nth_request, seen.sent});
    all.push_back({caller, name_of(op), step, true, seen.nth_reply, seen.replied});
  }
  const auto earlier = [](const CrashPoint& a, const CrashPoint& b) { return a.at < b.at; };
  std::stable_sort(all.begin(), all.end(), earlier);
  return all;
}

}  // namespace wavetank::engine
