#include "app/live/target_options.h"

#include <algorithm>
#include <stdexcept>

#include "app/live/no_controls.h"
#include "app/live/target_file.h"
#include "app/rehearsal.h"
#include "system/live/drill/reach.h"
#include "system/live/kafka_queue.h"
#include "system/live/live_world.h"

namespace wavetank::app {

void TargetOptions::declare(Options& options, const char* help) {
  options.value("--target", path, "FILE", help);
  options.values("--set-target", sets, "PATH=VALUE",
                 "Override a line of the target; may be repeated.");
}

std::optional<live::Target> TargetOptions::read(const char* command, Streams& streams) const {
  if (path.empty()) {
    streams.err << "wavetank: " << command
                << " needs --target FILE. ./dev cluster up makes one to try.\n";
    return std::nullopt;
  }
  engine::Problems problems;
  std::optional<live::Target> target = read_target(path, sets, problems);
  if (print_problems(problems, path, streams.err)) return std::nullopt;
  if (!keep_in_reach(*target, streams.err)) return std::nullopt;
  return target;
}

bool keep_in_reach(const live::Target& target, std::ostream& err) {
  auto list = std::make_shared<const live::Allowlist>(target.allow);
  const std::vector<std::string> outside = list->outside(target);
  for (const std::string& one : outside) {
    err << "wavetank: " << target.file << ": " << one << '\n';
  }
  live::Reach::limit(std::move(list));
  return outside.empty();
}

bool is_here(std::string_view address) {
  return address.starts_with("127.") || address == "localhost" ||
         address.starts_with("localhost:") || address == "::1" || address.starts_with("[::1]");
}

bool on_this_machine(const live::Target& target) {
  const auto here = [](const live::ProcessTarget& one) { return is_here(one.control); };
  return !target.processes.empty() &&
         std::all_of(target.processes.begin(), target.processes.end(), here);
}

bool services_answer(const live::Target& target, live::ServicesWanted wanted, std::ostream& err) {
  engine::Problems problems;
  for (const live::ServiceTrouble& one : live::check_services(target, wanted)) {
    problems.add({target.file, 0, 0, one.pointer, one.what, one.hint});
  }
  err << problems.text();
  return problems.empty();
}

void make_topics(const live::Target& target) {
  NoControls none;
  live::LiveWorld world(target, {}, none);
  const std::string wrong = world.kafka().ensure_topics();
  if (!wrong.empty()) throw std::runtime_error(wrong);
}

}  // namespace wavetank::app
