// wavetank schema: what a scenario file may hold, for editors and other tools.

#include "app/command.h"
#include "app/rehearsal.h"

namespace wavetank::app {
namespace {

class Schema final : public Command {
 public:
  void declare(Options&) override {}

  const char* examples() const override {
    return "  wavetank schema > scenario.schema.json\n"
           "  and in a scenario: \"$schema\": \"scenario.schema.json\"\n";
  }

  int run(Streams& streams) override {
    const std::string text = engine::schema_text(describe_simulated());
    streams.out << text << (text.ends_with('\n') ? "" : "\n");
    return exit_ok;
  }
};

}  // namespace

std::unique_ptr<Command> make_schema() { return std::make_unique<Schema>(); }

}  // namespace wavetank::app
