#include "scenarios/engine/scenario_forms.h"

#include <utility>

#include "scenarios/engine/scenario.h"
#include "scenarios/engine/text/document.h"
#include "scenarios/engine/text/schema.h"

namespace wavetank::engine {
namespace {

Node* child(Node* object, std::string_view key) {
  return object != nullptr && object->kind == Node::Kind::object ? object->find(key) : nullptr;
}

/// A text becomes an object with that text as its one member.
void wrap(Node& node, const char* key) {
  if (node.kind != Node::Kind::text) return;
  Node object = object_node();
  object.place = node.place;
  const Place place = node.place;
  add_member(object, key, std::move(node));
  object.members.back().key_place = place;
  node = std::move(object);
}

Node text_schema() {
  Node schema = object_node();
  add_member(schema, "type", text_node("string"));
  return schema;
}

/// A value may also be a text.
void or_text(Node* schema) {
  if (schema == nullptr) return;
  Node either = array_node();
  either.items.push_back(text_schema());
  either.items.push_back(std::move(*schema));
  Node out = object_node();
  if (const Node* help = either.items[1].find("description")) {
    add_member(out, "description", *help);
  }
  add_member(out, "anyOf", std::move(either));
  *schema = std::move(out);
}

/// Each column may also be a number, from 1.
void or_number(Node* columns) {
  if (columns == nullptr) return;
  for (Member& column : columns->members) {
    Node types = array_node();
    types.items = {text_node("string"), text_node("integer")};
    if (Node* type = column.value.find("type")) *type = std::move(types);
  }
}

}  // namespace

void unify_forms(Node& root) {
  Node* expect = child(&root, "expect");
  if (Node* thresholds = child(expect, "thresholds")) {
    for (Node& item : thresholds->items) wrap(item, "expr");
  }
  if (Node* recovery = child(expect, "recovery")) wrap(*recovery, "expected");
  Node* load = child(&root, "load");
  if (load == nullptr) return;
  for (Node& entry : load->items) {
    Node* columns = child(&entry, "columns");
    if (columns == nullptr) continue;
    for (Member& column : columns->members) {
      if (column.value.kind == Node::Kind::number) column.value.kind = Node::Kind::text;
    }
  }
}

std::string schema_text(const DescribeWorld& world) {
  SchemaFields schema;
  Scenario scenario;
  scenario.describe(schema, world);
  const std::string text = schema.text("A wavetank scenario");
  Problems none;
  std::optional<Node> root = parse_document(text, std::make_shared<Source>(), none);
  if (!root) return text;
  Node* properties = child(&*root, "properties");
  Node* expect = child(child(properties, "expect"), "properties");
  or_text(child(child(expect, "thresholds"), "items"));
  or_text(child(expect, "recovery"));
  Node* kinds = child(child(child(properties, "load"), "items"), "allOf");
  if (kinds == nullptr) return write_json(*root);
  for (Node& rule : kinds->items) {
    Node* columns = child(child(child(&rule, "then"), "properties"), "columns");
    or_number(child(columns, "properties"));
  }
  return write_json(*root);
}

}  // namespace wavetank::engine
