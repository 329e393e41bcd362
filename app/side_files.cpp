#include "app/side_files.h"

#include "app/event_lines.h"
#include "app/trace_feed.h"
#include "scenarios/engine/decisions/decisions.h"

namespace wavetank::app {

struct OpenSideFiles::Trace {
  Trace(const std::string& path, World& world, std::vector<std::string> faults)
      : file(path),
        trace([this](std::string_view text) { file.write(text); }),
        feed(trace, world, std::move(faults)) {}

  GrowingFile file;
  reports::Perfetto trace;
  TraceFeed feed;
};

struct OpenSideFiles::Lines {
  EventLines file;
  std::vector<std::string> faults;
};

struct OpenSideFiles::Recording {
  Recording(const std::string& path, const engine::DecisionOrigin& origin)
      : file(path), writer([this](std::string_view text) { file.write(text); }, origin) {}

  GrowingFile file;
  engine::DecisionWriter writer;
};

void SideFiles::declare(Options& options) {
  options.value("--perfetto", perfetto, "FILE", "Also write a trace for ui.perfetto.dev.");
  options.value("--events", events, "FILE",
                "Also write every step in words, a line each, for wavetank diverge.");
  options.value("--record", record, "FILE",
                "Also write the decisions taken, for wavetank replay.");
}

std::vector<std::string> SideFiles::paths() const {
  std::vector<std::string> all;
  for (const std::string& path : {perfetto, events, record}) {
    if (!path.empty()) all.push_back(path);
  }
  return all;
}

OpenSideFiles::OpenSideFiles(const SideFiles& files, const engine::Scenario& scenario,
                             World& world, const engine::DecisionOrigin& origin,
                             const std::string& command) {
  std::vector<std::string> faults;
  for (const faults::FaultEntry& entry : scenario.faults) faults.push_back(entry.name);
  if (!files.perfetto.empty()) trace_ = std::make_unique<Trace>(files.perfetto, world, faults);
  if (!files.record.empty()) recording_ = std::make_unique<Recording>(files.record, origin);
  if (files.events.empty()) return;
  lines_.reset(new Lines{{files.events, command}, std::move(faults)});
}

OpenSideFiles::~OpenSideFiles() = default;

void OpenSideFiles::hook(engine::RunOptions& options) {
  options.attach = [this](History& history) {
    if (trace_) trace_->feed.subscribe(history);
  };
  options.arm = [this](World& world) {
    if (lines_) lines_->file.subscribe(world, lines_->faults);
  };
  if (!recording_) return;
  options.decisions = &recording_->writer;
  options.draws = &recording_->writer;
}

bool OpenSideFiles::finish(const engine::RunReport& report, std::ostream& err) {
  bool all = true;
  const auto tell = [&](const Trouble& trouble) {
    if (!trouble) return;
    all = false;
    err << "wavetank: " << *trouble << '\n';
  };
  const bool ended = report.verdict != "interrupted" && report.verdict != "error";
  if (lines_) tell(lines_->file.finish(ended));
  if (recording_) {
    recording_->writer.finish(ended, report.fingerprint);
    tell(recording_->file.finish());
  }
  if (!trace_) return all;
  trace_->feed.finish();
  tell(trace_->file.finish());
  if (trace_->feed.cut_short()) {
    err << "wavetank: the trace has the first " << TraceFeed::slices_max << " slices\n";
  }
  return all;
}

}  // namespace wavetank::app
