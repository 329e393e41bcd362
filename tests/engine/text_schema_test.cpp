#include <doctest/doctest.h>

// Under sanitizers gcc 12 warns of uninitialised members inside std::regex itself.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "scenarios/engine/text/list_fields.h"
#include "scenarios/engine/text/schema.h"
#include "tests/engine/text_subject.h"

using namespace wavetank;
using namespace wavetank::engine;
using nlohmann::json;
using wavetank::engine::test::Subject;

namespace {

json schema_of_subject() {
  Subject subject;
  SchemaFields fields;
  subject.describe(fields);
  return json::parse(fields.text("wavetank scenario"));
}

bool has_type(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

bool accepts(const json& schema, const json& value, std::set<std::string>& seen);

bool accepts(const json& schema, const json& value) {
  std::set<std::string> seen;
  return accepts(schema, value, seen);
}

bool type_fits(const json& schema, const json& value) {
  if (!schema.contains("type")) return true;
  const json& types = schema["type"];
  if (types.is_string()) return has_type(value, types);
  return std::any_of(types.begin(), types.end(),
                     [&](const json& type) { return has_type(value, type); });
}

bool scalar_fits(const json& schema, const json& value) {
  if (schema.contains("const") && schema["const"] != value) return false;
  if (schema.contains("enum")) {
    const json& names = schema["enum"];
    if (std::find(names.begin(), names.end(), value) == names.end()) return false;
  }
  if (schema.contains("pattern") && value.is_string()) {
    const std::regex pattern(schema["pattern"].get<std::string>());
    if (!std::regex_search(value.get<std::string>(), pattern)) return false;
  }
  if (!value.is_number()) return true;
  if (schema.contains("minimum") && value < schema["minimum"]) return false;
  return !schema.contains("maximum") || value <= schema["maximum"];
}

bool list_fits(const json& schema, const json& value) {
  if (!value.is_array()) return true;
  if (schema.contains("maxItems") && value.size() > schema["maxItems"]) return false;
  return std::all_of(value.begin(), value.end(), [&](const json& item) {
    return !schema.contains("items") || accepts(schema["items"], item);
  });
}

/// The part of draft 2020-12 that SchemaFields writes. `seen` collects the properties that some
/// part of the schema has judged, for unevaluatedProperties.
bool accepts(const json& schema, const json& value, std::set<std::string>& seen) {
  if (!type_fits(schema, value) || !scalar_fits(schema, value) || !list_fits(schema, value)) {
    return false;
  }
  if (!value.is_object()) return true;
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  const json& properties = schema.value("properties", json::object());
  for (const auto& [name, inner] : properties.items()) {
    if (!value.contains(name)) continue;
    if (!accepts(inner, value[name])) return false;
    seen.insert(name);
  }
  for (const json& rule : schema.value("allOf", json::array())) {
    if (accepts(rule["if"], value) && !accepts(rule["then"], value, seen)) return false;
  }
  const bool closed = schema.contains("additionalProperties") ||
                      schema.contains("unevaluatedProperties");
  for (const auto& [name, inner] : value.items()) {
    if (closed && !seen.contains(name)) return false;
  }
  return true;
}

std::vector<FieldRow> rows_of_subject() {
  std::vector<FieldRow> rows;
  Subject subject;
  ListFields fields(rows);
  subject.describe(fields);
  return rows;
}

}  // namespace

TEST_CASE("the schema says what each field is") {
  const json schema = schema_of_subject();
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["title"] == "wavetank scenario");
  const json& properties = schema["properties"];
  for (const char* name :
       {"$schema", "include", "title", "steady", "replicas", "factor", "loss", "timeout", "memory",
        "network", "rate", "service", "payload", "tags", "retry", "pool", "faults"}) {
    CAPTURE(name);
    REQUIRE(properties.contains(name));
    CHECK_FALSE(properties[name]["description"].get<std::string>().empty());
  }
  CHECK(properties["timeout"]["default"] == "250ms");
  CHECK(properties["timeout"]["description"] ==
        "Of one attempt. Unit: duration, at least 1ms. Vendor's name: max.poll.");
  CHECK(properties["replicas"]["default"] == 3);
  CHECK(properties["replicas"]["minimum"] == 1);
  CHECK(properties["retry"]["enum"] == json({"none", "fixed", "jitter"}));
  CHECK(properties["faults"]["maxItems"] == 4);
  const json& fault = properties["faults"]["items"];
  CHECK(fault["required"] == json({"at", "fault"}));
  CHECK(fault["unevaluatedProperties"] == false);
  CHECK(fault["allOf"].size() == 2);
  CHECK(fault["allOf"][0]["then"]["required"] == json({"ratio"}));
}

