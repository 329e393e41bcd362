// The three questions, and what else several reports say in the same words.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "reports/figures.h"
#include "reports/words.h"
#include "scenarios/engine/findings.h"

namespace wavetank::reports {
namespace {

std::string number_word(std::size_t n) {
  static constexpr std::array<const char*, 10> words{
      "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
  return n < words.size() ? words[n] : grouped(n);
}

/// "2.35/s", "1987/s".
std::string per_second(double rate) {
  std::array<char, 32> text{};
  const int places = rate >= 99.95 || rate == std::floor(rate) ? 0 : rate >= 9.995 ? 1 : 2;
  std::snprintf(text.data(), text.size(), "%.*f/s", places, rate);
  return text.data();
}

void join(std::string& text, const std::string& word) {
  text += (text.empty() ? "" : ", ") + word;
}

}  // namespace

std::string moment(double at_s, const engine::RunReport& report) {
  constexpr double as_clock_from = 7200;  // where engine::moment_words turns to hours and minutes
  if (report.virtual_s < as_clock_from) return span(at_s);
  return engine::moment_words(at_s, report.virtual_s);
}

std::string trust_answer(const engine::RunReport& report) {
  const engine::TrustResult& trust = report.trust;
  const bool network = report.jobs.requests > 0;
  if (trust.outputs == 0 && network) return "not asked: a network has no outputs";
  if (trust.outputs == 0) return "not known: no output was judged";
  const std::string some = grouped(trust.trusted) + " of " + grouped(trust.outputs);
  if (trust.falsely_trusted > 0) {
    return "NO: falsely trusted " + grouped(trust.falsely_trusted) + "; yes for " + some;
  }
  if (trust.trusted == 0) return "NO: none of " + grouped(trust.outputs) + "; falsely trusted 0";
  const bool all = trust.trusted == trust.outputs;
  return (all ? "yes for all " + grouped(trust.outputs) : "yes for " + some) +
         "; falsely trusted 0";
}

std::string recovery_answer(const engine::RunReport& report) {
  std::string stuck, slow;
  std::size_t judged = 0;
  for (const engine::FaultResult& fault : report.faults) {
    const std::string& verdict = fault.recovery.verdict;
    if (verdict == "stuck") join(stuck, name_of(fault));
    if (verdict == "slow") join(slow, name_of(fault));
    if (verdict == "stuck" || verdict == "slow" || verdict == "recovers") ++judged;
  }
  if (report.faults.empty()) return "not asked: there was no fault";
  if (!stuck.empty()) return "NO: stuck after " + stuck + "; the damage stays";
  if (judged == 0) return "not known: no fault was judged";
  if (!slow.empty()) return "yes, but slowly after " + slow;
  const std::size_t all = report.faults.size();
  if (judged < all) {
    return "yes, after " + number_word(judged) + " of " + number_word(all) +
           "; the rest was not judged";
  }
  if (all == 1) return "yes";
  return all == 2 ? "yes, after both" : "yes, after all " + number_word(all);
}

std::string tightest_answer(const engine::RunReport& report) {
  const engine::ResourceResult* most = nullptr;
  for (const engine::ResourceResult& one : report.resources) {
    if (one.unit == "ratio" && (most == nullptr || one.peak > most->peak)) most = &one;
  }
  if (most == nullptr) return "not known: no resource was measured";
  return most->name + ", " + percent(most->peak) + " at " +
         moment(most->at, report);
}

std::string checks_answer(const engine::RunReport& report) {
  const auto& limits = report.thresholds;
  const auto& all = report.invariants;
  const auto holding = static_cast<std::size_t>(std::count_if(
      limits.begin(), limits.end(), [](const auto& one) { return one.holds; }));
  const auto kept = static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const auto& one) { return one.verdict == "holds"; }));
  const auto unsure =
      std::count_if(all.begin(), all.end(),
                    [](const auto& one) { return one.verdict == "undecided"; }) +
      std::count_if(limits.begin(), limits.end(), [](const auto& one) { return one.undecided; });
  std::string text;
  const auto add = [&text](std::size_t n, std::size_t of, const char* what) {
    if (of == 0) return;
    text += (text.empty() ? "" : " and ") + std::to_string(n) + " of " + std::to_string(of) + ' ' +
            what;
  };
  add(holding, limits.size(), "thresholds");
  add(kept, all.size(), "invariants");
  if (text.empty()) return "none: nothing was tested";
  text += " hold";
  if (unsure > 0) text += "; " + std::to_string(unsure) + " undecided";
  return text;
}

std::string saw_text(const engine::InvariantResult& result) {
  const std::string what = result.saw_what.empty() ? "situations" : result.saw_what;
  std::string text = grouped(result.saw) + ' ' + what;
  if (result.verdict == "undecided") return text + ", undecided";
  return text + ", " + grouped(result.violations) + " wrong";
}

std::string untested(const engine::RunReport& report) {
  std::string names;
  for (const engine::InvariantResult& one : report.invariants) {
    if (one.saw == 0 && one.verdict != "broken") join(names, one.name);
  }
  return names;
}

std::string never_hit(const engine::RunReport& report) {
  std::string names;
  for (const engine::ProbeResult& one : report.probes) {
    if (one.hits == 0) join(names, one.name);
  }
  return names;
}

std::vector<std::string> facts_of(const engine::RunReport& report) {
  std::vector<std::string> facts;
  std::string run = span(report.virtual_s);
  if (report.wall_s > 0) run += " in " + span(report.wall_s);
  facts.push_back(run);
  std::string work = count_of(report.jobs.offered, "job", "jobs");
  if (report.jobs.requests > 0) work = count_of(report.jobs.requests, "request", "requests");
  if (report.jobs.reads > 0) work += ", " + count_of(report.jobs.reads, "read", "reads");
  facts.push_back(work);
  if (report.generator) {
    const engine::GeneratorResult& load = *report.generator;
    facts.push_back("offered " + per_second(load.offered_per_s) + ", sent " +
                    per_second(load.sent_per_s) + ", answered " + per_second(load.achieved_per_s));
    facts.push_back(percent(load.ratio) + " of the load sent, p99 " + span(load.lag_p99) +
                    " behind its plan");
    facts.push_back("generator " + percent(load.cpu) + " of a core");
  }
  const auto& hours = report.offered_slot_hours;
  if (!hours.empty() && report.slots > 0) {
    const double most = *std::max_element(hours.begin(), hours.end());
    facts.push_back("busiest hour offers " + percent(most / report.slots) + " of the slots");
  }
  return facts;
}

std::string reading_text(const engine::ReadingResult& one) {
  if (!one.least || !one.mean || !one.most) return "unknown";
  const std::string each = one.unit == "1/s" ? "/s" : "";
  const Figures figures(one.unit, *one.most);
  const auto text = [&](double value) { return figures.with_unit(value) + each; };
  std::string said = text(*one.least) + " to " + text(*one.most) + ", mean " + text(*one.mean);
  constexpr double worth_telling = 3;
  if (one.unknown_s > worth_telling) said += ", unknown for " + span(one.unknown_s);
  return said;
}

std::vector<std::string> notes_of(const engine::RunReport& report) {
  std::vector<std::string> notes;
  for (const std::string& note : report.notes) {
    if (note != report.headline) notes.push_back(note);
  }
  return notes;
}

}  // namespace wavetank::reports
