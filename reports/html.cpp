#include "reports/html.h"

#include <string_view>

#include "reports/console.h"
#include "reports/json.h"
#include "reports/words.h"

// Made by cmake/web.cmake from reports/web.
extern "C" {
extern const char wavetank_report_js[];
extern const unsigned long wavetank_report_js_size;
extern const char wavetank_report_css[];
extern const unsigned long wavetank_report_css_size;
extern const char wavetank_report_template[];
extern const unsigned long wavetank_report_template_size;
}

namespace wavetank::reports {
namespace {

std::string replaced(std::string_view text, char what, std::string_view by) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == what) {
      out += by;
    } else {
      out += c;
    }
  }
  return out;
}

std::string escaped(std::string_view text) {
  return replaced(replaced(replaced(text, '&', "&amp;"), '<', "&lt;"), '>', "&gt;");
}

constexpr std::string_view plain_page =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{{title}}</title>\n"
    "<pre>{{fallback}}</pre>\n"
    "<script type=\"application/json\" id=\"journal\">{{journal}}</script>\n</html>\n";

/// What a token of the page stands for; none stands for itself.
std::string value_of(std::string_view token, const engine::RunReport& report) {
  if (token == "title") return escaped(name_of(report) + ": " + verdict_words(report));
  if (token == "fallback") return escaped(verdict_words(report) + "\n\n" + console(report));
  if (token == "journal") return replaced(journal(report), '<', "\\u003c");
  if (token == "css") return {wavetank_report_css, wavetank_report_css_size};
  if (token == "js") return {wavetank_report_js, wavetank_report_js_size};
  return "{{" + std::string(token) + "}}";
}

}  // namespace

std::string html(const engine::RunReport& report) {
  std::string_view page{wavetank_report_template, wavetank_report_template_size};
  if (page.empty()) page = plain_page;
  std::string out;
  // One pass: a value may hold what looks like a token.
  while (!page.empty()) {
    const std::size_t open = page.find("{{");
    const std::size_t close = open == page.npos ? page.npos : page.find("}}", open);
    if (close == page.npos) break;
    out += page.substr(0, open);
    out += value_of(page.substr(open + 2, close - open - 2), report);
    page.remove_prefix(close + 2);
  }
  return out + std::string(page);
}

}  // namespace wavetank::reports
