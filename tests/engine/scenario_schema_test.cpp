#include <doctest/doctest.h>

#include "scenarios/engine/text/document.h"
#include "tests/engine/scenario_subject.h"

using namespace wavetank;
using namespace wavetank::engine;
using wavetank::engine::test::one_setting;

namespace {

engine::Node schema() {
  std::int64_t nodes = 8;
  Problems problems;
  auto root = parse_document(schema_text(one_setting(nodes)), std::make_shared<Source>(), problems);
  REQUIRE(root.has_value());
  CHECK(problems.empty());
  return *root;
}

std::string text_at(const engine::Node& root, const char* path) {
  const engine::Node* node = find_path(root, path);
  return node == nullptr ? "nothing" : write_json_line(*node);
}

}  // namespace

TEST_CASE("the schema knows both forms of a threshold, of recovery and of a column") {
  const engine::Node root = schema();
  const std::string expect = "properties.expect.properties.";
  CHECK(text_at(root, (expect + "thresholds.items.anyOf.0.type").c_str()) == "\"string\"");
  CHECK(text_at(root, (expect + "thresholds.items.anyOf.1.properties.abort.type").c_str()) ==
        "\"boolean\"");
  CHECK(text_at(root, (expect + "recovery.anyOf.0.type").c_str()) == "\"string\"");
  CHECK(text_at(root, (expect + "recovery.anyOf.1.properties.within.type").c_str()) ==
        "\"string\"");
  const std::string trace = "properties.load.items.allOf.5.";
  CHECK(text_at(root, (trace + "if.properties.shape.const").c_str()) == "\"trace\"");
  CHECK(text_at(root, (trace + "then.properties.columns.properties.time.type").c_str()) ==
        "[\"string\",\"integer\"]");
}

TEST_CASE("the schema has the blueprint's settings beside the world's") {
  const engine::Node root = schema();
  CHECK(text_at(root, "properties.system.properties.cluster.properties.nodes.default") == "8");
  CHECK(text_at(root, "properties.system.properties.blueprint.enum") ==
        "[\"pipeline\",\"stations\"]");
  CHECK(text_at(root, "properties.system.allOf.0.then.properties.api.properties.replicas.type") ==
        "[\"integer\",\"string\"]");
}

TEST_CASE("settings are listed with their paths and snippets") {
  std::int64_t nodes = 8;
  const auto rows = scenario_fields(one_setting(nodes));
  const auto find = [&rows](const std::string& path) -> const FieldRow* {
    for (const FieldRow& row : rows) {
      if (row.path == path) return &row;
    }
    return nullptr;
  };
  REQUIRE(find("system.cluster.nodes") != nullptr);
  CHECK(find("system.cluster.nodes")->initial == "8");
  CHECK(find("load[].timeout") != nullptr);
  CHECK(find("expect.recovery.within") != nullptr);
  for (const FieldRow& row : rows) {
    INFO(row.path);
    CHECK_FALSE(row.help.empty());
  }
}
