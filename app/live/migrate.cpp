// wavetank migrate: the tables and topics of a target, in one command that may be run any time.

#include "app/command.h"
#include "app/live/no_controls.h"
#include "app/live/target_file.h"
#include "app/rehearsal.h"
#include "system/live/kafka_queue.h"
#include "system/live/live_world.h"
#include "system/live/migrations.h"

namespace wavetank::app {
namespace {

class Migrate final : public Command {
 public:
  void declare(Options& options) override {
    options.value("--target", target_path_, "FILE", "The platform.");
  }
  const char* examples() const override {
    return "  wavetank migrate --target build/cluster/target.json\n";
  }
  int run(Streams& streams) override {
    if (target_path_.empty()) {
      streams.err << "wavetank: migrate needs --target FILE. ./dev cluster up makes one.\n";
      return exit_usage;
    }
    engine::Problems problems;
    const auto target = read_target(target_path_, {}, problems);
    if (print_problems(problems, target_path_, streams.err)) return exit_usage;
    try {
      const auto applied = live::migrate(*target);
      for (const std::string& one : applied) streams.out << "applied  " << one << '\n';
      if (applied.empty()) streams.out << "the tables are as they should be\n";
      NoControls none;
      live::LiveWorld world(*target, {}, none);
      const std::string wrong = world.kafka().ensure_topics();
      if (!wrong.empty()) throw std::runtime_error(wrong);
      streams.out << "the topics are there\n";
    } catch (const std::exception& error) {
      streams.err << "wavetank: " << error.what() << '\n';
      return exit_error;
    }
    return exit_ok;
  }

 private:
  std::string target_path_;
};

}  // namespace

std::unique_ptr<Command> make_migrate() { return std::make_unique<Migrate>(); }

}  // namespace wavetank::app
