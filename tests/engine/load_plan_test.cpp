#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

#include "scenarios/engine/load/arrival_source.h"
#include "scenarios/engine/load/output_book.h"
#include "tests/engine/load_subject.h"
#include "tests/engine/trace_files.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::loads_of;
using wavetank::engine::test::TempFolder;

namespace {

struct Planned {
  Arrival arrival;
  PlannedRequest request;
};

std::vector<Planned> all(const LoadPlan& plan, std::size_t place) {
  const PlannedLoad& load = plan.loads()[place];
  ArrivalSource source(load);
  std::vector<Planned> out;
  while (const auto arrival = source.next()) out.push_back({*arrival, load.request(*arrival)});
  return out;
}

}  // namespace

TEST_CASE("a class is drawn by weight and starts from the entry's own fields") {
  const auto entries = loads_of(R"json([{
    "name": "a", "shape": "steady", "rate": "100/s", "for": "100s", "fresh_within": "1m",
    "work": {"input": "1GB", "executors": 7},
    "classes": [{"weight": 3, "priority": "P0", "critical": true, "action": 4},
                {"weight": 1, "priority": "P2", "fresh_within": "1h", "fresh_for": "2h"}]}])json");
  const LoadPlan plan(entries, 42);
  std::map<Priority, int> seen;
  for (const Planned& one : all(plan, 0)) {
    const Ticket& ticket = one.request.ticket;
    ++seen[ticket.priority];
    REQUIRE(one.request.work.input == gigabytes(1));
    REQUIRE(one.request.work.executors == 7);
    const bool first = ticket.priority == Priority::p0;
    REQUIRE(ticket.critical == first);
    REQUIRE(ticket.action == (first ? 4 : 0));
    REQUIRE(one.request.work.action == ticket.action);
    REQUIRE(ticket.fresh_by == one.arrival.at + (first ? minutes(1) : hours(1)));
    REQUIRE(ticket.fresh_for == (first ? Duration{} : hours(2)));
    REQUIRE(ticket.planned == one.arrival.at);
  }
  CHECK(seen[Priority::p0] + seen[Priority::p2] == 10'000);
  CHECK(seen[Priority::p0] > 7'500 - 5 * 44);  // five standard deviations
  CHECK(seen[Priority::p0] < 7'500 + 5 * 44);
}

TEST_CASE("no window is no deadline") {
  const LoadPlan plan(loads_of(R"([{"name": "a", "shape": "steady", "rate": "1/s", "for": "2s"}])"),
                      1);
  CHECK(all(plan, 0)[1].request.ticket.fresh_by == time_max);
}

TEST_CASE("keys follow their law; the hot ones take their share") {
  const auto entries = loads_of(R"json([
    {"name": "a", "shape": "steady", "rate": "1000/s", "for": "100s",
     "keys": {"count": "1k", "zipf": 1}},
    {"name": "b", "shape": "steady", "rate": "1000/s", "for": "100s",
     "keys": {"count": 500, "hot": 10, "hot_ratio": "40%"}},
    {"name": "c", "shape": "steady", "rate": "1/s", "for": "10s"}])json");
  const LoadPlan plan(entries, 7);
  std::vector<int> zipf(1000);
  for (const Planned& one : all(plan, 0)) ++zipf.at(one.request.ticket.entity.value);
  // The first of 1,000 keys has 1 / H(1000) = 13.36 % of the requests.
  CHECK(zipf[0] > 13'360 - 5 * 108);
  CHECK(zipf[0] < 13'360 + 5 * 108);
  int hot = 0;
  for (const Planned& one : all(plan, 1)) hot += one.request.ticket.entity.value < 10 ? 1 : 0;
  // 40 %, and the hot keys' even part of the rest: 41.2 %.
  CHECK(hot > 41'200 - 5 * 156);
  CHECK(hot < 41'200 + 5 * 156);
  CHECK(all(plan, 2)[0].request.own_key);
  // Own keys lie behind all keys that are chosen by rank.
  CHECK(plan.own_entity({3}) == EntityId{1003});
}

TEST_CASE("what a request asks for depends on the seed, its load and its index alone") {
  const std::string a = R"json({"name": "a", "shape": "steady", "rate": "10/s", "for": "10s",
    "keys": {"count": 100, "zipf": 1}, "work": {"input": "exponential(1GB)"}})json";
  const std::string b = R"({"name": "b", "shape": "poisson", "rate": "10/s", "for": "10s"})";
  const LoadPlan alone(loads_of("[" + a + "]"), 5);
  const LoadPlan beside(loads_of("[" + a + "," + b + "]"), 5);
  auto doubled = loads_of("[" + a + "]");
  doubled[0].scale = 2;
  const LoadPlan twice(doubled, 5);
  const LoadPlan other(loads_of("[" + a + "]"), 6);
  const auto one = all(alone, 0);
  const auto two = all(beside, 0);
  const auto many = all(twice, 0);
  const auto different = all(other, 0);
  REQUIRE(one.size() == 100);
  REQUIRE(many.size() == 200);
  int equal = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].request.work.input == two[i].request.work.input);
    CHECK(one[i].request.ticket.entity == many[i].request.ticket.entity);
    CHECK(one[i].request.work.input == many[i].request.work.input);
    equal += one[i].request.work.input == different[i].request.work.input ? 1 : 0;
  }
  CHECK(equal == 0);
}

