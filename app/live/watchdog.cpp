// wavetank watchdog: beside every live run, in a session of its own. It undoes what the run has
// struck when the run is gone. `run` starts it; a person has no use for it.

#include "app/command.h"
#include "scenarios/engine/text/quantity.h"
#include "system/live/drill/reach.h"
#include "system/live/drill/undo_record.h"
#include "system/live/drill/watchdog.h"

namespace wavetank::app {
namespace {

class Watch final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", folder_, "The folder of the run.", true);
    options.value("--lease", lease_, "TIME", "How long a run may be silent; default 15s.");
  }
  int run(Streams& streams) override {
    live::WatchSettings settings;
    if (!lease_.empty()) {
      const auto lease = engine::parse_duration(lease_);
      if (!lease.value) {
        streams.err << "wavetank: --lease: " << lease.what << '\n';
        return exit_usage;
      }
      settings.lease = *lease.value;
    }
    const auto recorded = live::read_undo_record(folder_);
    live::RecordHead head;
    if (recorded) head = *recorded;
    if (!head.allow.empty()) live::Reach::limit(head.allow);
    live::Notifier notifier(head.notify, head.run, head.name);
    settings.notify = [&notifier](live::Notice notice) { notifier.post(std::move(notice)); };
    return live::watch(folder_, settings);
  }

 private:
  std::string folder_, lease_;
};

}  // namespace

std::unique_ptr<Command> make_watchdog() { return std::make_unique<Watch>(); }

}  // namespace wavetank::app
