#include "app/live/job_rows.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "tests/live/temp_folder.h"

namespace wavetank::app {
namespace {

std::string written(const live::TempFolder& folder, const std::string& text) {
  const std::string path = (folder.path / "jobs.csv").string();
  std::ofstream(path) << text;
  return path;
}

TEST_CASE("job rows: the rates that made them are found again") {
  const live::TempFolder folder;
  std::string text = "id, submitted, started, finished, slot_seconds, input, shuffle, output\n";
  for (int i = 1; i <= 40; ++i) {
    const double input = 1e9 * (i % 7 + 1), shuffle = 5e8 * (i % 5), output = 1e8 * (i % 3);
    const double tasks = std::ceil(input / (128.0 * 1024 * 1024)) +
                         std::ceil(shuffle / (512.0 * 1024 * 1024));
    const double busy = 3 * tasks + input / 5e6 + shuffle / 1e7 + shuffle / 5e6 + output / 25e6;
    std::ostringstream row;
    row << "job" << i << ',' << 10 * i << ',' << 10 * i + 4 << ',' << 10 * i + 400 << ',' << busy
        << ',' << std::fixed << input << ',' << shuffle << ',' << output << '\n';
    text += row.str();
  }
  std::ostringstream err;
  const auto found = settings_from_rows(written(folder, text), err);
  CHECK(err.str() == "");
  REQUIRE(found.has_value());
  const auto& cluster = (*found)["system"]["cluster"];
  CHECK(cluster["job_start"] == "4000ms");
  const auto about = [&](const char* key, double truth) {
    const double value = std::stod(cluster[key].get<std::string>());
    CHECK(value == doctest::Approx(truth).epsilon(0.01));
  };
  about("task_start", 3'000);
  about("scan_rate", 5e6);
  about("shuffle_rate", 1e7);
  about("reduce_rate", 5e6);
  about("output_rate", 25e6);
}

TEST_CASE("job rows: everything that is wrong is told, by its line") {
  const live::TempFolder folder;
  std::ostringstream err;
  const std::string head = "submitted,started,finished,slot_seconds,input,shuffle,output\n";
  CHECK_FALSE(settings_from_rows(written(folder, head + "1,2,3,4,five,6,7\n3,2,4,1,1,1,1\n1,2\n"),
                                 err).has_value());
  CHECK(err.str().find("jobs.csv:2: input is \"five\", not a number") != std::string::npos);
  CHECK(err.str().find("jobs.csv:3: submitted, started and finished must not fall") !=
        std::string::npos);
  CHECK(err.str().find("jobs.csv:4: 2 cells where the first line has 7") != std::string::npos);
  std::ostringstream endless;
  CHECK_FALSE(settings_from_rows(written(folder, head + "1,2,3,4,nan,6,7\n1,2,inf,4,5,6,7\n"),
                                 endless).has_value());
  CHECK(endless.str().find("jobs.csv:2: input is \"nan\", not a number") != std::string::npos);
  CHECK(endless.str().find("jobs.csv:3: finished is \"inf\", not a number") !=
        std::string::npos);
}

TEST_CASE("job rows: missing columns, missing files and too few jobs") {
  const live::TempFolder folder;
  std::ostringstream err;
  CHECK_FALSE(settings_from_rows(written(folder, "submitted,input\n"), err).has_value());
  CHECK(err.str().find("no column started") != std::string::npos);
  CHECK(err.str().find("no column output") != std::string::npos);
  std::ostringstream none;
  CHECK_FALSE(settings_from_rows((folder.path / "nothing.csv").string(), none).has_value());
  CHECK(none.str().find("nothing.csv:1: there is no line to read") != std::string::npos);
  std::ostringstream few;
  const std::string head = "submitted,started,finished,slot_seconds,input,shuffle,output\n";
  CHECK_FALSE(settings_from_rows(written(folder, head + "1,2,3,4,5,6,7\n"), few).has_value());
  CHECK(few.str().find("fewer than ten jobs") != std::string::npos);
}

}  // namespace
}  // namespace wavetank::app
