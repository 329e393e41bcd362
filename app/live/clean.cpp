// wavetank clean: removes what the load of a live run has created, all of which carries the run's
// id: rows, keys and objects, and what our processes have written down of it; on a platform that is
// not ours what its target describes. Nothing else is touched.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

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
    const EndedRuns ended = ended_runs(folder_, streams.err);
    if (ended.runs.empty()) return exit_error;
    // The worst of all counts, and none keeps the others from being cleaned.
    int code = ended.all ? exit_ok : exit_error;
    for (const RunFolder& one : ended.runs) {
      int came_to = exit_error;
      if (!is_struck(one, streams.err)) came_to = clean(one, streams);
      if (came_to == exit_usage && !target_.path.empty()) return came_to;  // so it is for each
      code = std::max(code, came_to);
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
    if (named.path.empty()) {
      named.path = one.run.target;
      named.sets.insert(named.sets.begin(), one.run.sets.begin(), one.run.sets.end());
    }
    const int code = clean(one.run.run, named, streams);
    if (code != exit_usage) {
      streams.out << "stays    what the run itself has kept in " << one.path.string() << '\n';
    }
    return code;
  }

  int clean(const std::string& run, const TargetOptions& named, Streams& streams) const {
    const auto target = named.read("clean", streams);
    if (!target) return exit_usage;
    const bool ours = target->platform == "wavetank";
    if (!ours && target->attach.belongings.empty()) {
      streams.err << "wavetank: " << named.path << ": /attach/belongings: nothing says what the "
                  << "load leaves at " << target->name << ". It carries run id " << run
                  << "; nothing was removed\n";
      return exit_error;
    }
    auto found = dry_run_ ? live::count_belongings(*target, run)
                          : live::remove_belongings(*target, run);
    if (ours) {
      found.push_back(histories(*target, run, !dry_run_));
      tell_rest(run, *target, streams.out);
    }
    bool good = tell(found, dry_run_ ? "found    " : "removed  ", run, streams);
    if (dry_run_) return good ? exit_ok : exit_error;
    for (const live::Belongings& left : left_of(*target, run)) {
      good = false;
      if (!left.trouble) {
        streams.err << "wavetank: left behind: " << left.count << ' ' << left.what << '\n';
      }
    }
    return good ? exit_ok : exit_residue;
  }

  /// A platform that is up may still end what it had begun for the run: what it writes while the
  /// rest is removed is removed as well.
  static std::vector<live::Belongings> left_of(const live::Target& target, const std::string& run) {
    constexpr int looks = 4;
    for (int look = 1;; ++look) {
      std::vector<live::Belongings> left = live::count_belongings(target, run);
      std::erase_if(left, [](const auto& one) { return one.count == 0 && !one.trouble; });
      if (left.empty() || look == looks) return left;
      std::this_thread::sleep_for(std::chrono::seconds(1));
      static_cast<void>(live::remove_belongings(target, run));
    }
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
  static void tell_rest(const std::string& run, const live::Target& target, std::ostream& out) {
    out << "stays    the messages of run " << run << " in the topics " << target.kafka.prefix
        << "* of " << target.kafka.brokers << ", until their retention ends\n";
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
