#include "reports/page.h"

#include "reports/words.h"

namespace wavetank::reports {

std::string Page::in(Ink ink, std::string_view text) const {
  if (!colors_ || ink == Ink::plain || text.empty()) return std::string(text);
  const char* code = "";
  switch (ink) {
    case Ink::good: code = "\x1b[32m"; break;
    case Ink::bad: code = "\x1b[1;31m"; break;
    case Ink::unsure: code = "\x1b[33m"; break;
    case Ink::strong: code = "\x1b[1m"; break;
    case Ink::faint: code = "\x1b[2m"; break;
    case Ink::plain: break;
  }
  return code + std::string(text) + "\x1b[0m";
}

void Page::line(std::string_view text) {
  text_ += text;
  text_ += '\n';
}

void Page::paragraph(Ink ink, std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  bool first = true;
  // The first line is wrapped as the others, so that one width serves all.
  for (const std::string& one : wrapped(text, width - indent)) {
    line((first ? "" : margin) + in(ink, one));
    first = false;
  }
}

void Page::labelled(std::string_view label, std::string_view text, std::size_t label_width) {
  std::string before = "  " + in(Ink::faint, left(label, label_width));
  for (const std::string& one : wrapped(text, width - 2 - label_width)) {
    line(before + one);
    before = std::string(2 + label_width, ' ');
  }
}

void Page::heading(std::string_view heading, Ink ink, std::string_view answer) {
  line();
  bool first = true;
  for (const std::string& one : wrapped(answer, width - columns(heading) - 2)) {
    const std::string margin(columns(heading), ' ');
    line((first ? in(Ink::strong, heading) : margin) + "  " + in(ink, one));
    first = false;
  }
}

void Page::parts(const std::vector<std::string>& parts) {
  std::string one;
  for (const std::string& part : parts) {
    if (!one.empty() && columns(one) + 3 + columns(part) > width) {
      line(one);
      one.clear();
    }
    one += (one.empty() ? "" : " | ") + part;
  }
  if (!one.empty()) line(one);
}

}  // namespace wavetank::reports
