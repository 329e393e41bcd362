// wavetank halt: stops every run against a target, whoever started it and wherever, and refuses new
// ones until it is released.

#include "app/command.h"
#include "app/live/target_options.h"
#include "system/live/drill/lock.h"

namespace wavetank::app {
namespace {

class Halt final : public Command {
 public:
  void declare(Options& options) override {
    target_.declare(options);
    options.value("--reason", reason_, "TEXT", "Told to whoever is stopped or refused.");
    options.flag("--release", release_, "Let runs begin again.");
    options.flag("--status", status_, "Tell who runs and who halted; change nothing.");
  }
  const char* examples() const override {
    return "  wavetank halt --target target.json --reason \"incident 4711\"\n"
           "  wavetank halt --target target.json --release\n";
  }
  int run(Streams& streams) override {
    if (release_ && status_) {
      streams.err << "wavetank: --release and --status exclude each other.\n";
      return exit_usage;
    }
    const auto target = target_.read("halt", streams);
    if (!target) return exit_usage;
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

  TargetOptions target_;
  std::string reason_;
  bool release_ = false, status_ = false;
};

}  // namespace

std::unique_ptr<Command> make_halt() { return std::make_unique<Halt>(); }

}  // namespace wavetank::app
