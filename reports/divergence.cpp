#include "reports/divergence.h"

#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

void add_heading(Page& page, const std::string& text) {
  page.line();
  page.line(page.in(Ink::strong, text));
}

void add_side(Page& page, const char* name, const std::optional<std::string>& step,
              const std::vector<std::string>& after) {
  add_heading(page, std::string(name) + (step ? "" : " has ended"));
  if (step) page.labelled(">", *step, 2);
  for (const std::string& words : after) page.labelled("", words, 2);
}

}  // namespace

std::string console(const engine::StepComparison& comparison, const DivergencePage& text) {
  Page page(text.colors);
  page.labelled("A", text.a, 3);
  page.labelled("B", text.b, 3);
  page.line();
  if (!comparison.divergence) {
    page.paragraph(Ink::good,
                   "SAME  " + grouped(comparison.steps) + " steps, and none of them differs");
    return page.text();
  }
  const engine::Divergence& parts = *comparison.divergence;
  page.paragraph(Ink::bad, "DIFFERENT (exit 3): after " + grouped(parts.step) +
                               " steps that are the same in both");
  if (!parts.before.empty()) add_heading(page, "BEFORE, IN BOTH");
  for (const std::string& words : parts.before) page.labelled("", words, 2);
  add_side(page, "THEN A", parts.a, parts.after_a);
  add_side(page, "THEN B", parts.b, parts.after_b);
  return page.text();
}

}  // namespace wavetank::reports
