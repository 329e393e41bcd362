// Inputs: made once, the same every time, with the shares they state.

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>

#include "system/live/dataset/input_data.h"
#include "tests/live/temp_folder.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

constexpr std::int64_t rows = 200'000;

/// Five standard deviations of a count of `rows` draws.
double spread(double share) { return 5 * std::sqrt(share * (1 - share) / rows); }

std::map<std::uint64_t, std::int64_t> counts_of(const InputData& data) {
  std::map<std::uint64_t, std::int64_t> counts;
  for (std::int64_t i = 0; i < rows; ++i) ++counts[data.row(i).key];
  return counts;
}

}  // namespace

TEST_CASE("live inputs: the hot key and bad rows have the shares that were stated") {
  for (const double share : {0.0, 0.05, 0.5, 1.0}) {
    CAPTURE(share);
    InputShape shape;
    shape.keys = 1'000;
    shape.hot_share = share;
    shape.rejected = share / 2;
    const InputData data("run", shape);
    std::int64_t hot = 0;
    std::int64_t bad = 0;
    bool within = true;
    for (std::int64_t i = 0; i < rows; ++i) {
      const Row row = data.row(i);
      hot += row.key == data.hot_key() ? 1 : 0;
      bad += row.good ? 0 : 1;
      within = within && row.key <= data.hot_key();
    }
    CHECK(within);
    CHECK(std::fabs(static_cast<double>(hot) / rows - share) <= spread(share));
    CHECK(std::fabs(static_cast<double>(bad) / rows - share / 2) <= spread(share / 2));
  }
}

TEST_CASE("live inputs: keys are uniform, or fall off by Zipf's law") {
  InputShape shape;
  shape.keys = 100;
  const auto uniform = counts_of(InputData("run", shape));
  CHECK(uniform.size() == 100);
  for (const auto& [key, count] : uniform) {
    CHECK(std::fabs(static_cast<double>(count) / rows - 0.01) <= spread(0.01));
  }
  for (const double exponent : {0.8, 1.0, 1.3}) {
    CAPTURE(exponent);
    shape.zipf = exponent;
    const auto zipf = counts_of(InputData("run", shape));
    const double tenth = static_cast<double>(zipf.at(9));
    const double fortieth = static_cast<double>(zipf.at(39));
    CHECK(std::fabs(tenth / fortieth / std::pow(4.0, exponent) - 1) < 0.15);
  }
}

TEST_CASE("live inputs: two requests read the same objects, which are made once") {
  const TempFolder folder;
  ObjectsTarget target;
  target.folder = folder.path;
  const auto client = open_objects(target);
  InputShape shape;
  shape.keys = 50;
  const InputData data("run", shape);
  const std::int64_t edge = data.rows_per_part();
  const auto tail = data.read(*client, edge - 3, 10);
  REQUIRE(tail.ok());
  CHECK(tail->size() == 300);  // up to the part's end
  const auto again = data.read(*client, edge - 3, 2);
  REQUIRE(again.ok());
  CHECK(*again == tail->substr(0, 200));
  Row row;
  CHECK(*parse_row(*tail, row) == 100);
  CHECK(row.key == data.row(edge - 3).key);
  CHECK(folder.files() == 1);
  REQUIRE(data.prepare(*client, {data.rows_per_part() * 100 + 100}).ok());
  CHECK(folder.files() == 2);
  shape.hot_share = 0.25;
  CHECK(InputData("run", shape).key(0) != data.key(0));
  shape.hot_share = 0;
  CHECK(InputData("run", shape).key(0) == data.key(0));
}
