#include "app/live_options.h"

#include "app/repro.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

#ifdef WAVETANK_LIVE
constexpr bool has_live_world = true;
#else
constexpr bool has_live_world = false;
#endif

}  // namespace

void LiveOptions::declare(Options& options) {
  options.value("--world", world, "WORLD", "sim (the default), or live: a real platform.");
  declare_target(options);
}

void LiveOptions::declare_target(Options& options) {
  options.value("--target", target, "FILE", "The real platform, as its owner describes it.");
  options.values("--set-target", target_sets, "PATH=VALUE",
                 "Override a line of the target; may be repeated.");
  options.flag("--skip-unsupported", skip_unsupported,
               "Leave out the faults that the target cannot take.");
  options.flag("--strike-this-production-platform", strike_production,
               "What a target of the environment \"production\" needs besides.");
  options.flag("--dry-run", dry_run, "Tell what of the target would be touched; touch nothing.");
}

std::string LiveOptions::text() const { return wanted() ? " --world live" + target_text() : ""; }

std::string LiveOptions::target_text() const {
  std::string text = target.empty() ? "" : " --target " + shell_word(target);
  for (const std::string& one : target_sets) text += " --set-target " + shell_word(one);
  if (skip_unsupported) text += " --skip-unsupported";
  return text;
}

bool LiveOptions::understand(Streams& streams) const {
  std::string wrong;
  if (world != "sim" && world != "live") {
    wrong = "--world is sim or live, not " + engine::in_quotes(world);
  } else if (wanted() && !has_live_world) {
    wrong = "this build has no live world. ./dev build live makes one that has: "
            "build/live/wavetank";
  } else if (wanted() && target.empty()) {
    wrong = "a live run needs --target FILE. ./dev cluster up makes one to try";
  } else if (!wanted() && (strike_production || dry_run || !target_text().empty())) {
    wrong = "--target, --set-target, --skip-unsupported, --dry-run and "
            "--strike-this-production-platform need --world live";
  }
  if (!wrong.empty()) streams.err << "wavetank: " << wrong << ".\n";
  return wrong.empty();
}

}  // namespace wavetank::app
