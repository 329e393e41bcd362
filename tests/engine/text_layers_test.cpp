#include <doctest/doctest.h>

#include <map>

#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/layers.h"

using namespace wavetank::engine;

namespace {

using Files = std::map<std::string, std::string>;

/// Loads the file "s/run.json" of a file system in memory.
std::optional<Node> load_from(const Files& files, const std::vector<std::string>& overrides,
                              Problems& problems) {
  return load("s/run.json", overrides, problems, [&](const std::string& path, Problems& why) {
    const auto found = files.find(path);
    if (found != files.end()) return std::optional<std::string>(found->second);
    why.add({path, 0, 0, "", "there is no such file", ""});
    return std::optional<std::string>();
  });
}

std::string good(const Files& files, const std::vector<std::string>& overrides = {}) {
  Problems problems;
  const auto root = load_from(files, overrides, problems);
  INFO(problems.text());
  REQUIRE(root.has_value());
  REQUIRE(problems.empty());
  return write_json_line(*root);
}

std::string refusal(const Files& files, const std::vector<std::string>& overrides = {}) {
  Problems problems;
  load_from(files, overrides, problems);
  return problems.text();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("objects merge, lists replace, the scenario wins") {
  const Files files = {
      {"s/run.json", R"({"$schema": "x", "include": ["a.json", "sub/b.json"],
                         "system": {"api": {"replicas": 9}}, "load": [1]})"},
      {"s/a.json", R"({"seed": 1, "system": {"api": {"replicas": 1, "timeout": "1s"}, "db": 1},
                       "load": [7, 8]})"},
      {"s/sub/b.json", R"({"include": ["../c.json"], "seed": 2})"},
      {"s/c.json", R"({"seed": 3, "title": "from c"})"},
  };
  CHECK(good(files) ==
        R"({"seed":2,"system":{"api":{"replicas":9,"timeout":"1s"},"db":1},"load":[1],)"
        R"("title":"from c"})");
}

TEST_CASE("an override of other bytes than UTF-8 is refused") {
  const Files files = {{"s/run.json", "{}"}};
  CHECK(refusal(files, {"title=a\xff"}) == "--set title=a\\xff: it is not UTF-8.\n");
  CHECK(good(files, {"title=\u00e9"}) == "{\"title\":\"\u00e9\"}");
}

TEST_CASE("every value remembers its layer") {
  const Files files = {
      {"s/run.json", "{\"include\": [\"a.json\"],\n \"x\": {\"mine\": 1}}"},
      {"s/a.json", "{\n\n\"x\": {\"yours\": 2}, \"list\": [{\"a\": 1}]}"},
  };
  Problems problems;
  const auto root = load_from(files, {"x.set=3", "list.0.a=4"}, problems);
  REQUIRE(problems.empty());
  const auto origin = [&](const char* path) { return origin_of(find_path(*root, path)->place); };
  CHECK(origin("x.mine") == "run.json:2");
  CHECK(origin("x.yours") == "include a.json:3");
  CHECK(origin("x.set") == "--set");
  CHECK(origin("list.0.a") == "--set");
  CHECK(origin("list.0") == "include a.json:3");
}

TEST_CASE("includes that cannot be") {
  CHECK(contains(refusal({{"s/run.json", R"({"include": ["none.json"]})"}}),
                 "s/run.json:1:14: /include/0: cannot include \"s/none.json\": there is no such "
                 "file. Paths are relative"));
  CHECK(contains(refusal({{"s/run.json", R"({"include": "a.json"})"}}),
                 "s/run.json:1:13: /include: a list of files belongs here, not a text"));
  CHECK(contains(refusal({{"s/run.json", R"({"include": [1, ""]})"}}),
                 "/include/0: a file name belongs here, not a number"));
  CHECK(contains(refusal({{"s/run.json", R"({"include": [{}, ""]})"}}), "/include/1: "));
  const std::string circle = refusal({{"s/run.json", R"({"include": ["a.json"]})"},
                                      {"s/a.json", R"({"include": ["../s/./run.json"]})"}});
  CHECK(contains(circle, "s/a.json:1:14: /include/0: a file includes itself: s/run.json -> "
                         "s/a.json -> s/run.json"));
  CHECK(contains(refusal({{"s/run.json", R"({"include": ["a.json"]})"}, {"s/a.json", "{\"a\" 1}"}}),
                 "s/a.json:1:6: "));
  CHECK(contains(refusal({{"s/run.json", "[]"}}), "a scenario is an object, this is a list"));
  CHECK(contains(refusal({}), "s/run.json: there is no such file"));
}

