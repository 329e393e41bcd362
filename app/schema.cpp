// wavetank schema: what a scenario file or a target file may hold, for editors and other tools.

#include "app/command.h"
#include "app/rehearsal.h"
#include "scenarios/engine/text/problem.h"
#ifdef WAVETANK_LIVE
#include "app/live/target_file.h"
#endif

namespace wavetank::app {
namespace {

class Schema final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("[WHAT]", what_,
                     "scenario, the default, or target: the file of a real platform.", false);
  }

  const char* examples() const override {
    return "  wavetank schema > scenario.schema.json\n"
           "  and in a scenario: \"$schema\": \"scenario.schema.json\"\n"
           "  wavetank schema target > target.schema.json\n";
  }

  int run(Streams& streams) override {
    std::string text;
    if (what_.empty() || what_ == "scenario") {
      text = engine::schema_text(describe_simulated());
    } else if (what_ == "target") {
#ifdef WAVETANK_LIVE
      text = target_schema();
#else
      streams.err << "wavetank: this build has no live world and knows no target file. "
                     "./dev build live makes one that has: build/live/wavetank.\n";
      return exit_usage;
#endif
    } else {
      streams.err << "wavetank: there is the schema of a scenario and of a target, none of "
                  << engine::in_quotes(what_) << ".\n";
      return exit_usage;
    }
    streams.out << text << (text.ends_with('\n') ? "" : "\n");
    return exit_ok;
  }

 private:
  std::string what_;
};

}  // namespace

std::unique_ptr<Command> make_schema() { return std::make_unique<Schema>(); }

}  // namespace wavetank::app
