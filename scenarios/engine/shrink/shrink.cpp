#include "scenarios/engine/shrink/shrink.h"

#include <utility>

#include "scenarios/engine/shrink/ddmin.h"
#include "scenarios/engine/text/document.h"

namespace wavetank::engine {

Shrinker::Shrinker(Node scenario, Oracle oracle, std::size_t runs_max,
                   std::function<void(const ShrinkStep&)> tell)
    : oracle_(std::move(oracle)), runs_max_(runs_max), tell_(std::move(tell)) {
  result_.scenario = std::move(scenario);
}

bool Shrinker::fails(const Node& candidate) {
  if (!result_.minimal) return false;
  std::string text = write_json_line(candidate);
  if (const auto known = known_.find(text); known != known_.end()) return known->second;
  if (result_.runs >= runs_max_) {
    result_.minimal = false;
    return false;
  }
  const Answer answer = oracle_(candidate);
  if (answer == Answer::stopped) {
    result_.minimal = false;
    return false;
  }
  if (answer != Answer::refused) ++result_.runs;
  return known_.emplace(std::move(text), answer == Answer::fails).first->second;
}

void Shrinker::tell(const char* what, std::size_t left) {
  if (tell_) tell_({what, left, result_.runs});
}

/// Leaves out what it can of one kind of parts. Returns whether it could.
bool Shrinker::drop(ShrinkRow& row, const List& list) {
  const Node whole = result_.scenario;
  const Paths all = list(whole);
  const std::size_t runs = result_.runs;
  if (row.runs == 0 && row.before == 0) row.before = all.size();
  tell(row.what.c_str(), all.size());
  const auto of = [&](const std::vector<std::size_t>& kept) {
    Paths gone;
    auto next = kept.begin();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (next != kept.end() && *next == i) {
        ++next;
      } else {
        gone.push_back(all[i]);
      }
    }
    return without(whole, gone);
  };
  const std::vector<std::size_t> kept = ddmin(all.size(), [&](const auto& some) {
    Node candidate = of(some);
    const bool failed = fails(candidate);
    if (failed) result_.scenario = std::move(candidate);
    tell(row.what.c_str(), failed ? some.size() : list(result_.scenario).size());
    return failed;
  });
  row.after = kept.size();
  row.runs += result_.runs - runs;
  return kept.size() < all.size();
}

/// One value, as small as it gets.
bool Shrinker::divide(const std::string& path) {
  bool any = false;
  // Large strides first: most values are far from where they must stop.
  for (const double by : {8.0, 2.0}) {
    while (true) {
      Node candidate = result_.scenario;
      // The tree is our own copy; find_path() gives only a reader's view of it.
      auto* value = const_cast<Node*>(find_path(candidate, path));
      std::optional<Node> less = divided(*value, by);
      if (!less) break;
      less->place = value->place;
      *value = std::move(*less);
      const bool failed = fails(candidate);
      tell("values", 0);
      if (!failed) break;
      result_.scenario = std::move(candidate);
      ++result_.divisions;
      any = true;
    }
  }
  return any;
}

bool Shrinker::make_smaller() {
  bool any = false;
  for (const std::string& path : values_of(result_.scenario)) any = divide(path) || any;
  return any;
}

ShrinkResult Shrinker::run() {
  name_faults(result_.scenario);
  ShrinkRow faults{"faults", 0, 0, 0}, loads{"loads", 0, 0, 0}, settings{"settings", 0, 0, 0},
      details{"details", 0, 0, 0};
  const auto entries = [](const char* list) {
    return [list](const Node& root) { return entries_of(root, list); };
  };
  bool any = true;
  while (any && result_.minimal) {
    any = drop(faults, entries("faults"));
    any = drop(loads, entries("load")) || any;
    any = make_smaller() || any;
    any = drop(settings, settings_of) || any;
    any = drop(details, details_of) || any;
  }
  for (ShrinkRow* row : {&faults, &loads, &settings, &details}) {
    result_.rows.push_back(std::move(*row));
  }
  return std::move(result_);
}

Node only_breaks(Node scenario, const std::string& invariant) {
  const Node* title = scenario.find("title");
  const std::string before = title != nullptr ? ": " + title->text : "";
  Node out = object_node();
  out.place = scenario.place;
  add_member(out, "title", text_node("Shrunk to what breaks " + invariant + before));
  for (Member& member : scenario.members) {
    const std::string& key = member.key;
    if (key == "title" || key == "description" || key == "expect" || key == "breaks" ||
        key == "swarm") {
      continue;
    }
    out.members.push_back(std::move(member));
  }
  Node names = array_node();
  names.items.push_back(text_node(invariant));
  Node expect = object_node();
  add_member(expect, "invariants", std::move(names));
  add_member(out, "expect", std::move(expect));
  return out;
}

}  // namespace wavetank::engine
