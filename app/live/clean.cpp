// wavetank clean: removes what the load of a live run has created: rows, keys and objects, all of
// which carry the run's id, and what the processes have written down of it. Nothing else is
// touched.

#include <filesystem>

#include "app/command.h"
#include "app/live/control_token.h"
#include "app/live/run_folders.h"
#include "app/live/target_options.h"
#include "system/live/drill/belongings.h"

namespace wavetank::app {
namespace {

class Clean final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", folder_, "The folder of the run, or of several: its --out.", true);
    target_.declare(options, "The platform, where its file has moved.");
    options.flag("--dry-run", dry_run_, "Count what there is; remove nothing.");
  }
  const char* examples() const override {
    return "  wavetank clean out --dry-run\n"
           "  wavetank clean out\n";
  }
  int run(Streams& streams) override {
    const auto runs = ended_runs(folder_, streams.err);
    if (runs.empty()) return exit_error;
    int code = exit_ok;
    for (const RunFolder& one : runs) {
      if (is_struck(one, streams.err)) return exit_error;
      const int ended = clean(one, streams);
      if (ended == exit_usage) return ended;
      if (ended != exit_ok) code = ended;
    }
    return code;
  }

 private:
  /// While a fault stands, what it keeps out of reach would be counted as gone.
  static bool is_struck(const RunFolder& one, std::ostream& err) {
    for (const live::RecordedStrike& strike : one.run.strikes) {
      if (strike.state == live::StrikeState::undone) continue;
      err << "wavetank: what run " << one.run.run << " has struck is not undone yet: wavetank undo "
          << one.path.string() << '\n';
      return true;
    }
    return false;
  }

  int clean(const RunFolder& one, Streams& streams) const {
    TargetOptions named = target_;
    if (named.path.empty()) named.path = one.run.target;
    const auto target = named.read("clean", streams);
    if (!target) return exit_usage;
    if (target->platform != "wavetank") {
      streams.err << "wavetank: " << target->name << " is not our own platform: what the load has "
                  << "created there carries run id " << one.run.run
                  << ", and its owner knows how to remove it\n";
      return exit_ok;
    }
    auto found = dry_run_ ? live::count_belongings(*target, one.run.run)
                          : live::remove_belongings(*target, one.run.run);
    found.push_back(histories(*target, one.run.run, !dry_run_));
    tell_rest(one, *target, streams.out);
    bool good = tell(found, dry_run_ ? "found    " : "removed  ", one.run.run, streams);
    if (dry_run_) return good ? exit_ok : exit_error;
    for (const live::Belongings& left : live::count_belongings(*target, one.run.run)) {
      if (left.count == 0 && !left.trouble) continue;
      good = false;
      if (!left.trouble) {
        streams.err << "wavetank: left behind: " << left.count << ' ' << left.what << '\n';
      }
    }
    return good ? exit_ok : exit_residue;
  }

  /// Files of the platform's processes on this machine; one that still runs goes on without.
  static live::Belongings histories(const live::Target& target, const std::string& run,
                                    bool remove) {
    namespace fs = std::filesystem;
    const fs::path folder = history_folder(target, run);
    live::Belongings all{"files in " + folder.parent_path().string()};
    std::error_code error;
    if (run.empty() || run.starts_with(".") || fs::path(run).filename() != run) {
      all.trouble = "\"" + run + "\" is no id of a run";
    } else if (fs::exists(folder, error)) {
      fs::directory_iterator at(folder, error);
      for (; !error && at != fs::directory_iterator(); at.increment(error)) ++all.count;
      if (remove && !error) fs::remove_all(folder, error);
    }
    if (error) all.trouble = folder.string() + ": " + error.message();
    return all;
  }

  /// What nobody can remove, or wants to.
  static void tell_rest(const RunFolder& one, const live::Target& target, std::ostream& out) {
    out << "stays    the messages of run " << one.run.run << " in the topics "
        << target.kafka.prefix << "* of " << target.kafka.brokers << ", until their retention ends\n"
        << "stays    what the run itself has kept in " << one.path.string() << '\n';
  }

  static bool tell(const std::vector<live::Belongings>& all, const char* word,
                   const std::string& run, Streams& streams) {
    bool good = true;
    for (const live::Belongings& one : all) {
      if (one.trouble) {
        good = false;
        streams.err << "wavetank: " << one.what << ": " << *one.trouble << '\n';
      } else {
        streams.out << word << one.count << ' ' << one.what << " of run " << run << '\n';
      }
    }
    return good;
  }

  std::string folder_;
  TargetOptions target_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_clean() { return std::make_unique<Clean>(); }

}  // namespace wavetank::app
