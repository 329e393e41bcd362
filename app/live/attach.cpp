// wavetank attach: a platform that is not ours. --init drafts its target file, --check tries it.

#include <fstream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/live/drill_guards.h"
#include "app/live/openapi_draft.h"
#include "app/live/target_file.h"
#include "app/output.h"
#include "app/rehearsal.h"
#include "system/live/attach_check.h"
#include "system/live/drill/marker.h"
#include "system/live/drill/reach.h"
#include "system/live/drill/web.h"

namespace wavetank::app {
namespace {

using live::CheckedPiece;
using Verdict = live::CheckedPiece::Verdict;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

class Attach final : public Command {
 public:
  void declare(Options& options) override {
    options.value("--init", openapi_, "OPENAPI", "Draft a target from an OpenAPI 3 document: a "
                  "file or a URL.");
    options.value("--out", out_, "FILE", "init: write the draft there, not to the screen.");
    options.value("--check", target_path_, "FILE", "Try each piece of a target.");
    options.flag("--probe", probe_, "check: also ask for one piece of work, and follow it.");
    options.values("--set-target", target_sets_, "PATH=VALUE",
                   "check: override a line of the target; may be repeated.");
    options.flag("--strike-this-production-platform", strike_production_,
                 "check: what --probe needs besides, on a target of the environment "
                 "\"production\".");
  }
  const char* examples() const override {
    return "  wavetank attach --init http://127.0.0.1:8300/openapi.json --out almanac.json\n"
           "  wavetank attach --check almanac.json --probe\n";
  }
  int run(Streams& streams) override {
    if (openapi_.empty() == target_path_.empty()) {
      streams.err << "wavetank: attach takes --init OPENAPI or --check FILE.\n";
      return exit_usage;
    }
    return openapi_.empty() ? check(streams) : init(streams);
  }

 private:
  int init(Streams& streams) const;
  int check(Streams& streams) const;
  std::vector<CheckedPiece> consent(const live::Target& target) const;
  std::vector<CheckedPiece> tried(const live::Target& target) const;
  static void tell_sight(const live::Target& target, std::ostream& out);

