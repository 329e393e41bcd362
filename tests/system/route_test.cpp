#include "system/route.h"

#include <doctest/doctest.h>

using namespace wavetank::service;
using Kind = RouteStep::Kind;

TEST_CASE("a route nests sequences, branches and choices") {
  const ParsedRoute parsed = parse_route(" api->all( a , b -> choice(25% c, 75% api) ) -> api");
  REQUIRE(parsed.value.has_value());
  RouteStep route = *parsed.value;
  REQUIRE(route.kind == Kind::sequence);
  REQUIRE(route.steps.size() == 3);
  const RouteStep& all = route.steps[1];
  CHECK(all.kind == Kind::all);
  const RouteStep& choice = all.steps[1].steps[1];
  CHECK(choice.kind == Kind::choice);
  CHECK(choice.shares[0] == doctest::Approx(0.25));
  CHECK(choice.shares[1] == 1);
  CHECK(resolve_route(route, {"a", "api", "b"}) == "c");
  CHECK(resolve_route(route, {"a", "api", "b", "c"}).empty());
  CHECK(route.steps[0].nth == 0);
  CHECK(route.steps[1].steps[1].steps[1].steps[1].nth == 1);
  CHECK(route.steps[2].nth == 2);
}

TEST_CASE("a choice without shares is fair") {
  const ParsedRoute parsed = parse_route("choice(a, b, c, d)");
  REQUIRE(parsed.value.has_value());
  CHECK(parsed.value->shares[0] == 0.25);
  CHECK(parsed.value->shares[3] == 1);
}

TEST_CASE("what is wrong with a route is said") {
  for (const char* wrong : {"", "->", "a ->", "a b", "all(a", "all()", "some(a)", "a, b",
                            "choice(50% a, b)", "choice(50% a, 40% b)", "all(a))", "50% a"}) {
    CAPTURE(wrong);
    const ParsedRoute parsed = parse_route(wrong);
    CHECK(!parsed.value.has_value());
    CHECK(!parsed.what.empty());
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "all(";
  CHECK(!parse_route(deep).value.has_value());
}
