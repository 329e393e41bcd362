// How a drill's strikes begin and end: recorded and watched over before the first, undone and read
// back after the last, and told of where somebody cannot wait for that.

#include <filesystem>

#include "app/interrupt.h"
#include "app/live/drill.h"
#include "app/live/drill_strikes.h"
#include "app/terminal.h"

namespace wavetank::app {
namespace {

constexpr Duration watchdog_lease = whole_seconds(15);

/// What a second signal says. Read from the disk: it waits for nobody who is undoing meanwhile.
std::string last_words(const std::filesystem::path& folder) {
  std::string text = err_is_terminal() ? "\n" : "";
  const auto run = live::read_undo_record(folder);
  if (!run) text += "what still stands cannot be told: " + run.why() + '\n';
  const std::vector<live::StrikeText> stands = run ? live::standing(*run)
                                                   : std::vector<live::StrikeText>{};
  for (const live::StrikeText& one : stands) {
    text += "still stands: " + one.what + "; by hand:\n  " + one.undo + '\n';
  }
  if (run && stands.empty()) {
    return text + "ended: every fault is undone; there is no report\n";
  }
  return text + "ended: there is no report. The watchdog goes on undoing, and writes to " +
         (folder / "watchdog.log").string() + "; wavetank undo " + folder.string() +
         " waits for it and tells what is left\n";
}

}  // namespace

/// The undo record is on disk and the watchdog watches before anything is struck.
bool Drill::begin_strikes(const std::string& folder) {
  strikes_ = std::make_unique<DrillStrikes>();
  live::DrillSettings settings;
  settings.folder = std::filesystem::path(folder) / run_id_;
  settings.head = {run_id_,      std::filesystem::absolute(target_.file).string(),
                   options_.target_sets, target_.name,
                   target_.allow, target_.notify};
  settings.lease = watchdog_lease;
  settings.watchdog = {std::filesystem::read_symlink("/proc/self/exe").string(), "watchdog",
                       settings.folder.string(), "--lease",
                       std::to_string(watchdog_lease.ns / 1'000'000'000) + "s"};
  auto drill = live::Drill::begin(settings, [this](const std::string& why) { halt(why); });
  if (!drill) {
    refuse(exit_error, drill.why() + ": nothing was injected");
    return false;
  }
  strikes_->drill = std::move(*drill);
  last_words_ = std::make_unique<LastWords>(
      [this, at = settings.folder] { streams_.err << last_words(at) << std::flush; });
  return true;
}

/// Undoes what stands, and reads back everything that was touched.
void Drill::end_strikes(engine::Observed& observed) {
  const bool is_interrupted = observed.signal != 0;
  if (is_interrupted) {
    streams_.err << "interrupted: the load has ended; undoing what stands. Another signal ends "
                    "wavetank at once, and its watchdog undoes the rest" << std::endl;
  }
  const std::vector<live::Residue> left =
      strikes_->drill->end([&](const live::RecordedStrike& one) {
        if (is_interrupted) streams_.err << "undoing " << one.text.what << std::endl;
      });
  for (const std::string& gap : strikes_->drill->gaps()) strikes_->trouble(gap);
  for (const live::Residue& one : left) {
    const std::string text = one.what + ": " + one.where;
    observed.residue = observed.residue ? *observed.residue + "; " + text : text;
  }
  if (observed.residue) {
    // Told at once: there may be no report.
    exit_code_ = exit_residue;
    streams_.err << "left behind: " << *observed.residue << std::endl;
  } else if (is_interrupted) {
    streams_.err << "undone: nothing is left of what was touched" << std::endl;
  }
  last_words_.reset();
  if (halted_.load()) observed.stopped = halt_;
  if (observed.residue) guards_->notifier().post({"residue", *observed.residue});
}

}  // namespace wavetank::app
