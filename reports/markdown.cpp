#include "reports/markdown.h"

#include <string_view>

#include "reports/chain.h"
#include "reports/figures.h"
#include "reports/markdown_text.h"
#include "reports/words.h"
#include "scenarios/engine/findings.h"

namespace wavetank::reports {
namespace {

using engine::RunReport;

void add_verdict(std::string& out, const RunReport& report) {
  out += "# " + plain(verdict_words(report)) + ": " +
         plain(report.title.empty() ? name_of(report) : report.title) + "\n\n";
  out += "**" + plain(report.headline) + "**\n\n";
  out += plain(name_of(report)) + ", seed " + std::to_string(report.seed) + ". " +
         plain(standing_of(report)) + ".\n\n";
  std::string facts;
  for (const std::string& fact : facts_of(report)) facts += (facts.empty() ? "" : "; ") + fact;
  out += plain(facts) + ".\n";
  for (const std::string& note : notes_of(report)) out += "\nNote: " + plain(note) + ".\n";
  if (report.findings.empty()) return;
  out += breaks_as_expected(report) ? "\n## What broke, as expected\n\n" : "\n## What failed\n\n";
  for (const engine::Finding& finding : report.findings) {
    out += "- " + plain(engine::sentence(finding)) + ".";
    if (!finding.endangers.empty()) out += ' ' + plain(finding.endangers);
    if (!finding.look_at.empty()) out += " Look first at " + code(finding.look_at) + '.';
    if (!finding.protects.empty()) out += " What protects: " + code(finding.protects) + '.';
    if (!finding.rescue.empty()) out += " Rescue: " + plain(finding.rescue) + '.';
    out += '\n';
  }
}

/// The first failure's causes as a picture.
void add_chain(std::string& out, const RunReport& report) {
  for (const engine::Finding& finding : report.findings) {
    if (finding.chain.size() < 2) continue;
    out += "\n## How it came about\n\n" + mermaid(report, finding.chain);
    return;
  }
}

void add_trust(std::string& out, const RunReport& report) {
  const engine::TrustResult& trust = report.trust;
  out += "\n## Can we trust the output?\n\n" + plain(trust_answer(report)) + ".\n";
  if (trust.outputs == 0) return;
  out += "\nLate " + grouped(trust.late) + ", failed " + grouped(trust.failed) + ", unknown " +
         grouped(trust.unknown) + ", wrong " + grouped(trust.wrong) + "; on time " +
         percent(trust.on_time) + ".\n";
  if (trust.worst.empty()) return;
  out += '\n';
  add_head(out, {"worst outputs", "not to be trusted from", "for", "why"},
           {false, true, true, false});
  for (const engine::WorstOutput& worst : trust.worst) {
    add_row(out, {code(worst.entity_id + '/' + worst.data_version),
                  moment(worst.from, report),
                  worst.until ? span(*worst.until - worst.from) : "not healed",
                  plain(worst.why)});
  }
}

std::string back_text(const engine::Recovery& recovery) {
  if (recovery.verdict == "none" || recovery.verdict.empty()) return "not judged";
  return recovery.verdict + (recovery.after_s ? " after " + span(*recovery.after_s) : "");
}

void add_recovery(std::string& out, const RunReport& report) {
  out += "\n## Will it recover by itself?\n\n" + plain(recovery_answer(report)) + ".\n";
  if (report.faults.empty()) return;
  out += "\nFreshness p99 and share of errors, before, during and after each fault:\n\n";
  add_head(out, {"fault", "from", "for", "fired", "touched", "freshness", "errors", "recovery"},
           {false, true, true, true, true, true, true, false});
  const auto three = [](const auto& text, const auto& a, const auto& b, const auto& c) {
    const auto one = [&](const auto& value) { return value ? text(*value) : std::string("-"); };
    return one(a) + " / " + one(b) + " / " + one(c);
  };
  for (const engine::FaultResult& one : report.faults) {
    add_row(out, {code(name_of(one)), moment(one.from, report),
                  span(one.to - one.from), grouped(one.fired),
                  grouped(one.touched) + ' ' + plain(one.touched_what),
                  three(span, one.before.freshness_p99, one.during.freshness_p99,
                        one.after.freshness_p99),
                  three(percent, one.before.error_rate, one.during.error_rate,
                        one.after.error_rate),
                  plain(back_text(one.recovery))});
  }
}

void add_offered(std::string& out, const RunReport& report) {
  if (report.offered_slot_hours.empty()) return;
  out += "\nOffered slot-hours by hour";
  if (report.slots > 0) out += ", where " + grouped(static_cast<std::uint64_t>(report.slots)) +
                               " slots give as many an hour";
  out += ": ";
  const char* comma = "";
  for (const double hours : report.offered_slot_hours) {
    out += comma + grouped(static_cast<std::uint64_t>(hours + 0.5));
    comma = "; ";
  }
  out += ".\n";
}

void add_tightest(std::string& out, const RunReport& report) {
  out += "\n## What is tightest?\n\n" + plain(tightest_answer(report)) + ".\n";
  add_offered(out, report);
  if (report.resources.empty()) return;
  out += '\n';
  add_head(out, {"resource", "busiest minute", "at", "mean", "wait p99", "cause"},
           {false, true, true, true, true, false});
  constexpr std::size_t most = 12;
  for (std::size_t i = 0; i < report.resources.size() && i < most; ++i) {
    const engine::ResourceResult& one = report.resources[i];
    const bool ratio = one.unit == "ratio";
    add_row(out, {code(one.name),
                  ratio ? percent(one.peak)
                        : grouped(static_cast<std::uint64_t>(one.peak)) + " waiting",
                  moment(one.at, report),
                  ratio ? percent(one.mean) : "-", span_or_dash(one.wait_p99), plain(one.cause)});
  }
}

void add_readings(std::string& out, const RunReport& report) {
  if (report.readings.empty()) return;
  out += '\n';
  add_head(out, {"measured by its owner", "in this run"}, {false, false});
  for (const engine::ReadingResult& one : report.readings) {
    add_row(out, {code(one.name), plain(reading_text(one))});
  }
}

void add_checks(std::string& out, const RunReport& report) {
  out += "\n## Checks\n\n" + plain(checks_answer(report)) + ".\n";
  if (report.thresholds.empty() && report.invariants.empty()) return;
  out += '\n';
  add_head(out, {"", "check", "observed"}, {false, false, false});
  for (const engine::ThresholdResult& one : report.thresholds) {
    add_row(out, {one.undecided ? "undecided" : one.holds ? "holds" : "**broken**", code(one.expr),
                  one.undecided ? "nothing was observed" : plain(one.observed)});
  }
  for (const engine::InvariantResult& one : report.invariants) {
    add_row(out, {one.verdict == "broken" ? "**broken**" : one.verdict, code(one.name),
                  plain(saw_text(one))});
  }
}

void add_replications(std::string& out, const RunReport& report) {
  if (!report.replications) return;
  const engine::ReplicationResult& all = *report.replications;
  const std::string means = "Means with 95 % intervals (Student)";
  if (all.batch_s) {
    out += "\n## Batches\n\n" + count_of(all.count, "batch", "batches") + " of " +
           span(*all.batch_s) + " after a warm-up of " + span(all.warm_up_s) + ". " + means +
           " over batches.\n\n";
  } else {
    out += "\n## Replications\n\n" + count_of(all.count, "seed", "seeds") + " from " +
           std::to_string(all.first_seed) + ", " + grouped(all.failed) + " failed; warm-up " +
           span(all.warm_up_s) + ". " + means + ". All else on this page is the first seed.\n\n";
  }
  add_head(out, {"figure", "mean", "interval", "n"}, {false, true, true, true});
  for (const engine::ReplicatedMetric& one : all.metrics) {
    const bool labelled = one.name.find('{') != one.name.npos;
    if (labelled || (one.mean == 0 && one.sd == 0)) continue;
    const Figures figures(one.unit, one.mean);
    const std::string interval = one.half ? figures.number(one.mean - *one.half) + " .. " +
                                                figures.number(one.mean + *one.half)
                                          : "-";
    add_row(out, {code(one.name), figures.with_unit(one.mean), interval, grouped(one.n)});
  }
}

void add_untested(std::string& out, const RunReport& report) {
  const std::string nothing = untested(report);
  if (!nothing.empty()) {
    out += "\nNothing came that could have broken: " + plain(nothing) + ".\n";
  }
  if (report.probes.empty()) return;
  out += "\nWhat should happen sometimes:";
  const char* comma = " ";
  for (const engine::ProbeResult& one : report.probes) {
    out += comma + code(one.name) + (one.hits == 0 ? " **never**" : ' ' + grouped(one.hits));
    comma = "; ";
  }
  out += ".\n";
}

}  // namespace

std::string markdown(const RunReport& report) {
  std::string out;
  add_verdict(out, report);
  add_chain(out, report);
  add_replications(out, report);
  add_trust(out, report);
  add_recovery(out, report);
  add_tightest(out, report);
  add_readings(out, report);
  add_checks(out, report);
  add_untested(out, report);
  out += "\n## Repeat\n\n```sh\n";
  if (!report.breaks.empty()) out += "# what breaks it\n" + report.breaks + '\n';
  out += report.repro + "  # " + fingerprint_of(report) + "\n```\n";
  return out;
}

}  // namespace wavetank::reports
