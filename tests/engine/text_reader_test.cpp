#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/read_fields.h"
#include "tests/engine/text_subject.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::Subject;

namespace {

struct Reading {
  Subject subject;
  Problems problems;
  Provenance provenance;
};

Reading read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Reading out;
  const auto root = load_text(text, "x.json", overrides, out.problems);
  if (!root) return out;
  ReadFields reader(*root, out.problems, out.provenance);
  out.subject.describe(reader);
  reader.finish();
  return out;
}

Reading good(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Reading out = read(text, overrides);
  INFO(out.problems.text());
  REQUIRE(out.problems.empty());
  return out;
}

std::string refusal(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return read(text, overrides).problems.text();
}

std::string origin(const Reading& reading, const char* path) {
  const Setting* setting = find_setting(reading.provenance, path);
  return setting == nullptr ? "" : setting->value + " from " + setting->origin;
}

}  // namespace

TEST_CASE("every kind of field is read") {
  const Subject s = good(R"json({
    "title": "T", "steady": false, "replicas": "2k", "factor": 2.5, "loss": "30%",
    "timeout": "1.5ms", "memory": "2GiB", "network": "1Gbit/s", "rate": "30/m",
    "service": "uniform(1ms, 2ms)", "payload": "4KiB", "tags": ["x", "y"], "retry": "fixed",
    "pool": {"size": 7, "wait": "1s"},
    "faults": [{"fault": "key_skew", "at": "1m", "ratio": "5%", "keys": 3},
               {"fault": "cache_outage", "at": "2m", "mode": "flushed", "target": "cache"}]})json")
                        .subject;
  CHECK(s.title == "T");
  CHECK_FALSE(s.steady);
  CHECK(s.replicas == 2000);
  CHECK(s.factor == 2.5);
  CHECK(s.loss.value == 0.3);
  CHECK(s.timeout == microseconds(1500));
  CHECK(s.memory == gib(2));
  CHECK(s.network.bytes_per_s == 125'000'000);
  CHECK(s.rate.per_s == 0.5);
  CHECK(s.service.law == Law{.kind = Law::Kind::uniform, .a = 0.001, .b = 0.002, .values = {}});
  CHECK(s.payload.law == Law{.a = 4096, .values = {}});
  CHECK(s.tags == std::vector<std::string>{"x", "y"});
  CHECK(s.retry == Subject::Retry::fixed);
  CHECK(s.pool.size == 7);
  CHECK(s.pool.wait == whole_seconds(1));
  REQUIRE(s.faults.size() == 2);
  CHECK(s.faults[0].fault == "key_skew");
  CHECK(s.faults[0].ratio.value == 0.05);
  CHECK(s.faults[0].keys == 3);
  CHECK(s.faults[1].mode == 2);
  CHECK(s.faults[1].target == "cache");
}

TEST_CASE("an empty file keeps every default and says so") {
  const Reading reading = good("{}");
  CHECK(reading.subject.replicas == 3);
  CHECK(reading.subject.retry == Subject::Retry::jitter);
  CHECK(reading.provenance.size() == 15);
  for (const Setting& setting : reading.provenance) CHECK(setting.origin == "default");
  CHECK(origin(reading, "pool.wait") == "500ms from default");
  CHECK(origin(reading, "service") == "exponential(20ms) from default");
  CHECK(find_setting(reading.provenance, "network")->unit == "bandwidth");
}

TEST_CASE("provenance names the layer of each value") {
  const Reading reading = good("{\n\"replicas\": 2,\n\"faults\": [{\"fault\": \"key_skew\",\n"
                               "\"at\": \"1m\", \"ratio\": \"1%\"}]}",
                               {"pool.size=5", "title=42", "faults.0.ratio=7%"});
  CHECK(origin(reading, "replicas") == "2 from x.json:2");
  CHECK(origin(reading, "pool.size") == "5 from --set");
  CHECK(origin(reading, "title") == "42 from --set");  // typed text needs no quotes
  CHECK(origin(reading, "faults.0.at") == "1m from x.json:4");
  CHECK(origin(reading, "faults.0.ratio") == "7% from --set");
  CHECK(origin(reading, "faults.0.fault") == "key_skew from x.json:3");
  CHECK(origin(reading, "faults.0.keys") == "1 from default");
}

