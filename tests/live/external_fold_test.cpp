// The external fold against a plain sort, over budgets; and when it spills, fills a disk or stops.

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <rapidcheck.h>
#include <vector>

#include "system/live/dataset/external_fold.h"
#include "tests/live/temp_folder.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

bool never() { return false; }

bool same(const Row& a, const Row& b) {
  return a.key == b.key && a.value == b.value && a.good == b.good;
}

Result<Done> fill(ExternalFold& fold, const std::vector<Row>& rows, std::size_t size) {
  std::string bytes;
  for (const Row& row : rows) {
    bytes.clear();
    append_row(bytes, row, size);
    auto added = fold.add(row, bytes);
    if (!added.ok()) return added;
  }
  return fold.seal();
}

std::vector<Row> drained(ExternalFold& fold) {
  std::vector<Row> rows;
  const auto done = fold.drain([&rows](const Row& row) -> Result<Done> {
    rows.push_back(row);
    return Done{};
  });
  RC_ASSERT(done.ok());
  return rows;
}

std::vector<Row> some_rows(std::size_t count, std::uint64_t keys) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back({(i * 2'654'435'761u) % keys, static_cast<std::int64_t>(i), true});
  }
  return rows;
}

}  // namespace

TEST_CASE("live fold: whatever the budget, rows come by key and as they came in") {
  const TempFolder folder;
  CHECK(rc::check([&] {
    const auto keys = *rc::gen::inRange<std::uint64_t>(1, 20);  // one key: larger than the budget
    const auto count = *rc::gen::inRange<std::size_t>(0, 400);
    const auto size = *rc::gen::inRange<std::size_t>(0, 80);
    const FoldLimits limits{{*rc::gen::inRange<std::int64_t>(1, 40'000)},
                            *rc::gen::inRange(1, 4) / 1.0,
                            *rc::gen::inRange<std::int64_t>(2, 5)};
    std::vector<Row> rows = some_rows(count, keys);
    for (Row& row : rows) row.good = row.value % 7 != 0;
    ExternalFold fold(folder.path / "runs", limits, never);
    RC_ASSERT(fill(fold, rows, size).ok());
    RC_ASSERT(fold.rows() == static_cast<std::int64_t>(count));
    const bool over = working_set(fold.serialized(), limits.expansion) > limits.memory;
    const SpillPlan plan = fold.plan();
    RC_ASSERT((plan.runs > 0) == over);
    RC_ASSERT((plan.moved.count > 0) == over);
    RC_ASSERT(over == (fold.moved().count > 0));
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.key < b.key; });
    const std::vector<Row> out = drained(fold);
    RC_ASSERT(out.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(same(out[i], rows[i]));
    // What was planned is what was written and read.
    RC_ASSERT(fold.moved() == plan.moved);
  }));
}

TEST_CASE("live fold: runs and passes are those of an external merge sort") {
  const TempFolder folder;
  const FoldLimits limits{{10'000}, 2, 10};
  ExternalFold fold(folder.path / "runs", limits, never);
  REQUIRE(fill(fold, some_rows(2'000, 500), 100).ok());
  const SpillPlan plan = fold.plan();
  const SpillPlan model = spill_plan({200'000}, 2, {10'000}, 10);
  CHECK(plan.runs == model.runs);
  CHECK(plan.passes == model.passes);
  CHECK(plan.moved == model.moved);
  CHECK(folder.files() == 40);
  REQUIRE(fold.merge().ok());
  CHECK(folder.files() == 4);
}

TEST_CASE("live fold: its files go with it, and one that is stopped says so") {
  const TempFolder folder;
  bool stop = false;
  {
    ExternalFold fold(folder.path / "runs", {{1'000}, 1, 2}, [&stop] { return stop; });
    REQUIRE(fill(fold, some_rows(200, 50), 40).ok());
    CHECK(folder.files() > 2);
    stop = true;
    CHECK(fold.merge().failure() == Failure::killed);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("live fold: a disk that is full is told as such") {
  CHECK(FileWriter("/dev/full").close().ok());
  FileWriter full("/dev/full");
  full.write("no room for this");
  CHECK(full.close().failure() == Failure::disk_full);
  // As a quota would: no file may grow beyond 4 KiB.
  const TempFolder folder;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 4'096;
  setrlimit(RLIMIT_FSIZE, &small);
  ExternalFold fold(folder.path / "runs", {{20'000}, 1, 2}, never);
  const auto filled = fill(fold, some_rows(1'000, 50), 100);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  REQUIRE(!filled.ok());
  CHECK(filled.failure() == Failure::disk_full);
}

TEST_CASE("live rows: what is written is read, of every size; other bytes are no rows") {
  CHECK(rc::check([](std::uint64_t key, std::int64_t value, bool good) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 300);
    std::string bytes;
    const std::size_t written = append_row(bytes, {key, value, good}, size);
    RC_ASSERT(written == bytes.size());
    RC_ASSERT(written == std::max(size, written));
    RC_ASSERT(size > row_size_min || written <= row_size_min);
    Row row;
    RC_ASSERT(*parse_row(bytes, row) == written);
    RC_ASSERT(same(row, Row{key, value, good}));
    RC_ASSERT(*parse_row(std::string_view(bytes).substr(0, written - 1), row) == 0u);
  }));
  Row row;
  CHECK(parse_row(std::string(8, '\0'), row).failure() == Failure::invalid);
  CHECK(parse_row(std::string(8, '\xff'), row).failure() == Failure::invalid);
  CHECK(parse_row(std::string("\6\0\0\0\x80\x80", 6), row).failure() == Failure::invalid);
}
