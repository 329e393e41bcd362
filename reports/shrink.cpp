#include "reports/shrink.h"

#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {

std::string shrink_line(const engine::ShrinkStep& step, double wall_s) {
  std::string text = step.what;
  if (step.left > 0) text += ", " + grouped(step.left) + " left";
  return text + ", " + count_of(step.runs, "run", "runs") + " in " + span(wall_s);
}

std::string console(const engine::ShrinkResult& result, const ShrinkPage& text) {
  Page page(text.colors);
  page.paragraph(Ink::plain, text.title, 0);
  page.line();
  for (const engine::ShrinkRow& row : result.rows) {
    if (row.before == 0) continue;
    page.line("  " + left(row.what, 10) + right(grouped(row.before), 5) + " -> " +
              left(grouped(row.after), 5) + right(count_of(row.runs, "run", "runs"), 10));
  }
  if (result.divisions > 0) {
    page.line("  " + left("values", 10) + "made smaller " +
              count_of(result.divisions, "time", "times"));
  }
  page.line();
  const std::string effort = " (" + count_of(result.runs, "run", "runs") + " in " +
                             span(text.wall_s) + ')';
  if (result.minimal) {
    page.paragraph(Ink::good, "1-MINIMAL  without any one of these, or with any one value halved, "
                              "it holds" + effort);
  } else {
    page.paragraph(Ink::unsure, "SMALLER  the search was cut short, so more may go" + effort);
  }
  page.line();
  page.line("scenario  " + text.file);
  page.line("repeat    " + text.repro);
  return page.text();
}

}  // namespace wavetank::reports