TEST_CASE("a preset shows where it changed a default and the file is silent") {
  Subject pristine;
  const Provenance defaults = defaults_of([&](Fields& f) { pristine.describe(f); });
  Subject weak;
  weak.retry = Subject::Retry::none;
  weak.replicas = 1;
  Reading reading;
  const std::string text = R"({"replicas": 1, "faults": [{"fault": "cache_outage", "at": "1s"}]})";
  const auto root = load_text(text, "x.json", {}, reading.problems);
  ReadFields reader(*root, reading.problems, reading.provenance);
  reader.preset("protections=none", defaults);
  weak.describe(reader);
  CHECK(origin(reading, "retry") == "none from protections=none");
  CHECK(origin(reading, "replicas") == "1 from x.json:1");
  CHECK(origin(reading, "pool.size") == "16 from default");
  CHECK(origin(reading, "faults.0.mode") == "down from default");  // no preset knows of entries
}

TEST_CASE("each error has its place and its hint") {
  CHECK(refusal("{\"timeout\": 250}") ==
        "x.json:1:13: /timeout: 250 is a bare number where a duration belongs. "
        "Did you mean \"250ms\" or \"250s\"?\n");
  CHECK(refusal("{\n \"loss\": 0.3}") ==
        "x.json:2:10: /loss: 0.3 is a bare number where a percentage belongs. Write \"30%\".\n");
  CHECK(refusal("{\"rate\": \"-5/s\"}") ==
        "x.json:1:10: /rate: -5/s is out of range. It must be at least 0/s.\n");
  CHECK(refusal("{\"loss\": \"120%\"}") ==
        "x.json:1:10: /loss: 120% is out of range. It must be at most 100%.\n");
  CHECK(refusal("{\"timeout\": \"10us\"}") ==
        "x.json:1:13: /timeout: 10us is out of range. It must be at least 1ms.\n");
  CHECK(refusal("{\"memory\": \"1B\"}") ==
        "x.json:1:12: /memory: 1B is out of range. It must be at least 1KiB.\n");
  CHECK(refusal("{\"service\": \"uniform(1ms, 2h)\"}") ==
        "x.json:1:13: /service: uniform(1ms, 2h) is out of range. It must be at most 1h.\n");
  CHECK(refusal("{\"factor\": 11}") ==
        "x.json:1:12: /factor: 11 is out of range. It must be at most 10.\n");
  CHECK(refusal("{\"factor\": \"2\"}") ==
        "x.json:1:12: /factor: a number belongs here, not a text (\"2\"). "
        "Write 2 without quotes.\n");
  CHECK(refusal("{\"steady\": \"yes\"}") ==
        "x.json:1:12: /steady: true or false belongs here, not a text (\"yes\"). "
        "Write true or false, without quotes.\n");
  CHECK(refusal("{\"title\": 7}") ==
        "x.json:1:11: /title: a text belongs here, not a number. Write \"7\".\n");
  CHECK(refusal("{\"replicas\": 1.5}") ==
        "x.json:1:14: /replicas: \"1.5\" is not a whole number. Write a whole number, or one with "
        "k, M or G, such as 1000, \"10k\" or \"2.5M\".\n");
  CHECK(refusal("{\"replicas\": null}") ==
        "x.json:1:14: /replicas: a count belongs here, not null.\n");
  CHECK(refusal("{\"pool\": []}") ==
        "x.json:1:10: /pool: an object belongs here, not a list. The pool.\n");
  CHECK(refusal("{\"tags\": [\"a\", 1]}") ==
        "x.json:1:10: /tags: in the list, at index 1, a text belongs here, not a number. "
        "Write \"1\".\n");
  CHECK(refusal("{\"tags\": [\"a\", \"b\", \"c\", \"d\"]}") ==
        "x.json:1:10: /tags: the list has 4 entries. It must have at most 3.\n");
  CHECK(refusal("{\"retry\": \"jiter\"}") ==
        "x.json:1:11: /retry: \"jiter\" is not a known retry. Did you mean \"jitter\"?\n");
  CHECK(refusal("{\"retry\": \"often\"}") ==
        "x.json:1:11: /retry: \"often\" is not a known retry. "
        "Known values: none, fixed, jitter.\n");
  CHECK(refusal("{\"retry\": 2}") ==
        "x.json:1:11: /retry: a text belongs here, not a number. "
        "Known values: none, fixed, jitter.\n");
  CHECK(refusal("{\"timeout\": \"2s\"}") ==
        "x.json:1:13: /timeout: the timeout must be shorter than pool.wait.\n");
}