TEST_CASE("a trace's columns come before the draws; its priority chooses among the classes") {
  const TempFolder folder;
  const std::string file = folder.write("t.csv", "t,k,p,in\n0,x,P2,5\n1,y,,\n2,y,P1,7\n3,x,P0,\n");
  const auto entries = loads_of(R"json([{"name": "a", "shape": "trace", "file": ")json" + file +
                                R"json(", "columns": {"time": "t", "key": "k", "priority": "p",
      "input": "in"}, "work": {"input": "9B", "shuffle": "3B"},
      "classes": [{"weight": 1, "priority": "P1", "action": 1},
                  {"weight": 1, "priority": "P2", "action": 2}]}])json");
  const auto rows = all(LoadPlan(entries, 3), 0);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].request.ticket.action == 2);
  CHECK(rows[2].request.ticket.action == 1);
  CHECK(rows[3].request.ticket.priority ==
        Priority::p0);  // no class has it: any class, its priority
  CHECK(rows[0].request.work.input.count == 5);
  CHECK(rows[1].request.work.input.count == 9);
  CHECK(rows[1].request.work.shuffle.count == 3);
  // Both keys appear twice: the first to appear is the more popular.
  CHECK(rows[0].request.ticket.entity.value == 0);
  CHECK(rows[1].request.ticket.entity.value == 1);
  CHECK(rows[3].request.ticket.entity.value == 0);
}

TEST_CASE("scale repeats rows under new ids; half of them at 1.5, and those at 1.7 again") {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + "\n";
  const std::string file = folder.write("t.tsv", text);
  const auto entries = [&file](const char* scale) {
    return loads_of(R"([{"name": "a", "shape": "trace", "columns": {"time": "1"}, "file": ")" +
                    file + R"(", "scale": )" + scale + "}]");
  };
  const auto indexes = [&](const char* scale) {
    std::vector<std::uint64_t> out;
    for (const Planned& one : all(LoadPlan(entries(scale), 3), 0)) out.push_back(one.arrival.index);
    return out;
  };
  CHECK(indexes("2").size() == 2000);
  CHECK(indexes("2")[1] == 1000);
  CHECK(indexes("2")[2] == 1);
  const auto half = indexes("0.5");
  CHECK(half.size() > 400);
  CHECK(half.size() < 600);
  const auto more = indexes("1.5");
  CHECK(more.size() == 1000 + half.size());
  auto most = indexes("1.7");
  std::sort(most.begin(), most.end());
  for (const std::uint64_t index : more) {
    REQUIRE(std::binary_search(most.begin(), most.end(), index));
  }
}

TEST_CASE("a spike's own arrivals go on at the rate of the moment") {
  const LoadPlan plan(loads_of(R"([{"name": "a", "at": "10s", "shape": "steady", "rate": "10/s",
    "for": "100s"}])"), 1);
  ArrivalSource extra(plan.loads()[0], Time{} + whole_seconds(60), 2, 5);
  std::vector<Arrival> out;
  while (const auto arrival = extra.next()) out.push_back(*arrival);
  REQUIRE(out.size() == 1000);  // 20/s from 60 s to the load's end at 110 s
  CHECK(out[0].at == Time{} + whole_seconds(60));
  CHECK(out[1].at == Time{} + milliseconds(60'050));
  CHECK(out[0].extra);
  CHECK(out[0].index == 5);
  CHECK(subject_of(0, 5, true) != subject_of(0, 5, false));
}

TEST_CASE("reads find what was offered long enough ago, most often the newest") {
  const LoadPlan plan(loads_of(R"json([
    {"name": "a", "shape": "steady", "rate": "10/s", "for": "100s", "priority": "P0",
     "critical": true, "fresh_for": "1h", "keys": {"count": 5}},
    {"name": "r", "shape": "steady", "rate": "1/s", "for": "1s", "kind": "output",
     "read": {"recent": 3, "zipf": 1, "after": "500ms"}},
    {"name": "k", "shape": "steady", "rate": "1/s", "for": "1s", "kind": "status",
     "read": {"by": "key", "zipf": 0, "after": "0s"}}])json"), 1);
  OutputBook book(plan);
  const PlannedLoad& load = plan.loads()[0];
  ArrivalSource source(load);
  CHECK(book.pick(1, 0, Time{}) == std::nullopt);
  std::map<std::uint32_t, std::uint32_t> newest;
  for (std::uint32_t i = 0; i < 20; ++i) {
    const auto arrival = source.next();
    PlannedRequest request = load.request(*arrival);
    request.ticket.output = book.next(false);
    CHECK(request.ticket.output.value == i);
    newest[request.ticket.entity.value] = i;
    book.offered(0, request);
  }
  // At 1.9 s the ones of 1.4 s and before may be read: the last three of them are 12, 13 and 14.
  std::map<std::uint32_t, int> seen;
  for (std::uint64_t subject = 0; subject < 1000; ++subject) {
    const auto ticket = book.pick(1, subject, Time{} + milliseconds(1900));
    REQUIRE(ticket.has_value());
    ++seen[ticket->output.value];
    CHECK(ticket->critical);
    CHECK(ticket->priority == Priority::p0);
    CHECK(ticket->fresh_for == hours(1));
    CHECK(ticket->planned == Time{} + milliseconds(100) * std::int64_t{ticket->output.value});
  }
  CHECK(seen.size() == 3);
  CHECK(seen[14] > seen[13]);
  CHECK(seen[13] > seen[12]);
  CHECK(seen[12] > 0);
  for (std::uint64_t subject = 0; subject < 100; ++subject) {
    const auto ticket = book.pick(2, subject, Time{} + whole_seconds(9));
    REQUIRE(ticket.has_value());
    CHECK(ticket->output.value == newest.at(ticket->entity.value));
  }
  // What a spike adds has ids behind all that are planned.
  CHECK(book.next(true).value == 1000);
  CHECK(book.next(false).value == 20);
  CHECK(book.next(true).value == 1001);
}
