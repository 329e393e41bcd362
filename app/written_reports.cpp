#include "app/written_reports.h"

#include <filesystem>

#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

constexpr ReportChoice no_reports{false, false, false, false, false};

struct Written {
  const char* word;
  bool ReportChoice::*chosen;
  const char* file;
  std::string (*text)(const engine::RunReport&);
};

/// The journal comes first: other tools read it.
constexpr Written files[] = {
    {"json", &ReportChoice::json, "journal.json", reports::journal},
    {"junit", &ReportChoice::junit, "junit.xml", reports::junit},
    {"markdown", &ReportChoice::markdown, "summary.md", reports::markdown},
    {"html", &ReportChoice::html, "report.html", reports::html},
};

bool choose(const std::string& word, ReportChoice& choice) {
  if (word == "console") return choice.console = true;
  if (word == "all") {
    choice = ReportChoice{};
    return true;
  }
  for (const Written& one : files) {
    if (word == one.word) return choice.*one.chosen = true;
  }
  return false;
}

}  // namespace

ReportChoice choose_reports(const std::string& text, std::string& wrong) {
  ReportChoice choice = no_reports;
  if (text == "none") return choice;
  std::string rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string word = rest.substr(0, comma);
    if (!choose(word, choice)) {
      const std::vector<std::string> known{"console", "json", "junit", "markdown",
                                           "html",    "all",  "none"};
      wrong = "unknown report " + engine::in_quotes(word) + ". " +
              engine::nearest_hint(word, known, "reports");
      return choice;
    }
    if (comma == rest.npos) return choice;
    rest.erase(0, comma + 1);
  }
}

void write_reports(const engine::RunReport& report, const ReportChoice& choice,
                   const std::string& folder, std::vector<std::string>& troubles) {
  for (const Written& one : files) {
    if (!(choice.*one.chosen)) continue;
    if (const Trouble trouble = write_file(path_in(folder, one.file), one.text(report))) {
      troubles.push_back(*trouble);
    }
  }
}

std::vector<std::string> report_paths(const ReportChoice& choice, const std::string& folder) {
  std::vector<std::string> paths;
  for (const Written& one : files) {
    if (choice.*one.chosen) paths.push_back(path_in(folder, one.file));
  }
  return paths;
}

std::string path_in(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).lexically_normal().string();
}

}  // namespace wavetank::app
