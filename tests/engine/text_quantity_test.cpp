#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>

#include "scenarios/engine/text/quantity.h"

using namespace wavetank;
using namespace wavetank::engine;

namespace {

template <class T>
T good(const Parsed<T>& parsed) {
  INFO(parsed.what);
  REQUIRE(parsed.value.has_value());
  return *parsed.value;
}

template <class T>
std::string refusal(const Parsed<T>& parsed) {
  REQUIRE_FALSE(parsed.value.has_value());
  return parsed.what + " | " + parsed.hint;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("durations are exact and compound from large to small") {
  CHECK(good(parse_duration("250ms")) == milliseconds(250));
  CHECK(good(parse_duration("10s")) == whole_seconds(10));
  CHECK(good(parse_duration("1m30s")) == whole_seconds(90));
  CHECK(good(parse_duration("1h30m500us")) == minutes(90) + microseconds(500));
  CHECK(good(parse_duration("1.5s")) == milliseconds(1500));
  CHECK(good(parse_duration("0.1s")) == milliseconds(100));  // exact: no double on the way
  CHECK(good(parse_duration("10ns")) == nanoseconds(10));
  CHECK(good(parse_duration("1e-3s")) == milliseconds(1));
  CHECK(good(parse_duration("-5s")) == whole_seconds(-5));
  CHECK(good(parse_duration("9223372036854775807ns")) == duration_max);
}

TEST_CASE("a duration that is wrong says why and what to write") {
  CHECK(refusal(parse_duration("250")) ==
        "250 is a bare number where a duration belongs | Did you mean \"250ms\" or \"250s\"?");
  CHECK(contains(refusal(parse_duration("10 s")), "Did you mean \"10s\"?"));
  CHECK(contains(refusal(parse_duration("10sec")), "unknown unit \"sec\" | Did you mean \"10s\"?"));
  CHECK(contains(refusal(parse_duration("2 minutes 10 Seconds")), "Did you mean \"2m10s\"?"));
  CHECK(contains(refusal(parse_duration("30s1m")), "from large to small"));
  CHECK(contains(refusal(parse_duration("1s1s")), "each once"));
  CHECK(contains(refusal(parse_duration("1m30")), "ends without a unit"));
  CHECK(contains(refusal(parse_duration("0.5ns")), "not a whole number of nanoseconds"));
  CHECK(contains(refusal(parse_duration("3000000h")), "too large"));
  CHECK(contains(refusal(parse_duration("9223372036854775807ns1ns")), "each once"));
  CHECK(contains(refusal(parse_duration("2562047h60m")), "too large"));
  CHECK(contains(refusal(parse_duration("3 weeks")), "unknown unit"));
  for (const char* text : {"", "-", "s", "soon", "--1s", ".5s", "+5s", " 5s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).value.has_value());
  }
}

TEST_CASE("sizes keep decimal and binary apart") {
  CHECK(good(parse_bytes("16GB")).count == 16'000'000'000);
  CHECK(good(parse_bytes("16GiB")) == gib(16));
  CHECK(good(parse_bytes("512KiB")) == kib(512));
  CHECK(good(parse_bytes("10B")).count == 10);
  CHECK(good(parse_bytes("1.5KiB")).count == 1536);
  CHECK(contains(refusal(parse_bytes("1.3KiB")), "not a whole number of bytes"));
  CHECK(contains(refusal(parse_bytes("64KB")), "Did you mean \"64kB\" or \"64KiB\"?"));
  CHECK(contains(refusal(parse_bytes("2 g")), "Did you mean \"2GB\" or \"2GiB\"?"));
  CHECK(contains(refusal(parse_bytes("512")), "Did you mean \"512MB\" or \"512MiB\"?"));
  CHECK(contains(refusal(parse_bytes("9000PiB")), "too large"));
}

TEST_CASE("rates, bandwidths, counts and percentages") {
  CHECK(good(parse_rate("500/s")).per_s == 500);
  CHECK(good(parse_rate("30/m")).per_s == 0.5);
  CHECK(good(parse_rate("2/h")).per_s == 2.0 / 3600);
  CHECK(good(parse_rate("10k/s")).per_s == 10'000);
  CHECK(contains(refusal(parse_rate("500")), "Did you mean \"500/s\"?"));
  CHECK(contains(refusal(parse_rate("500/min")), "Did you mean \"500/m\"?"));
  CHECK(contains(refusal(parse_rate("1e999/s")), "not a rate"));

  CHECK(good(parse_bandwidth("125MB/s")).bytes_per_s == 125'000'000);
  CHECK(good(parse_bandwidth("1Gbit/s")).bytes_per_s == 125'000'000);
  CHECK(good(parse_bandwidth("unlimited")).bytes_per_s == 0);
  CHECK(contains(refusal(parse_bandwidth("125MB")), "Did you mean \"125MB/s\"?"));
  CHECK(contains(refusal(parse_bandwidth("125")), "Did you mean \"125MB/s\"?"));

  CHECK(good(parse_count("1000")) == 1000);
  CHECK(good(parse_count("10k")) == 10'000);
  CHECK(good(parse_count("2.5M")) == 2'500'000);
  CHECK(good(parse_count("1e6")) == 1'000'000);
  CHECK(good(parse_count("-3")) == -3);
  CHECK(contains(refusal(parse_count("1.5")), "not a whole number"));
  CHECK(contains(refusal(parse_count("10K")), "Did you mean \"10k\"?"));
  CHECK(contains(refusal(parse_count("99999999999999999999")), "too large"));

  CHECK(good(parse_ratio("30%")).value == 0.3);
  CHECK(good(parse_ratio("99.9%")).value == 0.999);
  CHECK(refusal(parse_ratio("0.3")) ==
        "0.3 is a bare number where a percentage belongs | Write \"30%\".");
  CHECK(contains(refusal(parse_ratio("30")), "Write \"30%\"."));
  CHECK(contains(refusal(parse_ratio("30 %")), "Did you mean \"30%\"?"));
  CHECK(contains(refusal(parse_ratio("0.5x")), "Did you mean \"50%\"?"));
  CHECK(contains(refusal(parse_ratio("2x")), "Did you mean \"200%\"?"));
  CHECK(contains(refusal(parse_ratio("0.3 share")), "Did you mean \"30%\"?"));
}

TEST_CASE("laws are calls with arguments that carry units") {
  const Law law = good(parse_duration_law("hyperexponential(99.9%, 100us, 10ms)")).law;
  CHECK(law == Law{.kind = Law::Kind::hyperexponential, .a = 0.999, .b = 1e-4, .c = 0.01,
                   .values = {}});
  CHECK(good(parse_duration_law("20ms")).law == Law{.a = 0.02, .values = {}});
  CHECK(good(parse_duration_law("1m30s")).law == Law{.a = 90, .values = {}});
  CHECK(good(parse_duration_law("uniform(1ms,5ms)")).law ==
        Law{.kind = Law::Kind::uniform, .a = 0.001, .b = 0.005, .values = {}});
  CHECK(good(parse_duration_law("erlang( 20ms , 4 )")).law ==
        Law{.kind = Law::Kind::erlang, .a = 0.02, .b = 4, .values = {}});
  CHECK(good(parse_size_law("lognormal(1KiB, 1.2)")).law ==
        Law{.kind = Law::Kind::lognormal, .a = 1024, .b = 1.2, .values = {}});
  CHECK(good(parse_duration_law("empirical(1ms, 2ms)")).law.values ==
        std::vector<double>{0.001, 0.002});
}

TEST_CASE("a law that is wrong says why") {
  const auto why = [](const char* text) { return refusal(parse_duration_law(text)); };
  CHECK(contains(why("exponental(20ms)"), "Did you mean \"exponential\"?"));
  CHECK(contains(why("normal(20ms)"), "\"normal\""));
  CHECK(contains(why("exponential(20)"), "Did you mean \"20ms\" or \"20s\"?"));
  CHECK(contains(why("exponential(1ms, 2ms)"), "has 2 arguments, not 1"));
  CHECK(contains(why("exponential()"), "\"\" is not a duration"));
  CHECK(contains(why("exponential"), "Write it like \"exponential(1ms)\"."));
  CHECK(contains(why("exponential(1ms"), "no closing bracket"));
  CHECK(contains(why("uniform(5ms, 1ms)"), "low end is above"));
  CHECK(contains(why("erlang(1ms, 1.5)"), "not a whole number"));
  CHECK(contains(why("erlang(1ms, 0)"), "phases"));
  CHECK(contains(why("hyperexponential(120%, 1ms, 2ms)"), "above 100%"));
  CHECK(contains(why("pareto(1ms, 0)"), "alpha"));
  CHECK(contains(why("exponential(-1ms)"), "negative"));
  CHECK(contains(why("20"), "Did you mean \"20ms\" or \"20s\"?"));
  CHECK(contains(refusal(parse_size_law("exponential(20ms)")), "unknown unit \"ms\""));
  CHECK(contains(refusal(parse_size_law("pareto(20)")), "Write it like \"pareto(1KiB, 1.5)\"."));
}

TEST_CASE("values print as their shortest readable text") {
  CHECK(text_of(whole_seconds(90)) == "90s");
  CHECK(text_of(minutes(90)) == "90m");
  CHECK(text_of(milliseconds(50)) == "50ms");
  CHECK(text_of(milliseconds(1500)) == "1.5s");
  CHECK(text_of(whole_seconds(0)) == "0s");
  CHECK(text_of(hours(24)) == "24h");
  CHECK(text_of(gib(16)) == "16GiB");
  CHECK(text_of(gigabytes(16)) == "16GB");
  CHECK(text_of(Bandwidth{125'000'000}) == "125MB/s");
  CHECK(text_of(Bandwidth{0}) == "unlimited");
  CHECK(text_of(Rate{500}) == "500/s");
  CHECK(text_of(Rate{0.5}) == "30/m");
  CHECK(text_of(Ratio{0.3}) == "30%");
  CHECK(text_of(Ratio{0.999}) == "99.9%");
  CHECK(text_of(std::int64_t{1'000'000}) == "1M");
  CHECK(text_of(std::int64_t{1'234}) == "1234");
  CHECK(text_of(1.5) == "1.5");
  CHECK(text_of(good(parse_duration_law("erlang(20ms, 4)"))) == "erlang(20ms, 4)");
  CHECK(text_of(good(parse_duration_law("hyperexponential(99.9%, 100us, 10ms)"))) ==
        "hyperexponential(99.9%, 100us, 10ms)");
  CHECK(text_of(good(parse_size_law("uniform(1KiB, 2MB)"))) == "uniform(1KiB, 2MB)");
}

namespace {

/// Doubles of every size that a setting may have.
rc::Gen<double> positive() {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 53),
                                    rc::gen::inRange(-90, 30)),
                      [](const std::pair<std::int64_t, int>& parts) {
                        double value = static_cast<double>(parts.first);
                        for (int i = parts.second; i < 0; ++i) value /= 2;
                        for (int i = parts.second; i > 0; --i) value *= 2;
                        return value;
                      });
}

/// Integers of every size, round ones among them.
rc::Gen<std::int64_t> whole() {
  const auto scaled = rc::gen::map(
      rc::gen::pair(rc::gen::inRange<std::int64_t>(-5000, 5000),
                    rc::gen::element<std::int64_t>(1, 1000, 1024, 60'000'000'000, 1 << 30)),
      [](const std::pair<std::int64_t, std::int64_t>& parts) {
        return parts.first * parts.second;
      });
  return rc::gen::oneOf(scaled, rc::gen::arbitrary<std::int64_t>(),
                        rc::gen::just(std::numeric_limits<std::int64_t>::max()));
}

void round_trips(bool holds, const std::string& text) {
  RC_LOG() << text << '\n';
  RC_ASSERT(holds);
}

}  // namespace

TEST_CASE("every value reads back from its text") {
  CHECK(rc::check("duration", [] {
    const Duration value{*whole()};
    RC_PRE(value.ns != std::numeric_limits<std::int64_t>::min());
    const auto text = text_of(value);
    round_trips(parse_duration(text).value == value, text);
  }));
  CHECK(rc::check("bytes", [] {
    const Bytes value{*whole()};
    const auto text = text_of(value);
    round_trips(parse_bytes(text).value == value, text);
  }));
  CHECK(rc::check("bandwidth", [] {
    const Bandwidth value{*whole()};
    const auto text = text_of(value);
    round_trips(parse_bandwidth(text).value == value, text);
  }));
  CHECK(rc::check("count", [] {
    const std::int64_t value = *whole();
    const auto text = text_of(value);
    round_trips(parse_count(text).value == value, text);
  }));
  CHECK(rc::check("rate", [] {
    const Rate value{*positive()};
    const auto text = text_of(value);
    round_trips(parse_rate(text).value == value, text);
  }));
  CHECK(rc::check("ratio", [] {
    const Ratio value{*positive()};
    const auto text = text_of(value);
    round_trips(parse_ratio(text).value == value, text);
  }));
  CHECK(rc::check("number", [] {
    const double value = *positive();
    const auto text = text_of(value);
    round_trips(parse_number(text).value == value, text);
  }));
}

TEST_CASE("every law reads back from its text") {
  const auto law = [] {
    Law out;
    out.kind = static_cast<Law::Kind>(*rc::gen::inRange(0, 9));
    out.a = *positive();
    if (out.kind == Law::Kind::empirical) {
      out.a = 0;
      for (int i = *rc::gen::inRange(1, 5); i > 0; --i) out.values.push_back(*positive());
      return out;
    }
    if (out.kind == Law::Kind::constant || out.kind == Law::Kind::exponential) return out;
    out.b = *positive();
    if (out.kind == Law::Kind::uniform && out.a > out.b) std::swap(out.a, out.b);
    if (out.kind == Law::Kind::erlang) out.b = *rc::gen::inRange(1, 1000);
    if (out.kind == Law::Kind::hyperexponential) {
      out.a = *rc::gen::inRange(0, 1001) / 1000.0;
      out.c = *positive();
    }
    return out;
  };
  CHECK(rc::check("law of durations", [&] {
    const DurationLaw value{law()};
    const auto text = text_of(value);
    const auto back = parse_duration_law(text).value;
    round_trips(back && back->law == value.law, text);
  }));
  CHECK(rc::check("law of sizes", [&] {
    const SizeLaw value{law()};
    const auto text = text_of(value);
    const auto back = parse_size_law(text).value;
    round_trips(back && back->law == value.law, text);
  }));
}

TEST_CASE("no text makes a parser fail otherwise than by a refusal") {
  const auto pieces = rc::gen::element<std::string>(
      "1", "0", "250", ".", "-", "e", "9999999999", "h", "m", "s", "ms", "us", "ns", "%", "/", "/s",
      "k", "M", "G", "B", "KiB", "GB", "bit", "(", ")", ",", " ", "uniform", "empirical", "\xff",
      std::string(1, '\0'), "\xc2\xb5");
  CHECK(rc::check([&] {
    std::string text;
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(pieces)) text += piece;
    const auto checked = [](const auto& parsed) {
      RC_ASSERT(parsed.value.has_value() != !parsed.what.empty());
    };
    checked(parse_duration(text));
    checked(parse_rate(text));
    checked(parse_bytes(text));
    checked(parse_bandwidth(text));
    checked(parse_count(text));
    checked(parse_ratio(text));
    checked(parse_number(text));
    checked(parse_duration_law(text));
    checked(parse_size_law(text));
  }));
}