TEST_CASE("unknown keys get the nearest name, or all that are known") {
  CHECK(refusal("{\"replica\": 2}") ==
        "x.json:1:2: /replica: \"replica\" is not a known key. Did you mean \"replicas\"?\n");
  CHECK(refusal("{\"pool\": {\"colour\": 2}}") ==
        "x.json:1:11: /pool/colour: \"colour\" is not a known key. "
        "Known keys here: size, wait.\n");
  CHECK(refusal("{}", {"pool.siez=2"}) ==
        "--set pool.siez=2: /pool/siez: \"siez\" is not a known key. Did you mean \"size\"?\n");
  CHECK(refusal("{}", {"pol.size=2"}) ==
        "--set pol.size=2: /pol: \"pol\" is not a known key. Did you mean \"pool\"?\n");
}

TEST_CASE("variants: the tag decides which keys are known") {
  const std::string skew = R"({"fault": "key_skew", "at": "1s", "ratio": "1%", "mode": "slow"})";
  CHECK(refusal("{\"faults\": [" + skew + "]}") ==
        "x.json:1:62: /faults/0/mode: \"mode\" is not a known key. "
        "Known keys here: at, target, fault, ratio, keys.\n");
  CHECK(refusal(R"({"faults": [{"fault": "key_skw", "at": "1s", "ratio": "1%"}]})") ==
        "x.json:1:23: /faults/0/fault: \"key_skw\" is not a known fault. "
        "Did you mean \"key_skew\"?\n");
  CHECK(refusal(R"({"faults": [{"at": "1s", "whatever": 1}]})") ==
        "x.json:1:13: /faults/0/fault: \"fault\" is missing. What goes wrong.\n");
  CHECK(refusal(R"({"faults": [{"fault": "key_skew"}]})") ==
        "x.json:1:13: /faults/0/at: \"at\" is missing. When it begins.\n"
        "x.json:1:13: /faults/0/ratio: \"ratio\" is missing. The share of requests.\n");
  CHECK(refusal(R"({"faults": [3, {"fault": "cache_outage", "at": "1s"}]})") ==
        "x.json:1:13: /faults/0: an object belongs here, not a number. "
        "What goes wrong, and when.\n");
  CHECK(refusal(R"({"faults": {}})") ==
        "x.json:1:12: /faults: a list of objects belongs here, not an object. Write [{ ... }].\n");
  CHECK(refusal(R"({"faults": [1, 2, 3, 4, 5]})") ==
        "x.json:1:12: /faults: the list has 5 entries. It must have at most 4.\n");
}

TEST_CASE("all problems are told at once") {
  const Reading reading = read(R"({
    "titel": "T", "steady": 1, "replicas": 0, "loss": 5, "retry": "x", "retry": "none",
    "pool": {"size": "many", "wait": "1 s", "x": 1},
    "faults": [{"fault": "key_skew", "at": 5, "ratio": "200%"}, {"fault": "none"}, []]})",
                               {"nowhere=1", "pool.wait.x=1"});
  INFO(reading.problems.text());
  CHECK(reading.problems.count() == 16);
  for (const char* pointer :
       {"/titel", "/steady", "/replicas", "/loss", "/retry", "/pool/size", "/pool/wait", "/pool/x",
        "/faults/0/at", "/faults/0/ratio", "/faults/1/at", "/faults/1/fault", "/faults/2",
        "/nowhere"}) {
    CAPTURE(pointer);
    bool found = false;
    for (const Problem& problem : reading.problems.all()) found |= problem.pointer == pointer;
    CHECK(found);
  }
}

