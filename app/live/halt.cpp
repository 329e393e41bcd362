// wavetank halt: stops every run against a target, whoever started it and wherever, and refuses new
// ones until it is released.

#include "app/command.h"
#include "app/live/target_file.h"
#include "app/rehearsal.h"
#include "system/live/drill/lock.h"

namespace wavetank::app {
namespace {

class Halt final : public Command {
 public:
  void declare(Options& options) override {
    options.value("--target", target_path_, "FILE", "The platform.");
    options.values("--set-target", target_sets_, "PATH=VALUE", "Override a line of the target.");
    options.value("--reason", reason_, "TEXT", "Told to whoever is stopped or refused.");
    options.flag("--release", release_, "Let runs begin again.");
    options.flag("--status", status_, "Tell who runs and who halted; change nothing.");
  }
  const char* examples() const override {
    return "  wavetank halt --target target.json --reason \"incident 4711\"\n"
           "  wavetank halt --target target.json --release\n";
  }
  int run(Streams& streams) override {
    if (target_path_.empty()) {
      streams.err << "wavetank: halt needs --target FILE.\n";
      return exit_usage;
    }
    if (release_ && status_) {
      streams.err << "wavetank: --release and --status exclude each other.\n";
      return exit_usage;
    }
    engine::Problems problems;
    const auto target = read_target(target_path_, target_sets_, problems);
    if (print_problems(problems, target_path_, streams.err)) return exit_usage;
    const auto place = live::lock_place(*target);
    const live::Trouble trouble = status_    ? tell(*place, streams)
                                  : release_ ? live::release_halt(*place)
                                             : live::halt_target(*place, reason_);
    if (trouble) {
      streams.err << "wavetank: " << *trouble << '\n';
      return exit_error;
    }
    if (release_) streams.out << "released: runs against " << target->name << " may begin\n";
    if (!release_ && !status_) {
      streams.out << "halted: runs against " << target->name << " stop within seconds, and none "
                  << "begins until wavetank halt --release (" << place->where() << ")\n";
    }
    return exit_ok;
  }

 private:
  static live::Trouble tell(live::LockPlace& place, Streams& streams) {
    const auto halted = live::who_halted(place);
    if (!halted) return halted.why();
    const auto running = place.read("run");
    if (!running) return running.why();
    streams.out << "running  " << (running->empty() ? "nobody" : live::holder_text(*running))
                << "\nhalted   " << (*halted ? "by " + **halted : "no") << '\n';
    return std::nullopt;
  }

  std::string target_path_, reason_;
  std::vector<std::string> target_sets_;
  bool release_ = false, status_ = false;
};

}  // namespace

std::unique_ptr<Command> make_halt() { return std::make_unique<Halt>(); }

}  // namespace wavetank::app
