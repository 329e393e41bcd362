#pragma once
// Which reports a run leaves, and writing them.

#include <string>
#include <vector>

#include "app/output.h"
#include "scenarios/engine/run_report.h"

namespace wavetank::app {

struct ReportChoice {
  bool console = true, json = true, junit = true, markdown = true, html = true;
  bool files() const { return json || junit || markdown || html; }
};

/// Reads "console,html", "all" or "none". `wrong` gets what is wrong with it.
ReportChoice choose_reports(const std::string& text, std::string& wrong);

/// Writes the chosen files into the folder. Goes on after a file that could not be written, and
/// says so in `troubles`.
void write_reports(const engine::RunReport& report, const ReportChoice& choice,
                   const std::string& folder, std::vector<std::string>& troubles);

/// Where they go.
std::vector<std::string> report_paths(const ReportChoice& choice, const std::string& folder);

/// FOLDER/NAME, as a person would type it.
std::string path_in(const std::string& folder, const std::string& name);

}  // namespace wavetank::app
