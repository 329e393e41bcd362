// wavetank clean: removes what the load of a live run has created, all of which carries the run's
// id: rows, keys and objects; on a platform that is not ours what its target describes. Nothing
// else is touched.

#include "app/command.h"
#include "app/live/run_folders.h"
#include "app/live/target_options.h"
#include "system/live/drill/allowlist.h"
#include "system/live/drill/belongings.h"

namespace wavetank::app {
namespace {

class Clean final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", folder_, "The folder of the run, or of several: its --out.", false);
    options.value("--probe", probe_, "ID",
                  "Instead of DIR: what attach --check --probe has left.");
    target_.declare(options, "The platform: with --probe, or where its file has moved.");
    options.flag("--dry-run", dry_run_, "Count what there is; remove nothing.");
  }
  const char* examples() const override {
    return "  wavetank clean out --dry-run\n"
           "  wavetank clean out\n";
  }
  int run(Streams& streams) override {
    if (folder_.empty() == probe_.empty()) {
      streams.err << "wavetank: clean takes the folder of a run, or --probe ID\n";
      return exit_usage;
    }
    if (!probe_.empty()) return clean_probe(streams);
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

  /// A probe has no folder, and is over before its id is told.
  int clean_probe(Streams& streams) const {
    if (!probe_.starts_with("check-")) {
      streams.err << "wavetank: " << probe_ << " is no probe's id; a run is named by its folder\n";
      return exit_usage;
    }
    return clean(probe_, target_, streams);
  }

  int clean(const RunFolder& one, Streams& streams) const {
    TargetOptions named = target_;
    if (named.path.empty()) named.path = one.run.target;
    return clean(one.run.run, named, streams);
  }

  int clean(const std::string& run, const TargetOptions& named, Streams& streams) const {
    const auto target = named.read("clean", streams);
    if (!target) return exit_usage;
    const auto outside = live::Allowlist(target->allow).check(*target);
    for (const std::string& why : outside) streams.err << "wavetank: " << why << '\n';
    if (!outside.empty()) return exit_usage;
    if (target->platform == "attached" && target->attach.belongings.empty()) {
      streams.err << "wavetank: " << named.path << ": /attach/belongings: nothing says what the "
                  << "load leaves at " << target->name << ". It carries run id " << run
                  << "; nothing was removed\n";
      return exit_error;
    }
    const auto found = dry_run_ ? live::count_belongings(*target, run)
                                : live::remove_belongings(*target, run);
    bool good = tell(found, dry_run_ ? "found    " : "removed  ", run, streams);
    if (dry_run_) return good ? exit_ok : exit_error;
    for (const live::Belongings& left : live::count_belongings(*target, run)) {
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

  std::string folder_, probe_;
  TargetOptions target_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_clean() { return std::make_unique<Clean>(); }

}  // namespace wavetank::app
