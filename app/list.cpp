// wavetank list: what a scenario can name, with units, defaults, sources and something to paste.

#include <algorithm>
#include <filesystem>

#include "app/command.h"
#include "app/list_entries.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

class List final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("WHAT", what_,
                     "faults, scenarios, invariants, metrics, settings, targets, events or "
                     "blueprints.",
                     true);
    options.argument("WORD", word_, "Only what says this word, in any case.", false);
    options.flag("--json", json_, "For programs.");
    options.value("--in", folder_, "DIR", "Where scenarios are looked for; default scenarios.");
  }

  const char* examples() const override {
    return "  wavetank list settings max.poll.interval.ms\n"
           "  wavetank list metrics kafka\n"
           "  wavetank list faults cache_outage\n";
  }

  int run(Streams& streams) override {
    const std::vector<std::string>& known = lists();
    if (std::find(known.begin(), known.end(), what_) == known.end()) {
      streams.err << "wavetank: there is no list of " << engine::in_quotes(what_) << ". "
                  << engine::nearest_hint(what_, known, "lists") << '\n';
      return exit_usage;
    }
    if (what_ == "scenarios" && !std::filesystem::is_directory(folder_)) {
      streams.err << "wavetank: there is no folder " << engine::in_quotes(folder_) << '\n';
      return exit_usage;
    }
    const std::vector<Entry> found = matching(entries_of(what_, folder_), word_);
    streams.out << (json_ ? json_of(found) : text_of(found));
    if (found.empty() && !json_) {
      streams.err << "wavetank: none of the " << what_
                  << (word_.empty() ? " is in " + engine::in_quotes(folder_)
                                    : " says " + engine::in_quotes(word_))
                  << '\n';
    }
    return exit_ok;
  }

 private:
  std::string what_, word_, folder_ = "scenarios";
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_list() { return std::make_unique<List>(); }

}  // namespace wavetank::app
