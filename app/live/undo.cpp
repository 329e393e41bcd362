// wavetank undo: repairs what a live run has left behind, after a kill -9 of it and its watchdog,
// or when what it had struck could not be reached at the time.

#include "app/command.h"
#include "app/live/run_folders.h"
#include "system/live/drill/notify.h"
#include "system/live/drill/reach.h"
#include "system/live/drill/undo.h"

namespace wavetank::app {
namespace {

class Undo final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", folder_, "The folder of the run, or of several: its --out.", true);
    options.flag("--dry-run", dry_run_, "Tell what stands, with the commands; undo nothing.");
  }
  const char* examples() const override {
    return "  wavetank undo out\n"
           "  wavetank undo out --dry-run\n";
  }
  int run(Streams& streams) override {
    const EndedRuns ended = ended_runs(folder_, streams.err);
    if (ended.runs.empty()) return exit_error;
    int code = ended.all ? exit_ok : exit_error;
    for (const RunFolder& one : ended.runs) {
      if (!one.run.allow.empty()) live::Reach::limit(one.run.allow);
      tell_torn(one, streams.err);
      if (!(dry_run_ ? tell(one, streams) : undo(one, streams))) code = exit_residue;
    }
    return code;
  }

 private:
  static void tell_torn(const RunFolder& one, std::ostream& err) {
    if (one.run.torn == 0) return;
    err << "wavetank: " << live::undo_file(one.path).string() << ": lines that cannot be read: "
        << one.run.torn << ". What a kill or a full disk cut short was never acted upon; anything "
        << "else is worth a look\n";
  }
  /// False where anything may stand.
  static bool tell(const RunFolder& one, Streams& streams) {
    const std::vector<live::StrikeText> texts = live::standing(one.run);
    for (const live::StrikeText& text : texts) {
      streams.out << "# " << text.what << '\n' << text.undo << '\n';
    }
    if (texts.empty()) streams.out << "run " << one.run.run << ": all is undone\n";
    return texts.empty();
  }

  static bool undo(const RunFolder& one, Streams& streams) {
    const auto said = [&streams](const live::RecordedStrike& strike) {
      streams.out << "undoing  " << strike.text.what << std::endl;
    };
    const auto undone = live::undo_all(one.path, {}, said);
    if (!undone) {
      streams.err << "wavetank: " << undone.why() << '\n';
      return false;
    }
    // The last word has what is really there.
    const auto left = live::audit(one.path);
    if (!left) {
      streams.err << "wavetank: " << left.why() << '\n';
      return false;
    }
    live::Notifier notifier(one.run.notify, one.run.run, one.run.name);
    for (const live::Residue& residue : *left) {
      streams.err << "wavetank: left behind: " << residue.what << ": " << residue.where << '\n';
      notifier.post({"residue", "wavetank undo leaves " + residue.what + ": " + residue.where});
    }
    notifier.finish();
    if (const auto [lost, why] = notifier.lost(); lost > 0) {
      streams.err << "wavetank: " << lost << " notices were not taken by notify: " << why << '\n';
    }
    streams.out << "run " << one.run.run << ": undid " << undone->strikes << ", "
                << left->size() << " left behind\n";
    return left->empty();
  }

  std::string folder_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_undo() { return std::make_unique<Undo>(); }

}  // namespace wavetank::app
