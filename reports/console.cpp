#include "reports/console.h"

#include <algorithm>

#include "reports/page.h"
#include "reports/words.h"
#include "scenarios/engine/findings.h"

namespace wavetank::reports {
namespace {

using engine::RunReport;

Ink ink_of(const RunReport& report) {
  if (report.verdict == "pass") return Ink::good;
  return report.verdict == "invalid" || report.verdict == "interrupted" ? Ink::unsure : Ink::bad;
}

Ink ink_of_answer(const std::string& answer) {
  if (answer.starts_with("NO")) return Ink::bad;
  if (answer.starts_with("not known") || answer.find("slowly") != std::string::npos) {
    return Ink::unsure;
  }
  return Ink::plain;
}

void add_head(Page& page, const RunReport& report) {
  const std::string name = name_of(report);
  const std::size_t room = Page::width - 2;
  const std::string seed = "seed " + std::to_string(report.seed) + "  ";
  std::string worth = seed + standing_of(report);
  if (columns(name) + columns(worth) > room) worth = seed + standing_of(report, true);
  if (columns(name) + columns(worth) <= room) {
    page.line(page.in(Ink::strong, name) + "  " + worth);
  } else {
    page.line(page.in(Ink::strong, cut(name, Page::width)));
    page.paragraph(Ink::plain, worth, 0);
  }
  if (!report.title.empty() && report.title != name) page.paragraph(Ink::plain, report.title, 0);
  page.parts(facts_of(report));
}

/// "duplicate_delivery began > callback sent again > written twice": the chain by its events'
/// kinds.
std::string chain_text(const RunReport& report, const std::vector<std::uint64_t>& chain) {
  std::string text;
  for (const std::uint64_t id : chain) {
    const auto found = std::find_if(report.chain.begin(), report.chain.end(),
                                    [id](const auto& event) { return event.id == id; });
    if (found == report.chain.end()) continue;
    std::string kind = found->kind;
    std::replace(kind.begin(), kind.end(), '_', ' ');
    if (kind == "fault started") kind = found->what;
    text += (text.empty() ? "" : " > ") + kind;
  }
  return text;
}

void add_finding(Page& page, const RunReport& report, const engine::Finding& finding) {
  if (!finding.endangers.empty()) page.labelled("endangers", finding.endangers);
  if (!finding.look_at.empty()) page.labelled("look at", finding.look_at);
  if (!finding.protects.empty()) page.labelled("protects", finding.protects);
  if (!finding.rescue.empty()) page.labelled("rescue", finding.rescue);
  if (finding.chain.size() > 1) page.labelled("came by", chain_text(report, finding.chain));
}

void add_verdict(Page& page, const RunReport& report, bool verbose) {
  page.line();
  const std::string headline = report.headline.empty() ? verdict_words(report) : report.headline;
  const bool bare = headline.starts_with("breaks as expected");
  page.paragraph(ink_of(report), bare ? "PASS  " + headline : headline);
  constexpr std::size_t told_max = 4;
  std::size_t told = 0;
  for (const engine::Finding& finding : report.findings) {
    const bool first = told == 0;
    if (!verbose && told == told_max) break;
    const std::string sentence = engine::sentence(finding);
    if (first && headline.find(sentence) == headline.npos) page.labelled("seen", sentence);
    if (!first) page.labelled("also", sentence);
    if (first || verbose) add_finding(page, report, finding);
    ++told;
  }
  if (const std::size_t rest = report.findings.size() - told; rest > 0) {
    page.labelled("also", count_of(rest, "more finding", "more findings") + " in the report");
  }
  for (const std::string& note : notes_of(report)) page.labelled("note", note);
}

std::string on_time_text(const engine::TrustResult& trust) {
  std::string text = percent(trust.on_time);
  for (std::size_t i = 0; i < trust.on_time_by_priority.size(); ++i) {
    const double share = trust.on_time_by_priority[i];
    if (share >= 0) text += "  P" + std::to_string(i) + ' ' + percent(share);
  }
  return text;
}

std::string worst_text(const engine::WorstOutput& worst, const RunReport& report) {
  const std::string lasted =
      worst.until ? " for " + span(*worst.until - worst.from) : " and not healed";
  return cut(worst.entity_id + "/" + worst.data_version, 40) + "  no from " +
         moment(worst.from, report) + lasted + ": " + worst.why;
}

void add_trust(Page& page, const RunReport& report, bool verbose) {
  const std::string answer = trust_answer(report);
  page.heading("CAN WE TRUST THE OUTPUT?", ink_of_answer(answer), answer);
  const engine::TrustResult& trust = report.trust;
  if (trust.outputs == 0) return;
  page.labelled("not trusted", "late " + grouped(trust.late) + "  failed " +
                                   grouped(trust.failed) + "  unknown " + grouped(trust.unknown) +
                                   "  wrong " + grouped(trust.wrong), 13);
  page.labelled("on time", on_time_text(trust), 13);
  if (trust.worst_moment_outputs > 0) {
    page.labelled("worst moment", moment(trust.worst_moment, report) + ": " +
                                      count_of(trust.worst_moment_outputs, "output", "outputs") +
                                      " answered \"no\" for " + span(trust.worst_moment_lasted),
                  13);
  }
  const std::size_t shown = std::min<std::size_t>(verbose ? 100 : 2, trust.worst.size());
  for (std::size_t i = 0; i < shown; ++i) {
    page.labelled(i == 0 ? "worst output" : "", worst_text(trust.worst[i], report), 13);
  }
}

struct Measure {
  const char* name;
  std::optional<double> engine::Around::*level;
  std::string (*text)(const std::optional<double>&);
};

std::string percent_or_dash(const std::optional<double>& share) {
  return share ? percent(*share) : "-";
}

constexpr Measure measures[] = {
    {"freshness p99", &engine::Around::freshness_p99, span_or_dash},
    {"errors", &engine::Around::error_rate, percent_or_dash},
    {"oldest unfinished", &engine::Around::oldest_age, span_or_dash},
    {"on time", &engine::Around::on_time, percent_or_dash},
};

std::string back_text(const engine::FaultResult& fault) {
  const engine::Recovery& recovery = fault.recovery;
  const std::string after = recovery.after_s ? span(*recovery.after_s) : "";
  if (recovery.verdict == "recovers") return after;
  if (recovery.verdict == "slow") return after + " slow";
  return recovery.verdict == "stuck" ? "STUCK" : "-";
}

std::string touched_text(const engine::FaultResult& fault) {
  if (fault.to <= fault.from) return "-";
  if (fault.fired == 0) return "never fired";
  const std::string what = fault.touched_what.empty() ? "" : ' ' + fault.touched_what;
  return (fault.touched < 1'000'000 ? grouped(fault.touched) : about(fault.touched)) + what;
}

void add_faults(Page& page, const RunReport& report, const Measure& measure) {
  page.line(page.in(Ink::faint, "  " + left("fault", 18) + "  " + left("window", 12) +
                                    right("touched", 13) + right(measure.name, 20)));
  page.line(page.in(Ink::faint, std::string(47, ' ') + right("before", 7) + right("during", 8) +
                                    right("after", 7) + right("back", 11)));
  for (const engine::FaultResult& fault : report.faults) {
    const std::string window =
        fault.to > fault.from ? moment(fault.from, report) + ' ' + span(fault.to - fault.from)
                              : "not begun";
    const auto level = [&](const engine::Around& around, std::size_t width) {
      return right(measure.text(around.*measure.level), width);
    };
    const std::string back = right(back_text(fault), 11);
    const bool bad = fault.recovery.verdict == "stuck";
    const bool slow = fault.recovery.verdict == "slow";
    page.line("  " + left(cut(name_of(fault), 18), 18) + "  " + left(cut(window, 12), 12) +
              page.in(fault.fired == 0 ? Ink::unsure : Ink::plain,
                      right(cut(touched_text(fault), 13), 13)) +
              level(fault.before, 7) + level(fault.during, 8) + level(fault.after, 7) +
              page.in(bad ? Ink::bad : slow ? Ink::unsure : Ink::plain, back));
  }
}

void add_recovery(Page& page, const RunReport& report, bool verbose) {
  const std::string answer = recovery_answer(report);
  page.heading("WILL IT RECOVER BY ITSELF?", ink_of_answer(answer), answer);
  if (report.faults.empty()) return;
  bool one = false;
  for (const Measure& measure : measures) {
    const bool observed =
        std::any_of(report.faults.begin(), report.faults.end(), [&](const auto& fault) {
          return (fault.during.*measure.level).has_value() ||
                 (fault.before.*measure.level).has_value();
        });
    if (!observed || (one && !verbose)) continue;
    add_faults(page, report, measure);
    one = true;
  }
  if (!one) add_faults(page, report, measures[0]);
}

void add_tightest(Page& page, const RunReport& report, bool verbose) {
  page.heading("WHAT IS TIGHTEST?", Ink::plain, tightest_answer(report));
  std::size_t limited = 0, queues = 0;
  const std::size_t limited_max = verbose ? 100 : 4, queues_max = verbose ? 100 : 1;
  for (const engine::ResourceResult& one : report.resources) {
    const bool ratio = one.unit == "ratio";
    std::size_t& shown = ratio ? limited : queues;
    if (shown++ >= (ratio ? limited_max : queues_max)) continue;
    const std::string peak =
        ratio ? percent(one.peak) : about(static_cast<std::uint64_t>(one.peak)) + " wait";
    const std::string row = "  " + left(cut(one.name, 21), 21) + right(peak, 10) + "  ";
    const std::string at = moment(one.at, report);
    constexpr std::size_t cause_column = 44;
    const std::vector<std::string> causes = wrapped(one.cause, Page::width - cause_column);
    page.line(row + (one.cause.empty() ? at : left(at, cause_column - 35) + causes.front()));
    for (std::size_t i = 1; i < causes.size(); ++i) {
      page.line(std::string(cause_column, ' ') + causes[i]);
    }
  }
  if (limited > 0) page.line(page.in(Ink::faint, "  at this load; for growth: --load 2x"));
  for (const engine::ReadingResult& one : report.readings) {
    page.line("  " + left(cut(one.name, 28), 28) + "  " + reading_text(one));
  }
}

struct Check {
  Ink ink;
  std::string mark, name, seen;
  bool invariant = false;
};

std::vector<Check> checks_of(const RunReport& report) {
  std::vector<Check> all;
  for (const engine::ThresholdResult& one : report.thresholds) {
    const Ink ink = one.undecided ? Ink::unsure : one.holds ? Ink::good : Ink::bad;
    const std::string seen = one.undecided ? "nothing observed" : one.observed;
    all.push_back({ink, one.undecided ? "?" : one.holds ? "+" : "x", one.expr, seen, false});
  }
  for (const engine::InvariantResult& one : report.invariants) {
    const bool holds = one.verdict == "holds", broken = one.verdict == "broken";
    const Ink ink = holds ? Ink::good : broken ? Ink::bad : Ink::unsure;
    all.push_back({ink, holds ? "+" : broken ? "x" : "?", one.name, saw_text(one), true});
  }
  return all;
}

void add_check(Page& page, const Check& check) {
  const std::size_t name_width = check.invariant ? 25 : 38;
  const std::string mark = "  " + page.in(check.ink, check.mark) + ' ';
  const std::size_t needed = columns(check.name) + columns(check.seen) + 6;
  if (needed <= Page::width) {
    const std::size_t room = columns(check.name) + Page::width - needed;
    const std::string name = cut(check.name, Page::width);
    page.line(mark + left(name, std::min(name_width, room)) + "  " + check.seen);
    return;
  }
  page.line(mark + cut(check.name, Page::width - 4));
  page.line("      " + cut(check.seen, Page::width - 6));
}

void add_checks(Page& page, const RunReport& report, bool verbose) {
  page.heading("CHECKS", Ink::plain, checks_answer(report));
  const std::vector<Check> all = checks_of(report);
  // What does not hold is always told; of the rest, some of either kind.
  for (const char* mark : {"x", "?"}) {
    for (const Check& one : all) {
      if (one.mark == mark) add_check(page, one);
    }
  }
  std::size_t limits = 0, invariants = 0, left_out = 0;
  for (const Check& one : all) {
    if (one.mark != "+") continue;
    std::size_t& shown = one.invariant ? invariants : limits;
    if (verbose || ++shown <= 3) {
      add_check(page, one);
    } else {
      ++left_out;
    }
  }
  if (left_out == 0) return;
  page.line(page.in(Ink::faint, "  and " + std::to_string(left_out) + " more that " +
                                    (left_out == 1 ? "holds" : "hold") +
                                    ": --verbose, or the report"));
}

/// What the run did not come to, so that nobody takes it for tested.
void add_untested(Page& page, const RunReport& report) {
  const std::string nothing = untested(report), never = never_hit(report);
  if (!nothing.empty()) page.labelled("saw nothing", nothing, 13);
  if (never.empty()) return;
  page.labelled("never came", never + " of " +
                                  count_of(report.probes.size(), "probe", "probes"), 13);
}

}  // namespace

std::string console(const RunReport& report, const ConsoleOptions& options) {
  Page page(options.colors);
  add_head(page, report);
  add_verdict(page, report, options.verbose);
  add_trust(page, report, options.verbose);
  add_recovery(page, report, options.verbose);
  add_tightest(page, report, options.verbose);
  add_checks(page, report, options.verbose);
  add_untested(page, report);
  page.line();
  std::string files;
  if (!options.report_path.empty()) files = "report   " + options.report_path;
  if (!options.journal_path.empty()) {
    files += (files.empty() ? "" : "    ") + ("journal  " + options.journal_path);
  }
  if (!files.empty()) page.line(files);
  if (!report.breaks.empty()) page.line("break    " + report.breaks);
  if (!report.repro.empty()) page.line("repeat   " + repeat_of(report));
  return page.text();
}

}  // namespace wavetank::reports
