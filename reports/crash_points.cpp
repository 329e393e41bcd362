#include "reports/crash_points.h"

#include <algorithm>

#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using engine::CrashRun;
using engine::CrashSearch;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string words_of(const CrashRun& run) {
  std::string text;
  for (const engine::CrashPoint& point : run.crashes) {
    text += (text.empty() ? "" : ", then ") + point.words();
  }
  return text;
}

std::string outcome_of(const CrashRun& run) {
  if (!run.error.empty()) return "ERROR " + run.error;
  if (!run.broken.empty()) return joined(run.broken);
  return run.struck ? "-" : "not reached";
}

std::uint64_t broken_in(const std::vector<CrashRun>& runs) {
  return static_cast<std::uint64_t>(std::count_if(
      runs.begin(), runs.end(), [](const CrashRun& one) { return !one.broken.empty(); }));
}

std::string headline(const CrashSearch& search, bool interrupted) {
  const std::string points = count_of(search.points.size(), "point", "points");
  const std::string pairs = count_of(search.pairs.size(), "pair", "pairs");
  const std::string both = search.pairs.empty() ? points : points + " and " + pairs;
  switch (search.exit_code()) {
    case 0:
      return (interrupted ? "so far no" : "PASS  no") + (" invariant breaks at " + both);
    case 1:
      return "ERROR (exit 1): wavetank itself failed";
    case 4:
      if (interrupted) return "nothing can be told yet";
      if (search.points.empty()) return "NOT VALID (exit 4): no durable step was found";
      if (search.broken_anyway.empty()) return "NOT VALID (exit 4): some points were not reached";
      return "NOT VALID (exit 4): " + joined(search.broken_anyway) +
             " breaks without a crash: whether one breaks it cannot be told";
    default:
      break;
  }
  std::string text = "BREACHED (exit 3): " + grouped(broken_in(search.points)) + " of " + points;
  if (!search.pairs.empty()) text += " and " + grouped(broken_in(search.pairs)) + " of " + pairs;
  return text + " break an invariant";
}

void add_row(Page& page, const CrashRun& run) {
  constexpr std::size_t words_width = 48;
  const std::string words = words_of(run), outcome = outcome_of(run);
  if (columns(words) < words_width) {
    page.labelled(words, outcome, words_width);
    return;
  }
  page.labelled("", words, 0);
  page.labelled("", outcome, words_width);
}

}  // namespace

std::string console(const CrashSearch& search, const CrashPage& text) {
  Page page(text.colors);
  page.paragraph(Ink::plain, text.title, 0);
  page.paragraph(Ink::plain, text.facts, 0);
  page.line();
  if (text.interrupted) page.paragraph(Ink::unsure, "INTERRUPTED: what follows is a part");
  const int code = text.interrupted && search.exit_code() == 0 ? 4 : search.exit_code();
  const Ink ink = code == 0 ? Ink::good : code == 4 ? Ink::unsure : Ink::bad;
  page.paragraph(ink, headline(search, text.interrupted));
  if (!search.broken_anyway.empty()) {
    page.labelled("note", "breaks without a crash, and is not told below: " +
                              joined(search.broken_anyway));
  }
  page.line();
  page.labelled("a node dies", "what breaks", 48);
  for (const CrashRun& run : search.points) add_row(page, run);
  if (broken_in(search.pairs) > 0) page.line();
  for (const CrashRun& run : search.pairs) {
    if (!run.broken.empty() || !run.error.empty()) add_row(page, run);
  }
  if (!text.repro.empty()) page.line("\nrepeat   " + text.repro);
  return page.text();
}

}  // namespace wavetank::reports