TEST_CASE("several descriptions may share one object") {
  Problems problems;
  Provenance provenance;
  const auto root = load_text(R"({"system": {"a": 1, "b": 2, "c": 3}})", "x.json", {}, problems);
  std::int64_t a = 0;
  std::int64_t b = 0;
  ReadFields reader(*root, problems, provenance);
  reader.group("system", {}, [&](Fields& f) { f.field("a", a, {}); });
  reader.group("system", {}, [&](Fields& f) { f.field("b", b, {}); });
  reader.group("system", {}, [&](Fields& f) { f.field("b", b, {}); });
  CHECK(problems.empty());
  reader.finish();
  CHECK(a == 1);
  CHECK(b == 2);
  CHECK(problems.text() ==
        "x.json:1:29: /system/c: \"c\" is not a known key. Known keys here: a, b.\n");
  CHECK(provenance.size() == 2);
}

TEST_CASE("a list in the file replaces the list of the struct") {
  Problems problems;
  Provenance provenance;
  Subject subject;
  subject.faults.resize(2);
  subject.faults[0].target = "left over";
  const auto root =
      load_text(R"({"faults": [{"fault": "cache_outage", "at": "1s"}]})", "x.json", {}, problems);
  ReadFields reader(*root, problems, provenance);
  subject.describe(reader);
  REQUIRE(subject.faults.size() == 1);
  CHECK(subject.faults[0].target.empty());
}

TEST_CASE("a hostile number of unknown keys or entries is counted, not kept") {
  std::string keys = "{\"k0\": 0";
  for (int i = 1; i < 100'000; ++i) keys += ", \"k" + std::to_string(i) + "\": 0";
  const Reading reading = read(keys + '}');
  CHECK(reading.problems.count() == 100'000);
  CHECK(reading.problems.all().size() == Problems::kept_max);
  std::string entries = "{\"faults\": [{}";
  for (int i = 1; i < 100'000; ++i) entries += ",{}";
  CHECK(refusal(entries + "]}") ==
        "x.json:1:12: /faults: the list has 100000 entries. It may have at most 10000.\n");
}

TEST_CASE("mutated scenarios never crash, and what is accepted is within its bounds") {
  const std::string seed = R"json({"title": "T", "steady": false, "replicas": "2k", "loss": "30%",
    "timeout": "1.5ms", "service": "uniform(1ms, 2ms)", "tags": ["x"], "retry": "fixed",
    "pool": {"size": 7}, "faults": [{"fault": "key_skew", "at": "1m", "ratio": "5%"}]})json";
  CHECK(rc::check([&] {
    std::string text = seed;
    const int edits = *rc::gen::inRange(1, 6);
    for (int i = 0; i < edits; ++i) {
      const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size());
      switch (*rc::gen::inRange(0, 4)) {
        case 0: text[at] = static_cast<char>(*rc::gen::inRange(0, 256)); break;
        case 1: text.erase(at, *rc::gen::inRange<std::size_t>(1, 20)); break;
        case 2: text.insert(at, text.substr(at / 2, *rc::gen::inRange<std::size_t>(1, 30))); break;
        default:
          text.insert(at, *rc::gen::element<std::string>("\"", "{", "[", "9", "-", ",", "e9", "%"));
      }
      if (text.empty()) text = "{";
    }
    const Reading reading = read(text);
    if (!reading.problems.empty()) {
      RC_ASSERT(!reading.problems.text().empty());
      return;
    }
    RC_ASSERT(reading.subject.replicas >= 1);
    RC_ASSERT(reading.subject.loss.value >= 0 && reading.subject.loss.value <= 1);
    RC_ASSERT(reading.subject.timeout < reading.subject.pool.wait);
    RC_ASSERT(reading.subject.faults.size() <= 4u);
  }));
}
