#include "app/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace wavetank::app {

bool out_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool err_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

bool colours_welcome() {
  const char* refused = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return out_is_terminal() && (refused == nullptr || *refused == '\0') && kind != nullptr &&
         std::string_view(kind) != "dumb";
}

reports::SweepBar progress_bar(std::ostream& err, bool quiet) {
  using Style = reports::SweepBar::Style;
  const Style style = quiet ? Style::none : err_is_terminal() ? Style::live : Style::lines;
  return {[&err](std::string_view part) { err << part << std::flush; }, style};
}

}  // namespace wavetank::app
