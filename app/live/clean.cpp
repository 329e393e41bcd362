// wavetank clean: removes what the load of a live run has created: rows, keys and objects, all of
// which carry the run's id. Nothing else is touched.

#include "app/command.h"
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
    const auto found = dry_run_ ? live::count_belongings(*target, one.run.run)
                                : live::remove_belongings(*target, one.run.run);
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
