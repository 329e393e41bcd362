// attach --init: what an OpenAPI document says is taken over, what it does not say stays to be
// filled in, and what is drafted can be read as a target.

#include "app/live/openapi_draft.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/read_fields.h"
#include "system/live/attached_text.h"
#include "system/live/target.h"

namespace wavetank::app {
namespace {

using nlohmann::json;

json kitchen() {
  return json::parse(R"({
    "openapi": "3.1.0", "info": {"title": "Kitchen Service"},
    "paths": {
      "/healthz": {"get": {}},
      "/tips": {"post": {"responses": {"200": {}}}},
      "/orders": {"post": {
        "requestBody": {"content": {"application/json": {"schema": {
          "$ref": "#/components/schemas/Order"}}}},
        "responses": {"202": {"content": {"application/json": {"schema": {
          "properties": {"id": {"type": "string"},
                         "phase": {"$ref": "#/components/schemas/Phase"}}}}}}}}},
      "/orders/{order}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
        "properties": {"id": {}, "phase": {"$ref": "#/components/schemas/Phase"},
                       "revision": {"type": "integer"}}}}}}}}}
    },
    "components": {"schemas": {
      "Phase": {"enum": ["queued", "cooking", "ready", "burnt"], "type": "string"},
      "Order": {"required": ["dish", "table_count", "notify_url"], "properties": {
        "dish": {"type": "string"}, "table_count": {"type": "integer"},
        "notify_url": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        "reference": {"type": "string"}, "urgency": {"enum": ["slow", "rush"], "type": "string"},
        "remarks": {"type": "string"}}}}}
  })");
}

}  // namespace

TEST_CASE("openapi draft: what the document says is taken over") {
  std::string why;
  const auto text = draft_target(kitchen(), "http://127.0.0.1:8300/openapi.json", why);
  REQUIRE_MESSAGE(text.has_value(), why);
  engine::Problems problems;
  const auto source = std::make_shared<engine::Source>();
  const auto root = engine::parse_document(*text, source, problems);
  REQUIRE_MESSAGE(problems.empty(), problems.text());
  live::Target target;
  engine::Provenance provenance;
  engine::ReadFields reader(*root, problems, provenance);
  target.describe(reader);
  reader.finish();
  REQUIRE_MESSAGE(problems.empty(), problems.text());
  const live::AttachTarget& attach = target.attach;
  CHECK(target.name == "kitchen-service");
  CHECK(attach.request.url == "http://127.0.0.1:8300/orders");
  CHECK(attach.request.id == "/id");
  CHECK(attach.request.accepted == std::vector<std::string>{"202"});
  CHECK(attach.request.priorities == std::vector<std::string>{"rush", "slow", "slow"});
  CHECK(attach.status.url == "http://127.0.0.1:8300/orders/{id}");
  CHECK(attach.status.state == "/phase");
  CHECK(attach.status.version == "/revision");
  CHECK(attach.words.state("ready") == ProcessState::succeeded);
  CHECK(attach.words.state("cooking") == ProcessState::unknown);
  CHECK(text->find("What does \"cooking\" mean?") != std::string::npos);
  CHECK(text->find("left out: remarks") != std::string::npos);
  std::vector<std::string> open;
  for (const live::BodyField& field : attach.request.fields) {
    for (const std::string& name : live::unknown_placeholders(field.value)) open.push_back(name);
  }
  CHECK(open == std::vector<std::string>{"fill_in_dish", "fill_in_table_count"});
  CHECK(attach.health == std::vector<std::string>{"http://127.0.0.1:8300/healthz"});
}

TEST_CASE("openapi draft: a page that lists requests, each of which can be deleted, is for clean") {
  std::string why;
  const auto drafted = [&why](const json& document) {
    const auto text = draft_target(document, "http://127.0.0.1:8300/openapi.json", why);
    REQUIRE_MESSAGE(text.has_value(), why);
    return json::parse(*text, nullptr, true, true)["attach"]["belongings"];
  };
  json document = kitchen();
  CHECK(drafted(document).empty());
  document["paths"]["/orders/{order}"]["delete"] = json::object();
  CHECK(drafted(document).empty());
  document["paths"]["/orders"]["get"] = json::parse(R"({
    "parameters": [
      {"name": "phase", "in": "query"}, {"name": "reference", "in": "query"},
      {"name": "tag", "in": "query", "description": "Tags that begin so"}],
    "responses": {"200": {"content": {"application/json": {"schema": {"properties": {
      "orders": {"type": "array"}, "total": {"type": "integer"}}}}}}}})");
  const json found = drafted(document);
  REQUIRE(found.size() == 1);
  CHECK(found[0]["url"] == "http://127.0.0.1:8300/orders?tag={run}");
  CHECK(found[0]["each"] == "http://127.0.0.1:8300/orders/{id}");
  CHECK(found[0]["items"] == "/orders");
  CHECK(found[0]["total"] == "/total");
  CHECK(found[0]["id"] == "/id");
}

TEST_CASE("openapi draft: what is none says so") {
  std::string why;
  CHECK_FALSE(draft_target(json::parse("[1]"), "x", why).has_value());
  CHECK(why == "it is no OpenAPI 3 document in JSON");
  json empty = kitchen();
  empty["paths"].erase("/orders");
  CHECK_FALSE(draft_target(empty, "x", why).has_value());
  CHECK(why == "no POST operation of it answers with an id or takes a callback");
}

}  // namespace wavetank::app
