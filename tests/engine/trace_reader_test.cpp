#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "scenarios/engine/load/trace.h"
#include "tests/engine/trace_files.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::TempFolder;
using wavetank::engine::test::trace_of;

namespace {

struct Read {
  std::vector<TraceRow> rows;
  std::vector<std::int64_t> at_ns;
  std::optional<TraceSurvey> survey;
  std::string problems;
};

Read read(const TraceSettings& settings) {
  Read out;
  Problems problems;
  out.survey = survey_trace(settings, problems);
  out.problems = problems.text();
  if (!out.survey) return out;
  TraceReplay replay(settings, *out.survey);
  while (replay.next()) {
    out.rows.push_back(replay.row());
    out.at_ns.push_back(replay.offset().ns);
  }
  return out;
}

/// What is wrong with a trace of this text, without the folder's name.
std::string complaint(const TempFolder& folder, const std::string& text, TraceSettings settings) {
  settings.path = settings.file = folder.write("bad.tsv", text);
  std::string problems = read(settings).problems;
  for (std::size_t at = 0; (at = problems.find(folder.path() + "/", at)) != std::string::npos;) {
    problems.erase(at, folder.path().size() + 1);
  }
  return problems;
}

std::vector<std::string_view> cells_of(std::string_view line, char separator,
                                       std::string& scratch) {
  std::vector<std::string_view> cells;
  if (!split_cells(line, separator, true, scratch, cells)) return {"unsplit"};
  return cells;
}

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("columns by number: bytes, seconds and keys of a TSV") {
  const TempFolder folder;
  TraceSettings s = trace_of(folder.write("t.tsv", "a\t1.5\t100\t\t7\t2.25\tP0\n"
                                                   "b\t2\t1e3\t5\t0\t\t2\r\n\n"
                                                   "a\t2\t0\t5\t0\t0.0000000019\t\n"));
  s.columns = {"2", "1", "7", "3", "4", "5", "6"};
  const Read r = read(s);
  CHECK(r.problems == "");
  REQUIRE(r.rows.size() == 3);
  CHECK(r.at_ns == std::vector<std::int64_t>{3 * second / 2, 2 * second, 2 * second});
  CHECK(r.rows[0].input == Bytes{100});
  CHECK(r.rows[0].shuffle == std::nullopt);
  CHECK(r.rows[0].output == Bytes{7});
  CHECK(r.rows[0].compute == milliseconds(2250));
  CHECK(r.rows[0].priority == Priority::p0);
  CHECK(r.rows[1].input == Bytes{1000});
  CHECK(r.rows[1].compute == std::nullopt);
  CHECK(r.rows[1].priority == Priority::p2);
  CHECK(r.rows[2].compute == nanoseconds(1));
  CHECK(r.rows[2].priority == std::nullopt);
  CHECK(r.rows[0].key == r.rows[2].key);
  CHECK(r.rows[0].key != r.rows[1].key);
}

TEST_CASE("columns by name, quotes, dates and gzip") {
  const TempFolder folder;
  const std::string text = "\xEF\xBB\xBFwho,\"when, UTC\",bytes\r\n"
                           "\"a \"\"b\"\"\",2026-02-28T23:59:59.5Z,1\r\n"
                           "x,2026-03-01T01:00:00+01:00,2\r\n";
  TraceSettings s = trace_of(folder.write_gzip("t.csv.gz", text));
  s.time_unit = TraceSettings::TimeUnit::rfc3339;
  s.columns.time = "when, UTC";
  s.columns.key = "who";
  s.columns.input = "bytes";
  const Read r = read(s);
  CHECK(r.problems == "");
  REQUIRE(r.rows.size() == 2);
  // Dates count from the first row.
  CHECK(r.at_ns == std::vector<std::int64_t>{0, second / 2});
  CHECK(r.rows[1].input == Bytes{2});
  CHECK(r.survey->keys->size() == 2);
}

TEST_CASE("dates as RFC 3339 has them, and nothing else") {
  CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_rfc3339("2000-02-29 12:00:00z") == 951'825'600 * second);
  CHECK(parse_rfc3339("2026-11-21T10:37:00.000000001-02:30") == 1'795'266'420 * second + 1);
  CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == 1'483'228'800 * second);
  for (const char* bad : {"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:00:00", "2026-01-01", "2026-1-1T00:00:00Z", "",
                          "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Z ", "1969-12-31T23:59:59Z",
                          "2026-01-01T00:00:00+0100", "2026-00-10T00:00:00Z"}) {
    INFO(bad);
    CHECK(parse_rfc3339(bad) == std::nullopt);
  }
}

TEST_CASE("cells are split as RFC 4180 says") {
  std::string scratch;
  using Cells = std::vector<std::string_view>;
  CHECK(cells_of("a,,b,", ',', scratch) == Cells{"a", "", "b", ""});
  CHECK(cells_of("\"a,\"\"\",b", ',', scratch) == Cells{"a,\"", "b"});
  CHECK(cells_of("\"a\"b,c", ',', scratch) == Cells{"unsplit"});
  CHECK(cells_of("\"a,b", ',', scratch) == Cells{"unsplit"});
  CHECK(cells_of("a\"b,c", ',', scratch) == Cells{"a\"b", "c"});
}

TEST_CASE("any cells survive quoting") {
  CHECK(rc::check([](const std::vector<std::string>& cells) {
    RC_PRE(!cells.empty());
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += i == 0 ? "\"" : ",\"";
      for (const char c : cells[i]) line += c == '"' ? "\"\"" : std::string(1, c);
      line += '"';
    }
    std::string scratch;
    const auto split = cells_of(line, ',', scratch);
    RC_ASSERT(split.size() == cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) RC_ASSERT(split[i] == cells[i]);
  }));
}

