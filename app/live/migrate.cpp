// wavetank migrate: the tables and topics of a target, in one command that may be run any time.

#include "app/command.h"
#include "app/live/target_options.h"
#include "system/live/migrations.h"

namespace wavetank::app {
namespace {

class Migrate final : public Command {
 public:
  void declare(Options& options) override { target_.declare(options); }
  const char* examples() const override {
    return "  wavetank migrate --target build/cluster/target.json\n";
  }
  int run(Streams& streams) override {
    const auto target = target_.read("migrate", streams);
    if (!target) return exit_usage;
    if (target->platform != "wavetank") {
      streams.err << "wavetank: " << target->file
                  << " describes someone else's platform; migrate makes the tables of our own.\n";
      return exit_usage;
    }
    live::ServicesWanted needed{.topics = false, .cache = false, .objects = false};
    if (!services_answer(*target, needed, streams.err)) return exit_error;
    try {
      const auto applied = live::migrate(*target);
      for (const std::string& one : applied) streams.out << "applied  " << one << '\n';
      if (applied.empty()) streams.out << "the tables are as they should be\n";
      make_topics(*target);
      streams.out << "the topics are there\n";
    } catch (const std::exception& error) {
      streams.err << "wavetank: " << error.what() << '\n';
      return exit_error;
    }
    return exit_ok;
  }

 private:
  TargetOptions target_;
};

}  // namespace

std::unique_ptr<Command> make_migrate() { return std::make_unique<Migrate>(); }

}  // namespace wavetank::app