TEST_CASE("the schema accepts what the reader accepts, and its own defaults") {
  const json schema = schema_of_subject();
  CHECK(accepts(schema, json::object()));
  CHECK(accepts(schema, json::parse(R"json({
    "$schema": "x", "include": ["a.json"],
    "title": "T", "steady": false, "replicas": "2k", "factor": 2.5, "loss": "30%",
    "timeout": "1m30.5s", "memory": "2GiB", "network": "1Gbit/s", "rate": "30/m",
    "service": "uniform(1ms, 2ms)", "payload": "4KiB", "tags": ["x", "y"], "retry": "fixed",
    "pool": {"size": 7, "wait": "1s"},
    "faults": [{"fault": "key_skew", "at": "1m", "ratio": "5%", "keys": 3},
               {"fault": "cache_outage", "at": "2m", "mode": "flushed"}]})json")));
  for (const auto& [name, property] : schema["properties"].items()) {
    CAPTURE(name);
    if (property.contains("default")) CHECK(accepts(property, property["default"]));
  }
}

TEST_CASE("the schema refuses what an editor should mark") {
  const json schema = schema_of_subject();
  for (const char* text :
       {R"({"titel": "T"})", R"({"timeout": 250})", R"({"timeout": "250"})", R"({"timeout": "1x"})",
        R"({"loss": 0.3})", R"({"loss": "30"})", R"({"rate": "500"})", R"({"memory": "16gb"})",
        R"({"network": "125MB"})", R"({"replicas": 1.5})", R"({"replicas": 0})",
        R"({"replicas": "2K"})", R"({"steady": "yes"})", R"({"retry": "often"})",
        R"({"tags": [1]})",
        R"({"pool": {"colour": 1}})", R"({"pool": 1})", R"json({"service": "uniform(1ms"})json",
        R"({"faults": [{}]})", R"({"faults": [{"fault": "x", "at": "1s"}]})",
        R"({"faults": [{"fault": "key_skew", "at": "1s"}]})",
        R"({"faults": [{"fault": "key_skew", "at": "1s", "ratio": "1%", "mode": "slow"}]})",
        R"({"factor": 11})"}) {
    CAPTURE(text);
    CHECK_FALSE(accepts(schema, json::parse(text)));
  }
}

TEST_CASE("a variant with a default needs no tag") {
  SchemaFields fields;
  std::string shape = "steady";
  Rate rate;
  std::string file;
  const char* const shapes[] = {"steady", "trace"};
  const auto describe = [&](const std::string& kind, Fields& inner) {
    if (kind == "steady") inner.field("rate", rate, {});
    if (kind == "trace") inner.field("file", file, {.required = true});
  };
  fields.variant("shape", shape, shapes, {.help = "How load arrives."}, describe);
  const json schema = json::parse(fields.text("t"));
  CHECK(accepts(schema, json::parse(R"({"rate": "5/s"})")));
  CHECK(accepts(schema, json::parse(R"({"shape": "trace", "file": "x"})")));
  CHECK_FALSE(accepts(schema, json::parse(R"({"file": "x"})")));
  CHECK_FALSE(accepts(schema, json::parse(R"({"shape": "trace", "rate": "5/s"})")));
  CHECK(shape == "steady");
}

TEST_CASE("descriptions that share a group merge in the schema") {
  SchemaFields fields;
  std::int64_t a = 1;
  std::int64_t b = 2;
  fields.group("system", {.help = "S."}, [&](Fields& f) { f.field("a", a, {}); });
  fields.group("system", {.help = "S."}, [&](Fields& f) { f.field("b", b, {}); });
  const json schema = json::parse(fields.text("t"));
  CHECK(accepts(schema, json::parse(R"({"system": {"a": 1, "b": 2}})")));
  CHECK_FALSE(accepts(schema, json::parse(R"({"system": {"c": 1}})")));
}

TEST_CASE("rows list every field once, with a snippet to paste") {
  const auto rows = rows_of_subject();
  std::vector<std::string> paths;
  for (const FieldRow& row : rows) paths.push_back(row.path);
  CHECK(paths == std::vector<std::string>{
                     "title", "steady", "replicas", "factor", "loss", "timeout", "memory",
                     "network", "rate", "service", "payload", "tags", "retry", "pool.size",
                     "pool.wait", "faults[].at", "faults[].target", "faults[].fault",
                     "faults[key_skew].ratio", "faults[key_skew].keys",
                     "faults[cache_outage].mode"});
  const auto row = [&](const std::string& path) {
    for (const FieldRow& one : rows) {
      if (one.path == path) return one;
    }
    return FieldRow{};
  };
  CHECK(row("timeout").unit == "duration");
  CHECK(row("timeout").initial == "250ms");
  CHECK(row("timeout").vendor == "max.poll");
  CHECK(row("timeout").range == "at least 1ms");
  CHECK(row("replicas").source == "a guess");
  CHECK(row("replicas").snippet == R"("replicas": 3)");
  CHECK(row("retry").unit == "one of none, fixed, jitter");
  CHECK(row("tags").initial == R"(["a"])");
  CHECK(row("pool.size").snippet == R"("pool": { "size": 16 })");
  CHECK(row("pool.size").range == "from 1 to 1000");
  CHECK(row("faults[].at").required);
  CHECK(row("faults[].at").initial.empty());
  CHECK(row("faults[key_skew].ratio").snippet ==
        R"("faults": [{ "fault": "key_skew", "ratio": "100%" }])");
  CHECK(row("faults[].fault").snippet == R"("faults": [{ "fault": "key_skew" }])");
}

TEST_CASE("every snippet is accepted by the schema, but for what it leaves out") {
  const json schema = schema_of_subject();
  for (const FieldRow& row : rows_of_subject()) {
    CAPTURE(row.snippet);
    json scenario = json::parse('{' + row.snippet + '}');
    if (scenario.contains("faults")) {
      json& fault = scenario["faults"][0];
      if (!fault.contains("fault")) fault["fault"] = "cache_outage";
      fault["at"] = "1s";
      if (fault["fault"] == "key_skew") fault["ratio"] = "1%";
    }
    CHECK(accepts(schema, scenario));
  }
}