TEST_CASE("every kind of bad line is named with its number") {
  const TempFolder folder;
  TraceSettings s = trace_of("");
  s.columns.input = "2";
  CHECK(complaint(folder, "1\t2\nx\t2\n3\t-4\n4\t1.5\n5\n6\t99999999999999999999\n\t3\n", s) ==
        "bad.tsv:2:1: time \"x\" is not a number.\n"
        "bad.tsv:3:1: input \"-4\" is negative.\n"
        "bad.tsv:4:1: input \"1.5\" is not a whole number.\n"
        "bad.tsv:5:1: there are 1 cells, but column 2 is asked for.\n"
        "bad.tsv:6:1: input \"99999999999999999999\" is too large.\n"
        "bad.tsv:7:1: the time is missing.\n");
  CHECK(complaint(folder, "5\t1\n4\t1\n", s) ==
        "bad.tsv:2:1: the time goes back by 1.0s, more than `disorder` allows.\n");
  s.columns.priority = "2";
  s.columns.input = "";
  CHECK(complaint(folder, "5\tP3\n", s) == "bad.tsv:1:1: priority \"P3\" is not P0, P1 or P2.\n");
  s.columns.priority = "";
  s.columns.input = "bytes";
  CHECK(complaint(folder, "time\tbyte\n5\t1\n", s) ==
        "bad.tsv:1:1: there is no column \"bytes\" for input. Did you mean \"byte\"?\n");
  s = trace_of("");
  s.time_unit = TraceSettings::TimeUnit::rfc3339;
  CHECK(complaint(folder, "yesterday\n", s) ==
        "bad.tsv:1:1: time \"yesterday\" is not a date such as 2026-01-31T12:00:00Z.\n");
  s = trace_of("");
  s.format = TraceSettings::Format::csv;
  CHECK(complaint(folder, "1\n\"2\n", s) ==
        "bad.tsv:2:1: a quote is not closed, or something follows it.\n");
}

TEST_CASE("seconds from 1970 that are declared as seconds from the start are refused") {
  const TempFolder folder;
  CHECK(complaint(folder, "1769860800\n", trace_of("")) ==
        "bad.tsv:1:1: time \"1769860800\" is more than thirty years from the start; where times "
        "are counted from 1970, time_unit is epoch.\n");
}

TEST_CASE("a job of more than a petabyte is refused with its line") {
  const TempFolder folder;
  TraceSettings s = trace_of("");
  s.columns.input = "2";
  CHECK(complaint(folder, "1\t1000000000000000\n", s) == "");
  CHECK(complaint(folder, "1\t1000000000000001\n", s) ==
        "bad.tsv:1:1: input \"1000000000000001\" is more than a petabyte.\n");
}

TEST_CASE("what a file of any bytes holds reaches no terminal as it is") {
  const TempFolder folder;
  TraceSettings s = trace_of("");
  s.columns.time = "when";
  const std::string text = complaint(folder, "\x1b[31mred\t\x01\n1\t2\n", s);
  CHECK(text.find("Known columns: \\x1b[31mred, \\x01.") != std::string::npos);
}