TEST_CASE("a file may be included twice, but includes do not multiply without end") {
  CHECK(good({{"s/run.json", R"({"include": ["a.json", "b.json"]})"},
              {"s/a.json", R"({"include": ["c.json"], "a": 1})"},
              {"s/b.json", R"({"include": ["c.json"], "b": 1})"},
              {"s/c.json", R"({"c": 1})"}}) == R"({"c":1,"a":1,"b":1})");
  Files files = {{"s/run.json", R"({"include": ["0.json"]})"}};
  for (int i = 0; i < 30; ++i) {
    const std::string next = '"' + std::to_string(i + 1) + ".json\"";
    files["s/" + std::to_string(i) + ".json"] = R"({"include": [)" + next + ',' + next + "]}";
  }
  files["s/30.json"] = "{}";
  CHECK(contains(refusal(files), "more than 64 files are included"));
}

TEST_CASE("--set reaches everything") {
  const Files files = {{"s/run.json", R"({"seed": 1, "a": {"b": {"c": 1}}, "load": [{"x": 1}]})"}};
  CHECK(good(files, {"seed=42"}) == R"({"seed":42,"a":{"b":{"c":1}},"load":[{"x":1}]})");
  CHECK(good(files, {"a.b=5m"}) == R"({"seed":1,"a":{"b":"5m"},"load":[{"x":1}]})");
  CHECK(good(files, {"a.b.d=true", "a.b.c=\"7\""}) ==
        R"({"seed":1,"a":{"b":{"c":"7","d":true}},"load":[{"x":1}]})");
  CHECK(good(files, {"load.0.x=[1,{\"y\":2}]"}) ==
        R"({"seed":1,"a":{"b":{"c":1}},"load":[{"x":[1,{"y":2}]}]})");
  CHECK(good(files, {"new.deep.path=a=b", "seed="}) ==
        R"({"seed":"","a":{"b":{"c":1}},"load":[{"x":1}],"new":{"deep":{"path":"a=b"}}})");
  CHECK(good(files, {"load.0=null"}) == R"({"seed":1,"a":{"b":{"c":1}},"load":[null]})");
}

TEST_CASE("--set that cannot be") {
  const Files files = {{"s/run.json", R"({"seed": 1, "load": [{"x": 1}]})"}};
  const auto why = [&](const std::string& assignment) { return refusal(files, {assignment}); };
  CHECK(why("load.1.x=2") ==
        "--set load.1.x=2: /load/1: index 1 is beyond the end of a list of 1. To add to a list, "
        "set the whole list.\n");
  CHECK(contains(why("load.first=2"), "/load: \"first\" is no index"));
  CHECK(contains(why("load.-1=2"), "/load: \"-1\" is no index"));
  CHECK(contains(why("seed.x=2"), "/seed: this is a number, not an object"));
  CHECK(contains(why("loads.0.x=2"), "/loads/0: there is no list to index"));
  CHECK(contains(why("seed"), "there is no \"=\""));
  CHECK(contains(why("=1"), "a path is missing"));
  for (const char* text : {"a..b=1", ".a=1", "a.=1"}) CHECK(contains(why(text), "empty step"));
  CHECK(contains(why("include=[\"x\"]"), "include cannot be set"));
  CHECK(contains(why("load=[1,"), "not JSON"));
  CHECK(contains(why("a={\"b\":1,\"b\":2}"), "repeated"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "a.";
  CHECK(contains(why(deep + "a=1"), "too deep"));
  CHECK(contains(why("a=" + std::string(100'000, '[')), "nested"));
}
