#include "app/live/job_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "app/utc_now.h"
#include "scenarios/engine/statistics/regression.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

constexpr std::array needed{"submitted", "started", "finished", "slot_seconds",
                            "input",     "shuffle", "output"};
constexpr std::size_t most_told = 20;
constexpr double map_bytes = 128.0 * 1024 * 1024, reduce_bytes = 512.0 * 1024 * 1024;

using Row = std::map<std::string, double>;

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t from = 0;
  for (;;) {
    const std::size_t comma = line.find(',', from);
    std::string cell = line.substr(from, comma == std::string::npos ? comma : comma - from);
    const std::size_t first = cell.find_first_not_of(" \t\r");
    const std::size_t last = cell.find_last_not_of(" \t\r");
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    if (comma == std::string::npos) return cells;
    from = comma + 1;
  }
}

class Rows {
 public:
  Rows(const std::string& path, std::ostream& err) : path_(path), err_(err) { read(); }
  const std::vector<Row>& all() const { return rows_; }
  bool good() const { return problems_ == 0; }

 private:
  void wrong(std::size_t line, const std::string& what) {
    if (++problems_ <= most_told) err_ << path_ << ':' << line << ": " << what << '\n';
  }
  void read();
  void read_row(std::size_t number, const std::vector<std::string>& cells);

  const std::string& path_;
  std::ostream& err_;
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
  std::size_t problems_ = 0;
};

void Rows::read() {
  std::ifstream in(path_);
  std::string line;
  if (!in || !std::getline(in, line)) return wrong(1, "there is no line to read");
  columns_ = cells_of(line);
  for (const char* name : needed) {
    if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) {
      wrong(1, std::string("no column ") + name +
                   "; the first line names submitted, started, finished, slot_seconds, input, "
                   "shuffle and output");
    }
  }
  if (!good()) return;
  for (std::size_t number = 2; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) read_row(number, cells_of(line));
  }
  if (good() && rows_.size() < 10) wrong(1, "fewer than ten jobs say too little");
  if (problems_ > most_told) err_ << path_ << ": and " << problems_ - most_told << " more\n";
}

void Rows::read_row(std::size_t number, const std::vector<std::string>& cells) {
  if (cells.size() != columns_.size()) {
    return wrong(number, std::to_string(cells.size()) + " cells where the first line has " +
                             std::to_string(columns_.size()));
  }
  Row row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool asked = std::find(needed.begin(), needed.end(), columns_[i]) != needed.end();
    if (!asked && columns_[i] != "tasks") continue;
    double value = 0;
    const char* end = cells[i].data() + cells[i].size();
    const auto found = std::from_chars(cells[i].data(), end, value);
    if (found.ec != std::errc() || found.ptr != end || value < 0 ||
        !std::isfinite(value)) {
      return wrong(number, columns_[i] + " is " + engine::in_quotes(cells[i]) +
                               ", not a number from 0 up");
    }
    row[columns_[i]] = value;
  }
  if (row["started"] < row["submitted"] || row["finished"] < row["started"]) {
    return wrong(number, "submitted, started and finished must not fall");
  }
  if (!row.contains("tasks")) {
    row["tasks"] = std::max(1.0, std::ceil(row["input"] / map_bytes)) +
                   std::min(999.0, std::ceil(row["shuffle"] / reduce_bytes));
  }
  rows_.push_back(std::move(row));
}

std::string rate_text(double s_per_byte) {
  const double rate = s_per_byte > 0 ? 1 / s_per_byte : 100e9;
  return std::to_string(std::llround(std::clamp(rate, 1e3, 100e9))) + "B/s";
}

std::string ms(double s) { return std::to_string(std::llround(s * 1e3)) + "ms"; }

}  // namespace

std::optional<nlohmann::ordered_json> settings_from_rows(const std::string& path,
                                                         std::ostream& err) {
  const Rows read(path, err);
  if (!read.good()) return std::nullopt;
  std::vector<double> waits, costs;
  std::vector<std::vector<double>> asked;
  for (const Row& row : read.all()) {
    waits.push_back(row.at("started") - row.at("submitted"));
    costs.push_back(row.at("slot_seconds"));
    asked.push_back({row.at("tasks"), row.at("input") / 1e9, row.at("shuffle") / 1e9,
                     row.at("output") / 1e9});
  }
  const auto fit = engine::regress(asked, costs);
  if (!fit || fit->coefficients == std::vector<double>(4, 0)) {
    err << path << ": no time of slots is explained by tasks and bytes\n";
    return std::nullopt;
  }
  std::sort(waits.begin(), waits.end());
  const std::vector<double>& s = fit->coefficients;
  // Shuffled bytes are written by maps and read by reduces, which takes a core twice as long: the
  // two cannot be told apart from rows of whole jobs.
  nlohmann::ordered_json all;
  all["calibration"] = {{"target", "jobs of " + std::filesystem::path(path).filename().string()},
                        {"date", utc_now()},
                        {"r2", std::max(0.0, std::round(fit->r2 * 1e4) / 1e4)},
                        {"windows", read.all().size()}};
  all["system"]["cluster"] = {{"job_start", ms(waits[waits.size() / 2])},
                              {"task_start", ms(s[0])},
                              {"scan_rate", rate_text(s[1] / 1e9)},
                              {"shuffle_rate", rate_text(s[2] / 1e9 / 3)},
                              {"reduce_rate", rate_text(s[2] / 1e9 * 2 / 3)},
                              {"output_rate", rate_text(s[3] / 1e9)}};
  return all;
}

}  // namespace wavetank::app