TEST_CASE("files that are no traces") {
  const TempFolder folder;
  CHECK(complaint(folder, "", trace_of("")) == "bad.tsv: there is no row in it.\n");
  CHECK(complaint(folder, std::string(70'000, '1') + "\n", trace_of("")) ==
        "bad.tsv:1:1: line 1 is longer than 64 KiB.\n");
  TraceSettings s = trace_of(folder.path() + "/none.csv");
  CHECK(read(s).problems.find("there is no such file") != std::string::npos);
  s.path = folder.path();
  CHECK(read(s).problems.find("it is not a regular file") != std::string::npos);
  const std::string whole = folder.write_gzip("t.gz", std::string(100'000, '\n') + "1\n");
  std::ifstream in(whole, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  s.path = folder.write("cut.gz", bytes.substr(0, bytes.size() / 2));
  CHECK(read(s).problems.find("it is damaged") != std::string::npos);
}

TEST_CASE("any bytes are a trace or are refused, and what is read is in order") {
  const TempFolder folder;
  CHECK(rc::check([&folder] {
    const auto bytes = *rc::gen::container<std::string>(
        rc::gen::element('0', '1', '9', '.', '-', 'e', ',', '"', '\n', '\r', ' ', 'x', '\0',
                         '\xff'));
    TraceSettings s = trace_of(folder.write("any.csv", bytes));
    s.columns.key = "2";
    s.columns.input = "3";
    s.header = *rc::gen::arbitrary<bool>();
    s.disorder = whole_seconds(*rc::gen::inRange(0, 1000));
    const Read r = read(s);
    RC_ASSERT(r.survey.has_value() == r.problems.empty());
    RC_ASSERT(std::is_sorted(r.at_ns.begin(), r.at_ns.end()));
  }));
}

TEST_CASE("at most 20 bad lines are listed") {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 100; ++i) text += "x\n";
  const std::string problems = complaint(folder, text, trace_of(""));
  CHECK(std::count(problems.begin(), problems.end(), '\n') == 21);
  CHECK(problems.find("bad.tsv:21:1: more than 20 lines are wrong; reading stopped here") !=
        std::string::npos);
}

TEST_CASE("a slice, and rows that are a little out of order") {
  const TempFolder folder;
  TraceSettings s = trace_of(folder.write("t.tsv", "10\n20\n19\n30\n40\n"));
  s.disorder = whole_seconds(1);
  CHECK(read(s).at_ns ==
        std::vector<std::int64_t>{10 * second, 20 * second, 20 * second, 30 * second, 40 * second});
  CHECK(read(s).survey->length == nanoseconds(41 * second));
  s.from = whole_seconds(15);
  s.to = whole_seconds(40);
  const Read cut = read(s);
  CHECK(cut.at_ns == std::vector<std::int64_t>{5 * second, 5 * second, 15 * second});
  CHECK(cut.survey->length == whole_seconds(25));
  CHECK(cut.survey->rows == 3);
}

TEST_CASE("copies overlap, in the order of their times") {
  const TempFolder folder;
  TraceSettings s = trace_of(folder.write("t.tsv", "0\n5\n10\n"));
  s.repeat.times = 3;
  s.repeat.every = whole_seconds(5);
  const Read r = read(s);
  CHECK(r.at_ns == std::vector<std::int64_t>{0, 5 * second, 5 * second, 10 * second, 10 * second,
                                             10 * second, 15 * second, 15 * second, 20 * second});
  CHECK(r.survey->length == whole_seconds(21));
  TraceReplay replay(s, *r.survey);
  std::vector<std::uint64_t> ids;
  while (replay.next()) ids.push_back(replay.index());
  CHECK(ids == std::vector<std::uint64_t>{0, 1, 3, 2, 4, 6, 5, 7, 8});
  s.repeat.every = {};
  CHECK(read(s).survey->every == hours(1));
  s.repeat.times = 1000;
  s.repeat.every = milliseconds(10);
  CHECK(read(s).problems.find("`repeat` lets 1000 copies overlap") != std::string::npos);
}

TEST_CASE("any copies, merged, are what sorting them would give") {
  const TempFolder folder;
  CHECK(rc::check([&folder] {
    auto times = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 50)));
    std::sort(times.begin(), times.end());
    std::string text;
    for (const int t : times) text += std::to_string(t) + "\n";
    TraceSettings s = trace_of(folder.write("p.tsv", text));
    s.repeat.times = *rc::gen::inRange(1, 6);
    s.repeat.every = whole_seconds(*rc::gen::inRange(1, 60));
    std::vector<std::int64_t> expected;
    for (std::int64_t copy = 0; copy < s.repeat.times; ++copy) {
      for (const int t : times) expected.push_back((s.repeat.every * copy).ns + t * second);
    }
    std::sort(expected.begin(), expected.end());
    RC_ASSERT(read(s).at_ns == expected);
  }));
}

TEST_CASE("keys are ranked by popularity, then by appearance") {
  KeyRanks keys;
  for (const std::uint64_t key : {7, 5, 9, 5, 9, 1}) keys.count(key);
  keys.rank();
  CHECK(keys.of(5) == 0);
  CHECK(keys.of(9) == 1);
  CHECK(keys.of(7) == 2);
  CHECK(keys.of(1) == 3);
}
