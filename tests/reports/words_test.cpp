#include "reports/words.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace wavetank::reports {
namespace {

TEST_CASE("spans fit six columns") {
  CHECK(span(0) == "0s");
  CHECK(span(0.0000021) == "2.1us");
  CHECK(span(0.088) == "88ms");
  CHECK(span(0.9996) == "1s");
  CHECK(span(4.2) == "4.2s");
  CHECK(span(59.7) == "1m");
  CHECK(span(725) == "12m05s");
  CHECK(span(1800) == "30m");
  CHECK(span(7380) == "2h03m");
  CHECK(span(86400) == "24h");
  CHECK(span(276600) == "3d05h");
  CHECK(span(-4) == "-4s");
}

TEST_CASE("counts have their thousands apart") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(20975) == "20,975");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(about(20975) == "20,975");
  CHECK(about(4312907) == "4.3M");
  CHECK(count_of(1, "job", "jobs") == "1 job");
}

TEST_CASE("a name that is cut keeps both ends") {
  CHECK(cut("workers.slots", 20) == "workers.slots");
  CHECK(cut("queue.processes/1234", 14) == "queue.pr..1234");
  CHECK(cut("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 5) ==
        "\xc3\xa9\xc3\xa9..\xc3\xa9");
}

TEST_CASE("a percentage keeps its sign on its line") {
  CHECK(wrapped("errors stay at 22 %; and on", 17) ==
        std::vector<std::string>{"errors stay at", "22 %; and on"});
}

TEST_CASE("whatever is cut or wrapped stays within its width") {
  rc::check([](const std::string& text) {
    const auto width = static_cast<std::size_t>(*rc::gen::inRange(5, 60));
    RC_ASSERT(columns(cut(text, width)) <= width);
    for (const std::string& line : wrapped(text, width)) RC_ASSERT(columns(line) <= width);
  });
}

}  // namespace
}  // namespace wavetank::reports