  std::string openapi_, out_, target_path_;
  std::vector<std::string> target_sets_;
  bool probe_ = false, strike_production_ = false;
};

std::string read_document(const std::string& from, std::string& why) {
  if (from.starts_with("http://") || from.starts_with("https://")) {
    live::WebCall call;
    call.url = from;
    call.most = mib(16);
    const live::WebAnswer answer = live::ask_web(call);
    if (!answer.ok()) why = answer.said();
    return answer.body;
  }
  std::ifstream in(from);
  if (!in) why = "it cannot be read";
  return {std::istreambuf_iterator<char>(in), {}};
}

int Attach::init(Streams& streams) const {
  std::string why;
  const std::string text = read_document(openapi_, why);
  std::optional<std::string> draft;
  if (why.empty()) {
    draft = draft_target(nlohmann::json::parse(text, nullptr, false), openapi_, why);
  }
  if (!draft) {
    streams.err << "wavetank: " << openapi_ << ": " << why << '\n';
    return exit_error;
  }
  if (out_.empty()) {
    streams.out << *draft;
    return exit_ok;
  }
  if (std::ifstream(out_)) {
    streams.err << "wavetank: " << out_ << " is there already, and may hold your work\n";
    return exit_usage;
  }
  if (const Trouble trouble = write_file(out_, *draft)) {
    streams.err << "wavetank: " << *trouble << '\n';
    return exit_error;
  }
  streams.out << "wrote " << out_ << ": fill in what says fill_in, then\n  wavetank attach --check "
              << out_ << '\n';
  return exit_ok;
}

/// Whether it may be touched at all.
std::vector<CheckedPiece> Attach::consent(const live::Target& target) const {
  std::vector<CheckedPiece> pieces;
  auto list = std::make_shared<const live::Allowlist>(target.allow);
  const std::vector<std::string> wrong = list->check(target);
  live::Reach::limit(std::move(list));
  for (const std::string& one : wrong) {
    pieces.push_back({"addresses", Verdict::fails, one, true});
  }
  if (wrong.empty()) {
    pieces.push_back({"addresses", Verdict::works, "all are in the networks of allow", true});
  }
  const live::MarkerState marker = live::check_marker(target);
  const bool given = marker.consent == live::Consent::given;
  pieces.push_back({"marker", given ? Verdict::works : Verdict::fails,
                    given ? "its owner allows drills in " + target.environment : marker.why, true});
  return pieces;
}

/// Each piece. A probe is real work: it needs what a run needs, and ends when a run would.
std::vector<CheckedPiece> Attach::tried(const live::Target& target) const {
  live::AttachCheckOptions options{.probe = probe_};
  if (!probe_) return live::check_attached(target, options);
  std::mutex mutex;
  live::Trouble stopped;
  options.stopped = [&] {
    const std::lock_guard lock(mutex);
    return stopped;
  };
  DrillGuards guards(target, "attach-check", [&](const std::string& why) {
    const std::lock_guard lock(mutex);
    stopped = why;
  });
  std::vector<CheckedPiece> pieces;
  for (const std::string& one : guards.take()) {
    pieces.push_back({"lock", Verdict::fails, one, true});
  }
  options.probe = pieces.empty();
  options.guarded = true;
  if (pieces.empty()) {
    pieces.push_back({"lock", Verdict::works, "nobody else drills it, and nobody halted it", true});
  }
  for (CheckedPiece& one : live::check_attached(target, options)) {
    pieces.push_back(std::move(one));
  }
  return pieces;
}

void Attach::tell_sight(const live::Target& target, std::ostream& out) {
  out << "\nwhat can be judged\n";
  for (const live::Sight& one : live::judgeable(target.attach)) {
    const char* word = one.much == live::Sight::Much::all    ? "yes"
                       : one.much == live::Sight::Much::part ? "partly"
                                                             : "no";
    out << "  " << padded(one.invariant, 26) << padded(word, 8) << one.why << '\n';
  }
}

int Attach::check(Streams& streams) const {
  engine::Problems problems;
  const auto target = read_target(target_path_, target_sets_, problems);
  if (print_problems(problems, target_path_, streams.err)) return exit_usage;
  if (target->platform != "attached") {
    streams.err << "wavetank: " << target_path_
                << " describes our own pipeline: attach is for \"platform\": \"attached\"\n";
    return exit_usage;
  }
  if (probe_ && target->is_production() && !strike_production_) {
    streams.err << "wavetank: the target is a production platform: nothing was touched. To ask it "
                   "for real work, say --strike-this-production-platform\n";
    return exit_usage;
  }
  std::vector<CheckedPiece> pieces = consent(*target);
  bool allowed = true;
  for (const CheckedPiece& one : pieces) allowed = allowed && one.verdict == Verdict::works;
  // Without consent nothing is touched, not even to look.
  if (allowed) {
    for (CheckedPiece& one : tried(*target)) pieces.push_back(std::move(one));
  }
  bool ready = true;
  for (const CheckedPiece& one : pieces) {
    const bool fails = one.verdict == Verdict::fails;
    ready = ready && !(fails && one.needed);
    const char* word = one.verdict == Verdict::works ? "works" : fails ? "FAILS" : "-";
    streams.out << padded(one.part, 20) << padded(word, 7) << one.said << '\n';
  }
  tell_sight(*target, streams.out);
  const char* verdict = ready ? "a drill can run" : "no drill can run until what fails is mended";
  streams.out << '\n' << verdict << '\n';
  return ready ? exit_ok : exit_error;
}

}  // namespace

std::unique_ptr<Command> make_attach() { return std::make_unique<Attach>(); }

}  // namespace wavetank::app
