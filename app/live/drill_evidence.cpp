// What a drill has to show: the histories of all processes, what its faults did, and both on disk.

#include <fstream>
#include <iterator>

#include "app/live/control_token.h"
#include "app/live/drill.h"
#include "app/live/drill_strikes.h"
#include "app/live/repeaters.h"
#include "app/repro.h"
#include "system/live/drill/belongings.h"
#include "system/live/redis_cache.h"
#include "system/live/wire.h"

namespace wavetank::app {

using nlohmann::json;

void Drill::add_tallies(engine::Observed& observed) {
  for (const std::string& name : processes_) {
    const auto answer = link_->read_process(name, "/gate");
    if (!answer) {
      observed.gaps.push_back("what faults did in " + name + ": " + answer.why());
      continue;
    }
    for (const json& one : answer->value("troubles", json::array())) {
      if (one.is_string()) strikes_->trouble(name + ": " + one.get<std::string>());
    }
    for (const char* list : {"armed", "ended"}) {
      for (const json& one : (*answer)[list]) {
        const std::string id = one.value("id", "");
        for (const FaultPlan& plan : plans_) {
          if (id != fault_id(plan)) continue;
          observed.faults[plan.index].fired += one.value("fired", std::uint64_t{0});
          observed.faults[plan.index].touched += one.value("touched", std::uint64_t{0});
        }
      }
    }
  }
}

/// Everybody's history and the load's own, as one.
void Drill::gather(live::LiveWorld& world, const std::string& folder,
                   engine::Observed& observed) {
  Histories histories([&world](const std::string& name) {
    const std::vector<NodeId> found = world.nodes(name);
    return found.size() == 1 ? std::optional<NodeId>(found.front()) : std::nullopt;
  });
  for (const Event& event : observed.events) histories.add(event);
  collect(world, histories, observed);
  observed.events = histories.merged(target_.clock_bound);
  const std::vector<engine::Blind>& unordered = histories.unordered();
  observed.blind.insert(observed.blind.end(), unordered.begin(), unordered.end());
  if (const live::Trouble trouble = keep_history(world, observed.events, folder)) {
    observed.gaps.push_back(*trouble);
  }
  observed.gaps.insert(observed.gaps.end(), histories.gaps().begin(), histories.gaps().end());
}

void Drill::collect(live::LiveWorld& world, Histories& histories, engine::Observed& observed) {
  if (repeaters_ != nullptr) {
    for (const std::string& why : repeaters_->troubles()) strikes_->trouble(why);
  }
  for (const std::string& name : processes_) {
    // A process whose disk is full notes more than its file holds.
    const auto kept = link_->read_process(name, "/history/kept");
    const std::uint64_t noted = kept ? kept->value("last", std::uint64_t{0}) : 0;
    const std::string problem = kept ? kept->value("problem", "") : "";
    if (!problem.empty()) histories.miss("the history of " + name + ": " + problem);
    std::ifstream in(history_file(target_, run_id_, name), std::ios::binary);
    if (!in) {
      histories.miss("the history of " + name + ": its file cannot be read");
      continue;
    }
    const std::string lines{std::istreambuf_iterator<char>(in), {}};
    histories.add_lines(name, lines, world.core().clock, noted);
  }
  if (!attached()) {
    for (const std::string& why : world.redis().troubles()) strikes_->trouble("the load: " + why);
  }
  count_strikes(observed);
  add_tallies(observed);
}

/// What was done by strikes. A fault of the load's own process knows only what passed its gate;
/// what it asked its controls for was done elsewhere, or was not done.
void Drill::count_strikes(engine::Observed& observed) {
  for (const FaultPlan& plan : plans_) {
    engine::FaultResult& result = observed.faults[plan.index];
    if (plan.by_data || (!plan.at_client && !plan.by_load)) result.fired = 0;
    if (!plan.gates.empty()) continue;  // those processes keep tallies
    if (const auto shaped = shaped_.find(plan.index); shaped != shaped_.end() && plan.by_data) {
      result.fired += shaped->second;
      result.touched += shaped->second;
    }
    if (const auto again = repeaters_ ? repeaters_->repeated(plan.index) : std::nullopt) {
      result.fired += *again;
      result.touched += *again;
    }
    const auto struck = strikes_->faults.find(plan.index);
    if (struck == strikes_->faults.end()) continue;
    const std::lock_guard busy(struck->second->mutex);
    result.fired += struck->second->hits;
  }
}

/// What could not be struck makes the run no test.
void Drill::add_troubles(engine::Observed& observed) const {
  const std::vector<std::string> troubles = strikes_->taken();
  if (troubles.empty()) return;
  const std::size_t more = troubles.size() - 1;
  observed.invalid.push_back(troubles.front() +
                             (more > 0 ? "; and " + std::to_string(more) + " more" : ""));
  for (const std::string& one : troubles) streams_.err << "wavetank: " << one << '\n';
}

/// What the load left, and how it is removed: of what nobody counts it is said.
void Drill::tell_belongings(const std::string& folder, engine::Observed& observed) const {
  const auto all = live::count_belongings(target_, run_id_);
  std::string left;
  for (const live::Belongings& one : all) {
    if (one.trouble) {
      observed.notes.push_back("left and not counted: " + one.what + ": " + *one.trouble);
    }
    if (one.trouble || one.count == 0) continue;
    left += (left.empty() ? "" : ", ") + std::to_string(one.count) + ' ' + one.what;
  }
  if (all.empty()) {
    observed.notes.push_back("what the load left carries run id " + run_id_ +
                             "; the target does not say how it is found: see attach.belongings");
  }
  if (left.empty()) return;
  observed.notes.push_back("the load left " + left + "; wavetank clean " +
                           shell_word(folder) + " removes them");
}

/// What was judged, on disk beside the undo record. Nobody can look up what could not be kept.
live::Trouble Drill::keep_history(const live::LiveWorld& world, const std::vector<Event>& events,
                                  const std::string& folder) const {
  const std::string path = folder + "/" + run_id_ + "/history.jsonl";
  std::ofstream out(path, std::ios::binary);
  live::HistoryLine line;
  for (const Event& event : events) {
    ++line.number;
    line.id = event.id();
    line.node = world.name(event.node);
    line.event = event;
    out << live::encode(line, world.core().clock) << '\n';
  }
  out.close();
  if (out) return std::nullopt;
  const std::string trouble = path + " could not be written; is the disk full?";
  streams_.err << "wavetank: " << trouble << '\n';
  return trouble;
}

}  // namespace wavetank::app
